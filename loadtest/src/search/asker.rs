//! Searches over one live connection, one after the other. A question is written before the clock starts and
//! its answer is read after it stopped.

use std::time::{Duration, Instant};

use bytes::Bytes;
use parloir_client::protocol::down::{Down, read_ok};
use parloir_client::protocol::query::search::{
    SearchConversations, SearchConversationsOk, SearchMessages, SearchMessagesOk,
};
use parloir_client::protocol::query::{Query, QueryFrame};
use parloir_client::protocol::up::{ReplyTo, Up};
use serde::de::DeserializeOwned;

use super::question::Question;
use super::reference::TOP;
use super::times::ClassTimes;
use crate::plan::Target;
use crate::raw::{CODEC, Raw};

/// Between two looks for the end of a rebuild.
const LOOK: Duration = Duration::from_millis(20);

/// Whether all that match are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Nothing,
    Capped,
}

/// Where is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    Conversations,
    Messages,
}

/// The bytes of an accepted answer, or why the search was refused.
pub(crate) type Answer = Result<Bytes, String>;

/// Somebody who searches.
pub(crate) struct Asker {
    raw: Raw,
    next_id: u64,
}

impl Asker {
    pub(crate) async fn open(target: &Target) -> anyhow::Result<Self> {
        Ok(Self { raw: Raw::open(target).await?, next_id: 1 })
    }

    /// The same connection for commands; nobody else may ask meanwhile.
    pub(crate) fn raw(&mut self) -> &mut Raw {
        &mut self.raw
    }

    /// The answer to a query and how long it took.
    pub(crate) async fn ask(
        &mut self,
        query: Query,
        at_least: Option<u64>,
    ) -> anyhow::Result<(Duration, Answer)> {
        let id = self.next_id;
        self.next_id += 1;
        let frame = Up::Query(QueryFrame { id, at_least, query }).write(CODEC);
        let began = Instant::now();
        self.raw.send(frame).await?;
        loop {
            let reply = self.raw.reply().await?;
            let took = began.elapsed();
            let Down::Reply(head) = Down::read(CODEC, &reply)? else { continue };
            if head.to == ReplyTo::Query(id) {
                let refused = head.error.map(|error| format!("{}: {}", error.code, error.message));
                return Ok((took, refused.map_or(Ok(reply), Err)));
            }
        }
    }

    /// Asks all questions, each once.
    pub(crate) async fn run(
        &mut self,
        questions: &[Question],
        among: Among,
        count: Count,
    ) -> anyhow::Result<(ClassTimes, Vec<Answer>)> {
        let (mut times, mut answers) = (ClassTimes::default(), Vec::with_capacity(questions.len()));
        for question in questions {
            let (took, answer) = self.ask(query(&question.text, among, count), None).await?;
            times.record(question.class, took);
            answers.push(answer);
        }
        Ok((times, answers))
    }

    /// Waits until nothing is missing in the index any more.
    pub(crate) async fn built(&mut self) -> anyhow::Result<()> {
        loop {
            let (_, people) = self.ask(query("a", Among::Conversations, Count::Nothing), None).await?;
            let (_, said) = self.ask(query("a", Among::Messages, Count::Nothing), None).await?;
            if is_whole(people, |found: SearchConversationsOk| found.building.is_none())?
                && is_whole(said, |found: SearchMessagesOk| found.building.is_none())?
            {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// A server that is building may refuse as well.
fn is_whole<T: DeserializeOwned>(answer: Answer, whole: impl Fn(T) -> bool) -> anyhow::Result<bool> {
    Ok(match answer {
        Ok(bytes) => whole(read(&bytes)?),
        Err(_) => false,
    })
}

pub(crate) fn query(text: &str, among: Among, count: Count) -> Query {
    let (text, limit, count) = (text.to_owned(), Some(TOP), count == Count::Capped);
    match among {
        Among::Conversations => {
            Query::SearchConversations(SearchConversations { text, limit, after: None, count })
        }
        Among::Messages => {
            Query::SearchMessages(SearchMessages { text, conversation_id: None, limit, after: None, count })
        }
    }
}

/// What an accepted search answers.
pub(crate) fn read<T: DeserializeOwned>(answer: &[u8]) -> anyhow::Result<T> {
    Ok(read_ok(CODEC, answer)?)
}
