//! Frames for programs that read them one after another, at their own speed. Each reader has a bounded buffer. When one
//! is full the socket is not read, unless somebody waits for an answer, which stands behind the frames; what does not
//! even fit then, and what cannot be had any more, is told as a gap in its place. Nothing is ever missing in silence.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parloir_protocol::cursor::Epoch;
use parloir_protocol::down::{Down, ResetReason};
use tokio::sync::Notify;

/// So many times its bound a buffer holds while somebody waits for an answer.
const BEYOND: usize = 2;

/// What a reader reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A frame as it arrived; never a reply.
    Frame(Arc<Down>),
    /// Frames are missing here.
    Gap(Gap),
}

/// Events after `after` up to `seq` were not told. The store is whole all the same; a program that acts on events asks
/// for what it missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The newest seq that was told before; of another epoch where `reason` is a reset that begins one.
    pub after: u64,
    /// Everything after this seq is told again.
    pub seq: u64,
    /// Why.
    pub reason: GapReason,
}

/// Why frames are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapReason {
    /// The reader had no room left while somebody waited for an answer.
    Slow,
    /// The client could not go on where it was and began anew. `TooOld` also where the server gave no reason.
    Reset(ResetReason),
}

impl Told {
    /// The frame; nothing for a gap.
    pub fn frame(&self) -> Option<&Down> {
        match self {
            Self::Frame(frame) => Some(frame),
            Self::Gap(_) => None,
        }
    }

    /// The seq that a reader has reached with this; nothing for a frame that has none.
    fn reaches(&self) -> Option<u64> {
        match self {
            Self::Gap(gap) => Some(gap.seq),
            Self::Frame(frame) => match frame.as_ref() {
                Down::Event(event) => Some(event.seq),
                Down::Unknown(frame) => frame.seq,
                Down::Snapshot(part) => part.last.then_some(part.seq),
                Down::Checkpoint(checkpoint) => Some(checkpoint.seq),
                Down::Ping(ping) => Some(ping.cursor.seq),
                Down::Welcome(_)
                | Down::Reply(_)
                | Down::Change(_)
                | Down::Signal(_)
                | Down::Counters(_)
                | Down::Reset(_)
                | Down::Goodbye(_) => None,
            },
        }
    }
}

/// What waits to be read, between the connection's task and one reader.
#[derive(Debug, Default)]
struct Line {
    buffer: Mutex<Buffer>,
    /// There is more to read.
    told: Notify,
    /// There is more room.
    read: Notify,
}

#[derive(Debug, Default)]
struct Buffer {
    waiting: VecDeque<Told>,
    /// The seq that was told last, or told to be missing.
    reached: u64,
    /// Nothing comes any more.
    over: bool,
    /// Nobody reads any more.
    left: bool,
}

impl Line {
    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    /// One more; where there is no room a gap that grows.
    fn put(&mut self, told: Told, frames_max: usize) {
        let seq = told.reaches().unwrap_or(self.reached);
        if self.waiting.len() < frames_max {
            self.waiting.push_back(told);
        } else if let Some(Told::Gap(gap @ Gap { reason: GapReason::Slow, .. })) = self.waiting.back_mut() {
            gap.seq = seq;
        } else {
            self.waiting.push_back(Told::Gap(Gap { after: self.reached, seq, reason: GapReason::Slow }));
        }
        self.reached = seq;
    }
}

/// Frames and gaps in order. Whoever holds one must take from it, or drop it: when `events_max` wait, the client reads
/// nothing more until some are taken or an answer is waited for.
#[derive(Debug)]
pub struct Events(Arc<Line>);

impl Events {
    /// The next one; nothing once the connection is over.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            {
                let mut buffer = self.0.buffer();
                if let Some(told) = buffer.waiting.pop_front() {
                    self.0.read.notify_one();
                    return Some(told);
                }
                if buffer.over {
                    return None;
                }
            }
            self.0.told.notified().await;
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut buffer = self.0.buffer();
        buffer.left = true;
        buffer.waiting.clear();
        self.0.read.notify_one();
    }
}

/// The connection's end of one reader's buffer.
#[derive(Debug)]
pub(crate) struct Follower {
    line: Arc<Line>,
    events_max: usize,
}

/// A reader's buffer that makes the socket wait when it holds `events_max`.
pub(crate) fn stream(events_max: usize) -> (Follower, Events) {
    let line = Arc::new(Line::default());
    (Follower { line: Arc::clone(&line), events_max: events_max.max(1) }, Events(line))
}

impl Follower {
    fn is_left(&self) -> bool {
        self.line.buffer().left
    }

