//! A connection for commands and searches: what is asked leaves when it is due, whatever is still unanswered, and
//! is timed from the moment at which it was due. What is refused is told and never timed.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use parloir_client::protocol::command::Command;
use parloir_client::protocol::down::{Done, Down, read_ok};
use parloir_client::protocol::ids::{CommandId, ContactId};
use parloir_client::protocol::query::search::{SearchConversations, SearchConversationsOk};
use parloir_client::protocol::query::{Query, QueryFrame};
use parloir_client::protocol::up::{ReplyTo, Up};
use tokio::sync::Mutex as Turn;
use tokio::sync::watch;
use uuid::Uuid;

use super::hand::Book;
use super::orders::Measure;
use super::sought::{HITS_MAX, Sought};
use crate::crowd::hear;
use crate::crowd::tongue::{self, Joined, Step, Tongue};
use crate::house::Desk;
use crate::mark::Moment;
use crate::raw::{self, CODEC};
use crate::socket::{Kind, Piece, Socket, Writer, put_frame};

/// Below `in_flight_max` of the profile `load`; what is due beyond waits, and its time runs.
const WAITING_MAX: usize = 1_000;

/// What a command is to be timed as, and from when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) due: Moment,
    pub(super) measure: Measure,
    /// Whom it saves, by the plan.
    pub(super) contact: Option<u32>,
}

/// A contact that was saved, and where the log says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saved {
    pub(super) id: ContactId,
    pub(super) seq: u64,
}

/// What waits for an answer, and what answers said.
#[derive(Debug, Default)]
struct Waiting {
    commands: HashMap<CommandId, Order>,
    searches: HashMap<u64, (Moment, Sought)>,
    saved: BTreeMap<u32, Saved>,
}

/// What was asked, with its answer.
enum Answered {
    Command(CommandId, Order),
    Search(Moment, Sought),
    Nothing,
}

impl Waiting {
    fn count(&self) -> usize {
        self.commands.len() + self.searches.len()
    }

    /// What is answered, and how many wait on.
    fn answer(&mut self, to: &ReplyTo) -> (Answered, usize) {
        let answered = match to {
            ReplyTo::Command(id) => self.commands.remove(id).map(|order| Answered::Command(*id, order)),
            ReplyTo::Query(id) => self.searches.remove(id).map(|(due, sought)| Answered::Search(due, sought)),
            ReplyTo::Nothing => None,
        };
        (answered.unwrap_or(Answered::Nothing), self.count())
    }
}

pub(super) struct Asked {
    writer: Arc<Turn<Writer>>,
    waiting: Arc<Mutex<Waiting>>,
    count: watch::Receiver<usize>,
    next_query: u64,
}

impl Asked {
    pub(super) async fn open(
        address: SocketAddr,
        (number, desk): (u32, &Desk),
        book: Arc<Mutex<Book>>,
    ) -> anyhow::Result<Self> {
        let tongue = Tongue::ours(Arc::new(desk.clone()));
        let mut socket = Socket::dial(address, tongue.listening()).await?;
        for step in tongue.greet() {
            match step {
                Step::Say(kind, bytes) => socket.send(kind, &bytes).await?,
                Step::Hear(needle) => hear(&mut socket, &tongue, &needle, &mut Joined::default()).await?,
            }
        }
        let (tell, count) = watch::channel(0);
        let (writer, waiting) = (Arc::new(Turn::new(socket.writer())), Arc::new(Mutex::default()));
        let answers = Answers { desk: number, waiting: Arc::clone(&waiting), book, tell };
        tokio::spawn(answers.read(socket, Arc::clone(&writer)));
        Ok(Self { writer, waiting, count, next_query: 1 })
    }

    /// How many wait for an answer.
    pub(super) fn count(&self) -> watch::Receiver<usize> {
        self.count.clone()
    }

    pub(super) async fn command(&mut self, command: Command, order: Order) -> anyhow::Result<()> {
        self.room().await?;
        let id = CommandId(Uuid::now_v7());
        self.waiting().commands.insert(id, order);
        self.send(&tongue::command(id, command)).await
    }

    /// Whom the plan has saved, once that is acknowledged.
    pub(super) fn saved(&self, contact: u32) -> Option<Saved> {
        self.waiting().saved.get(&contact).copied()
    }

    pub(super) async fn search(
        &mut self,
        sought: Sought,
        at_least: Option<u64>,
        due: Moment,
    ) -> anyhow::Result<()> {
        self.room().await?;
        let id = self.next_query;
        self.next_query += 1;
        let search = SearchConversations {
            text: sought.text.clone(),
            limit: Some(HITS_MAX),
            after: None,
            count: false,
        };
        let query = Query::SearchConversations(search);
        self.waiting().searches.insert(id, (due, sought));
        self.send(&Up::Query(QueryFrame { id, at_least, query }).write(CODEC)).await
    }

    async fn room(&mut self) -> anyhow::Result<()> {
        let mut count = self.count.clone();
        while self.waiting().count() >= WAITING_MAX {
            count.changed().await?;
        }
        Ok(())
    }

