//! One agent of a scenario: comes in, hears, is cut and goes on where it was, for as long as the round takes. It
//! writes down which events it was told and gives no command.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use parloir_client::protocol::cursor::Cursor;
use parloir_client::protocol::down::Down;
use tokio::sync::{mpsc, watch};

use super::hand::Book;
use super::orders::{Diary, Measure};
use crate::crowd::tongue::{self, Step};
use crate::mark::{Marks, Moment};
use crate::raw::{self, CODEC};
use crate::socket::{Door, Kind, Piece, Socket};

/// Before somebody whose line the server closed, or who did not get in, tries again.
const PAUSE: Duration = Duration::from_millis(100);
/// Acts for one agent that it has not got to.
pub(super) const ACTS_MAX: usize = 64;

/// What happens to an agent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// Its line is lost, at this moment by the plan.
    Cut(Moment),
    /// It reads as fast as anybody from now on.
    Hurry,
    Leave,
}

pub(super) struct Agent {
    pub(super) address: SocketAddr,
    pub(super) token: String,
    /// How much it reads, when it is a slow one.
    pub(super) bytes_per_second: Option<u32>,
    pub(super) book: Arc<Mutex<Book>>,
    pub(super) diary: Diary,
    pub(super) fates: mpsc::Receiver<Fate>,
    /// Tells up to where everything was sent to it.
    pub(super) reached: watch::Sender<u64>,
    /// What it is told late is its own doing, and not timed.
    is_slow: bool,
    cursor: Option<Cursor>,
    offered: Option<Cursor>,
    /// Since when it ought to be in.
    due: Option<Moment>,
}

/// Why a connection ended.
enum End {
    /// By the plan or by the server.
    Lost(Moment),
    Left,
}

impl Agent {
    pub(super) fn new(
        (address, token): (SocketAddr, String),
        bytes_per_second: Option<u32>,
        book: Arc<Mutex<Book>>,
        desk: u32,
        (fates, reached): (mpsc::Receiver<Fate>, watch::Sender<u64>),
    ) -> Self {
        let diary = Diary { desk, ..Diary::default() };
        Self {
            address,
            token,
            bytes_per_second,
            is_slow: bytes_per_second.is_some(),
            book,
            diary,
            fates,
            reached,
            cursor: None,
            offered: None,
            due: None,
        }
    }

    /// Comes in, since `due`, and stays until the end.
    pub(super) async fn live(mut self, due: Moment) -> Diary {
        self.due = Some(due);
        loop {
            match self.connection().await {
                Ok(End::Left) => return self.diary,
                Ok(End::Lost(at)) => self.due = self.due.or(Some(at)),
                Err(error) => {
                    self.book().fail(format!("an agent did not get in: {error:#}"));
                    if self.is_told_to_leave().await {
                        return self.diary;
                    }
                }
            }
        }
    }

    async fn is_told_to_leave(&mut self) -> bool {
        let fate = tokio::time::timeout(PAUSE, self.fates.recv()).await;
        matches!(fate, Ok(None | Some(Fate::Leave)))
    }