    fn is_full(&self) -> bool {
        let buffer = self.line.buffer();
        !buffer.left && buffer.waiting.len() >= self.events_max
    }

    fn put(&self, told: Told) {
        self.line.buffer().put(told, self.events_max.saturating_mul(BEYOND));
        self.line.told.notify_one();
    }

    async fn room(&self) {
        while self.is_full() {
            self.line.read.notified().await;
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.line.buffer().over = true;
        self.line.told.notify_one();
    }
}

/// All readers of one client, over all its connections.
#[derive(Debug, Default)]
pub(crate) struct Followers {
    all: Vec<Follower>,
    epoch: Option<Epoch>,
    /// Up to where everything was told.
    told: Option<(Epoch, u64)>,
    reset: Option<ResetReason>,
}

impl Followers {
    pub(crate) fn push(&mut self, follower: Follower) {
        self.all.retain(|follower| !follower.is_left());
        self.all.push(follower);
    }

    /// Whether the socket has to wait for a reader.
    pub(crate) fn is_full(&self) -> bool {
        self.all.iter().any(Follower::is_full)
    }

    /// Ends when every reader has room or is gone.
    pub(crate) async fn room(&self) {
        for follower in &self.all {
            follower.room().await;
        }
    }

    /// Tells everybody what arrived; after the end of a snapshot also what lies between it and what was told before.
    pub(crate) fn tell(&mut self, frame: Down) {
        self.all.retain(|follower| !follower.is_left());
        let gap = self.note(&frame);
        if self.all.is_empty() {
            return;
        }
        self.put(&Told::Frame(Arc::new(frame)));
        if let Some(gap) = gap {
            self.put(&Told::Gap(gap));
        }
    }

    fn put(&self, told: &Told) {
        self.all.iter().for_each(|follower| follower.put(told.clone()));
    }

    fn note(&mut self, frame: &Down) -> Option<Gap> {
        match frame {
            Down::Welcome(welcome) => self.epoch = Some(welcome.epoch),
            Down::Reset(reset) => self.reset = Some(reset.reason),
            Down::Event(event) => self.advance(Some(event.seq)),
            Down::Unknown(frame) => self.advance(frame.seq),
            Down::Snapshot(part) if part.last => return self.began(part.seq),
            Down::Snapshot(_)
            | Down::Reply(_)
            | Down::Change(_)
            | Down::Signal(_)
            | Down::Counters(_)
            | Down::Checkpoint(_)
            | Down::Ping(_)
            | Down::Goodbye(_) => {}
        }
        None
    }

    fn advance(&mut self, to: Option<u64>) {
        if let (Some((_, seq)), Some(to)) = (&mut self.told, to) {
            *seq = to;
        }
    }

    fn began(&mut self, seq: u64) -> Option<Gap> {
        let now = (self.epoch?, seq);
        let before = self.told.replace(now);
        let reason = GapReason::Reset(self.reset.take().unwrap_or(ResetReason::TooOld));
        before.filter(|before| *before != now).map(|(_, after)| Gap { after, seq, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_protocol::down::{Checkpoint, Snapshot};

    fn checkpoint(seq: u64) -> Told {
        let cursor = parloir_protocol::cursor::Cursor {
            epoch: Epoch(1),
            seq,
            hash_prefix: [0; 8],
            agent: parloir_protocol::ids::AgentId::from_bytes([0; 16]),
            signals: None,
        };
        Told::Frame(Arc::new(Down::Checkpoint(Checkpoint { seq, cursor })))
    }

    #[test]
    fn what_does_not_fit_is_one_gap_in_its_place() {
        let (mut buffer, frames_max) = (Buffer::default(), 2);
        (1..=5).for_each(|seq| buffer.put(checkpoint(seq), frames_max));
        let gap = Told::Gap(Gap { after: 2, seq: 5, reason: GapReason::Slow });
        assert_eq!(buffer.waiting, [checkpoint(1), checkpoint(2), gap.clone()]);
        buffer.waiting.drain(..2);
        buffer.put(checkpoint(6), frames_max);
        assert_eq!(buffer.waiting, [gap, checkpoint(6)]);
    }

    #[test]
    fn a_snapshot_that_goes_on_where_it_was_is_no_gap() {
        let mut followers = Followers { epoch: Some(Epoch(1)), ..Followers::default() };
        let mut begin = |seq| {
            followers.note(&Down::Snapshot(Box::new(Snapshot { last: true, seq, ..Snapshot::default() })))
        };
        assert_eq!(begin(3), None);
        assert_eq!(begin(3), None);
        let reason = GapReason::Reset(ResetReason::TooOld);
        assert_eq!(begin(7), Some(Gap { after: 3, seq: 7, reason }));
    }
}