    async fn send(&self, message: &[u8]) -> anyhow::Result<()> {
        let mut frame = Vec::with_capacity(message.len() + 14);
        put_frame(Kind::Binary, message, &mut frame);
        self.writer.lock().await.send_frames(&frame).await
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Answers {
    desk: u32,
    waiting: Arc<Mutex<Waiting>>,
    book: Arc<Mutex<Book>>,
    tell: watch::Sender<usize>,
}

impl Answers {
    async fn read(self, mut socket: Socket, writer: Arc<Turn<Writer>>) {
        let (mut part, mut replies, mut pings) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let read = socket
                .read(&mut |piece| match piece {
                    Piece::Part(some) => part.extend_from_slice(some),
                    Piece::End => {
                        if raw::is(&part, b"reply") {
                            replies.push(std::mem::take(&mut part));
                        } else if raw::is(&part, b"ping") {
                            pings.push((Kind::Binary, raw::pong()));
                        }
                        part.clear();
                    }
                    Piece::Ping(ping) => pings.push((Kind::Pong, ping.to_vec())),
                    Piece::Close(_) => {}
                })
                .await;
            if let Err(error) = read {
                return self.book().fail(format!("a connection for commands ended: {error:#}"));
            }
            let now = Moment::now();
            replies.drain(..).for_each(|reply| self.take(&reply, now));
            for (kind, bytes) in pings.drain(..) {
                let mut frame = Vec::new();
                put_frame(kind, &bytes, &mut frame);
                // A connection that is gone is found by reading it.
                writer.lock().await.send_frames(&frame).await.ok();
            }
        }
    }

    fn take(&self, bytes: &[u8], now: Moment) {
        let Ok(Down::Reply(reply)) = Down::read(CODEC, bytes) else {
            return self.book().fail("a reply cannot be read".to_owned());
        };
        let (answered, count) = self.waiting().answer(&reply.to);
        match (answered, reply.error) {
            (Answered::Nothing, _) => self.book().fail("an answer to nothing".to_owned()),
            (Answered::Command(_, order), Some(error)) => self.book().refuse(order.measure, error),
            (Answered::Search(..), Some(error)) => self.book().refuse(Measure::SearchAnswered, error),
            (Answered::Command(id, order), None) => self.accepted(id, order, bytes, now),
            (Answered::Search(due, sought), None) => self.found(due, &sought, bytes, now),
        }
        self.tell.send_replace(count);
    }

    fn accepted(&self, id: CommandId, order: Order, bytes: &[u8], now: Moment) {
        if let Some(contact) = order.contact {
            match read_ok::<Done>(CODEC, bytes) {
                Ok(Done { seq, contact_id: Some(id), .. }) => {
                    self.waiting().saved.insert(contact, Saved { id, seq });
                }
                Ok(_) | Err(_) => self.book().fail("an answer does not say whom it saved".to_owned()),
            }
        }
        let mut book = self.book();
        book.time(order.measure, now.since(order.due));
        book.told.acked.push((self.desk, id));
    }

    fn found(&self, due: Moment, sought: &Sought, bytes: &[u8], now: Moment) {
        let found = read_ok::<SearchConversationsOk>(CODEC, bytes);
        let mut book = self.book();
        book.time(Measure::SearchAnswered, now.since(due));
        match found {
            Ok(found) if sought.is_checked() => book.check(sought.fault(&found)),
            Ok(_) => {}
            Err(error) => book.fail(format!("an answer to a search cannot be read: {error}")),
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::down::{Reply, write_ok};
    use parloir_client::protocol::entity::HitId;
    use parloir_client::protocol::error::{Code, ErrorBody};

    use super::*;

    fn answers() -> Answers {
        let book = Arc::new(Mutex::new(Book::new(1)));
        Answers { desk: 0, waiting: Arc::default(), book, tell: watch::channel(0).0 }
    }

    fn order(contact: Option<u32>) -> Order {
        Order { due: Moment::now(), measure: Measure::CommandAcknowledged, contact }
    }

    fn refusal(to: ReplyTo) -> Vec<u8> {
        Down::Reply(Reply { to, error: Some(ErrorBody::new(Code::Busy, "too many wait")) }).write(CODEC)
    }

    #[test]
    fn what_is_refused_fails_and_is_never_timed() {
        let answers = answers();
        let id = CommandId(Uuid::now_v7());
        answers.waiting().commands.insert(id, order(None));
        let part = Sought::part("cam".to_owned(), 0);
        answers.waiting().searches.insert(4, (Moment::now(), part));
        answers.take(&refusal(ReplyTo::Command(id)), Moment::now());
        answers.take(&refusal(ReplyTo::Query(4)), Moment::now());
        let told = std::mem::replace(&mut *answers.book(), Book::new(1)).close(Vec::new());
        assert!(told.times.is_empty() && told.acked.is_empty());
        let reasons: Vec<_> = told
            .refused
            .iter()
            .map(|refused| (refused.measure, refused.code.as_str(), refused.count))
            .collect();
        assert_eq!(
            (told.failed, reasons),
            (2, vec![(Measure::CommandAcknowledged, "busy", 1), (Measure::SearchAnswered, "busy", 1)])
        );
    }

    #[test]
    fn a_search_that_finds_nothing_is_timed_and_wrong() {
        let answers = answers();
        let id = CommandId(Uuid::now_v7());
        answers.waiting().commands.insert(id, order(Some(7)));
        let contact = ContactId(Uuid::from_u128(70));
        let done = Done { seq: 12, contact_id: Some(contact), ..Done::default() };
        answers.take(&write_ok(CODEC, ReplyTo::Command(id), &done), Moment::now());
        let saved = answers.waiting().saved[&7];
        assert_eq!((saved.id, saved.seq), (contact, 12));
        let sought = Sought::one("zoe".to_owned(), HitId::Contact(contact));
        answers.waiting().searches.insert(4, (Moment::now(), sought));
        let nobody = SearchConversationsOk::default();
        answers.take(&write_ok(CODEC, ReplyTo::Query(4), &nobody), Moment::now());
        let told = std::mem::replace(&mut *answers.book(), Book::new(1)).close(Vec::new());
        assert_eq!((told.searches_checked, told.searches_wrong, told.failures.len()), (1, 1, 1));
        assert_eq!((told.times.len(), told.acked.len()), (2, 1));
    }
}
