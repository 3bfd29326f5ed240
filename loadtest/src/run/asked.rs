//! A connection for commands and searches: what is asked leaves when it is due, whatever is still unanswered, and
//! is timed from the moment at which it was due.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use parloir_client::protocol::command::Command;
use parloir_client::protocol::down::Down;
use parloir_client::protocol::error::Code;
use parloir_client::protocol::ids::CommandId;
use parloir_client::protocol::query::{Query, QueryFrame};
use parloir_client::protocol::up::{ReplyTo, Up};
use tokio::sync::Mutex as Turn;
use tokio::sync::watch;
use uuid::Uuid;

use super::hand::Book;
use super::orders::Measure;
use crate::crowd::hear;
use crate::crowd::tongue::{self, Joined, Step, Tongue};
use crate::house::Desk;
use crate::mark::Moment;
use crate::raw::{self, CODEC};
use crate::socket::{Kind, Piece, Socket, Writer, put_frame};

/// Below `in_flight_max` of the profile `load`; what is due beyond waits, and its time runs.
const WAITING_MAX: usize = 1_000;

/// What waits for an answer.
#[derive(Debug, Default)]
struct Waiting {
    commands: HashMap<CommandId, (Moment, Measure)>,
    queries: HashMap<u64, (Moment, Measure)>,
}

impl Waiting {
    fn count(&self) -> usize {
        self.commands.len() + self.queries.len()
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
        let answers =
            Answers { desk: number, writer: Arc::clone(&writer), waiting: Arc::clone(&waiting), book, tell };
        tokio::spawn(answers.read(socket));
        Ok(Self { writer, waiting, count, next_query: 1 })
    }

    /// How many wait for an answer.
    pub(super) fn count(&self) -> watch::Receiver<usize> {
        self.count.clone()
    }

    pub(super) async fn command(
        &mut self,
        command: Command,
        due: Moment,
        measure: Measure,
    ) -> anyhow::Result<()> {
        self.room().await?;
        let id = CommandId(Uuid::now_v7());
        self.waiting().commands.insert(id, (due, measure));
        self.send(&tongue::command(id, command)).await
    }

    pub(super) async fn search(&mut self, query: Query, due: Moment) -> anyhow::Result<()> {
        self.room().await?;
        let id = self.next_query;
        self.next_query += 1;
        self.waiting().queries.insert(id, (due, Measure::SearchAnswered));
        self.send(&Up::Query(QueryFrame { id, at_least: None, query }).write(CODEC)).await
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
    writer: Arc<Turn<Writer>>,
    waiting: Arc<Mutex<Waiting>>,
    book: Arc<Mutex<Book>>,
    tell: watch::Sender<usize>,
}

impl Answers {
    async fn read(self, mut socket: Socket) {
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
                self.writer.lock().await.send_frames(&frame).await.ok();
            }
        }
    }

    fn take(&self, reply: &[u8], now: Moment) {
        let Ok(Down::Reply(reply)) = Down::read(CODEC, reply) else {
            return self.book().fail("a reply cannot be read".to_owned());
        };
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = match reply.to {
            ReplyTo::Command(id) => waiting.commands.remove(&id),
            ReplyTo::Query(id) => waiting.queries.remove(&id),
            ReplyTo::Nothing => None,
        };
        let count = waiting.count();
        drop(waiting);
        let mut book = self.book();
        match (asked, reply.error) {
            (None, _) => book.fail("an answer to nothing".to_owned()),
            (Some((due, measure)), None) => {
                book.time(measure, now.since(due));
                if let ReplyTo::Command(id) = reply.to {
                    book.told.acked.push((self.desk, id));
                }
            }
            (Some(_), Some(error)) if error.code == Code::Internal.as_str() => {
                book.fail(format!("{}: {}", error.code, error.message));
            }
            (Some((due, measure)), Some(_)) => {
                book.time(measure, now.since(due));
                book.told.refused += 1;
            }
        }
        drop(book);
        self.tell.send_replace(count);
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