    async fn connection(&mut self) -> anyhow::Result<End> {
        let door = Door { path: "/v1/live", subprotocol: Some(CODEC.subprotocol()) };
        let mut socket = Socket::dial(self.address, door).await?;
        if let Step::Say(kind, hello) = tongue::hello(&self.token, self.cursor) {
            socket.send(kind, &hello).await?;
        }
        self.diary.connections += 1;
        let (mut part, mut last, mut is_closed) = (Vec::new(), 0, false);
        loop {
            let (mut frames, mut pings, mut bytes) = (Vec::new(), Vec::new(), 0_u32);
            let mut on = |piece: Piece<'_>| match piece {
                Piece::Part(some) => {
                    bytes += some.len() as u32;
                    part.extend_from_slice(some);
                }
                Piece::End => frames.push(std::mem::take(&mut part)),
                Piece::Ping(ping) => pings.push((Kind::Pong, ping.to_vec())),
                Piece::Close(_) => is_closed = true,
            };
            let read = tokio::select! {
                biased;
                fate = self.fates.recv() => {
                    match fate {
                        Some(Fate::Cut(at)) => {
                            socket.cut();
                            return Ok(End::Lost(at));
                        }
                        Some(Fate::Hurry) => {
                            self.bytes_per_second = None;
                            continue;
                        }
                        Some(Fate::Leave) | None => return Ok(End::Left),
                    }
                }
                read = socket.read(&mut on) => read,
            };
            is_closed |= read.is_err();
            let now = Moment::now();
            for frame in frames {
                if raw::is(&frame, b"ping") {
                    pings.push((Kind::Binary, raw::pong()));
                }
                self.take(&frame, &mut last, now)?;
            }
            self.reached.send_replace(self.diary.position);
            if is_closed {
                tokio::time::sleep(PAUSE).await;
                return Ok(End::Lost(now));
            }
            for (kind, bytes) in pings {
                socket.send(kind, &bytes).await?;
            }
            if let Some(rate) = self.bytes_per_second {
                tokio::time::sleep(Duration::from_secs_f64(f64::from(bytes) / f64::from(rate))).await;
            }
        }
    }

    /// One frame; `last` is the seq of the newest event of this connection.
    fn take(&mut self, frame: &[u8], last: &mut u64, now: Moment) -> anyhow::Result<()> {
        if raw::is(frame, b"event") {
            if let Some(seq) = seq_of(frame) {
                self.event(frame, seq, last, now);
            }
            return Ok(());
        }
        let is_end = raw::is(frame, b"snapshot") && raw::contains(frame, b"\xa4last\xc3");
        let is_read = [b"welcome".as_slice(), b"reset", b"checkpoint", b"ping"];
        if !is_end && !is_read.iter().any(|kind| raw::is(frame, kind)) {
            return Ok(());
        }
        match Down::read(CODEC, frame)? {
            Down::Welcome(welcome) => {
                self.offered = (!welcome.resumed).then_some(welcome.cursor);
                let measure = if welcome.resumed { Measure::Return } else { Measure::SignIn };
                if let Some(due) = self.due.take()
                    && !self.is_slow
                {
                    self.book().time(measure, now.since(due));
                }
            }
            Down::Snapshot(snapshot) => {
                self.diary.begins.push(snapshot.seq);
                self.diary.position = snapshot.seq;
                self.cursor = self.offered.take();
            }
            Down::Reset(_) => (self.cursor, self.diary.position) = (None, 0),
            Down::Checkpoint(checkpoint) => self.stand(checkpoint.cursor),
            Down::Ping(ping) => self.stand(ping.cursor),
            Down::Event(_)
            | Down::Reply(_)
            | Down::Change(_)
            | Down::Signal(_)
            | Down::Counters(_)
            | Down::Goodbye(_)
            | Down::Unknown(_) => {}
        }
        Ok(())
    }

    /// A position is worth something once there was a snapshot.
    fn stand(&mut self, cursor: Cursor) {
        if self.offered.is_none() && !self.diary.begins.is_empty() {
            self.diary.position = self.diary.position.max(cursor.seq);
            self.cursor = Some(cursor);
        }
    }

    fn event(&mut self, frame: &[u8], seq: u64, last: &mut u64, now: Moment) {
        if seq <= *last {
            self.diary.repeated += 1;
        }
        *last = seq;
        // What came before a cut comes again after it.
        if seq <= self.diary.position {
            return;
        }
        self.diary.position = seq;
        self.diary.seqs.add(seq);
        let book = Arc::clone(&self.book);
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        book.deliveries += 1;
        if !self.is_slow {
            Marks::default().read(frame, |mark| book.deliver(mark, now));
        }
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seq stands near the beginning of an event, as MessagePack writes whole numbers.
fn seq_of(frame: &[u8]) -> Option<u64> {
    const KEY: &[u8] = b"\xa3seq";
    let at = memchr::memmem::find(frame.get(..64.min(frame.len()))?, KEY)? + KEY.len();
    let (first, rest) = frame.get(at..)?.split_first()?;
    let bytes = match first {
        0..=0x7f => return Some(u64::from(*first)),
        0xcc => 1,
        0xcd => 2,
        0xce => 4,
        0xcf => 8,
        _ => return None,
    };
    Some(rest.get(..bytes)?.iter().fold(0, |seq, byte| seq << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seq_of_any_length_is_read() {
        let event = |number: &[u8]| [b"\x87\xa4type\xa5event\xa3seq".as_slice(), number, b"\xa2at"].concat();
        assert_eq!(seq_of(&event(&[7])), Some(7));
        assert_eq!(seq_of(&event(&[0xcd, 1, 2])), Some(258));
        assert_eq!(seq_of(&event(&[0xcf, 0, 0, 0, 1, 0, 0, 0, 0])), Some(1 << 32));
        assert_eq!((seq_of(&event(&[0xc0])), seq_of(b"\x81\xa4type")), (None, None));
    }
}
