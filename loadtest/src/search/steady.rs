//! Searches at a steady rate over one connection, whether or not earlier ones were answered. Each is timed from the
//! moment at which it was due. It judges no answer: whatever is refused or left out is counted.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use parloir_client::protocol::down::Down;
use parloir_client::protocol::query::QueryFrame;
use parloir_client::protocol::up::{ReplyTo, Up};
use tokio::time::timeout;

use super::asker::{Among, Count, query};
use super::question::{Class, Question};
use super::ticks::Ticks;
use super::times::ClassTimes;
use crate::plan::Target;
use crate::raw::{CODEC, Raw};

/// Searches without an answer, far below what the profile `load` lets a connection ask; further ones are left out.
const UNANSWERED_MAX: usize = 100;
/// A server that is alive has answered or refused by then.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Asks all questions, each once.
pub(crate) struct Steady {
    raw: Raw,
    waiting: HashMap<u64, (Class, Instant)>,
    asked: Asked,
}

/// What came of them.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) times: ClassTimes,
    /// Searches that were refused, or not asked since the server was behind.
    pub(crate) left_out: u64,
}

impl Steady {
    pub(crate) async fn open(target: &Target) -> anyhow::Result<Self> {
        let raw = Raw::open(target).await?;
        Ok(Self { raw, waiting: HashMap::new(), asked: Asked::default() })
    }

    pub(crate) async fn ask(mut self, questions: &[Question], per_second: u64) -> anyhow::Result<Asked> {
        let mut ticks = Ticks::begin(per_second)?;
        let mut left = (1..).zip(questions);
        let mut next = left.next();
        while next.is_some() || !self.waiting.is_empty() {
            tokio::select! {
                due = ticks.next(), if next.is_some() => {
                    if let Some((id, question)) = next.take() {
                        self.search(id, question, due?).await?;
                    }
                    next = left.next();
                }
                reply = timeout(ANSWER_MAX, self.raw.reply()) => {
                    self.answered(&reply.context("searches are not answered")??)?;
                }
            }
        }
        Ok(self.asked)
    }

    async fn search(&mut self, id: u64, question: &Question, due: Instant) -> anyhow::Result<()> {
        if self.waiting.len() >= UNANSWERED_MAX {
            self.asked.left_out += 1;
            return Ok(());
        }
        self.waiting.insert(id, (question.class, due));
        let query = query(&question.text, Among::Conversations, Count::Nothing);
        self.raw.send(Up::Query(QueryFrame { id, at_least: None, query }).write(CODEC)).await
    }

    fn answered(&mut self, reply: &[u8]) -> anyhow::Result<()> {
        let now = Instant::now();
        let Down::Reply(head) = Down::read(CODEC, reply)? else { return Ok(()) };
        let ReplyTo::Query(id) = head.to else { return Ok(()) };
        match (self.waiting.remove(&id), head.error) {
            (Some((class, due)), None) => self.asked.times.record(class, now.saturating_duration_since(due)),
            (Some(_), Some(_)) => self.asked.left_out += 1,
            (None, _) => {}
        }
        Ok(())
    }
}
