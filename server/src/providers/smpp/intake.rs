//! What comes in over the line, on its way to where it is safe: in lanes, so that nobody waits for anybody else's
//! and each sender's messages keep their order. Answered well only when it is on stable storage.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::body::Body;
use super::codes;
use super::delivered::{Delivered, Kind};
use super::pdu::Frame;
use super::session::{Reply, Then};
use super::shelf::{Put, Set, Shelf};
use super::submit;
use super::told::{Digest, Progress, Told, digest};
use crate::clock::Clock;
use crate::locks::locked;

/// Senders whose messages are taken at once.
const LANES: usize = 8;
/// PDUs of one lane that wait; the network is asked to come back with others.
const LANE_MAX: usize = 32;
/// How often texts that never became whole are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// Texts that stood in the way of one part.
const IN_THE_WAY_MAX: usize = 4;

/// Where bodies go.
pub(super) type Door = Arc<dyn Fn(Letter) -> BoxFuture<'static, Taken> + Send + Sync>;

/// A body, and the numbers that may be ours, the likeliest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) ours: Vec<String>,
    pub(super) body: Vec<u8>,
}

/// What became of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is on stable storage, or kept aside there.
    Safe,
    /// It has to be told again.
    NotNow,
}

/// A `deliver_sm`, and where its answer goes.
pub(super) struct Job {
    pub(super) frame: Frame,
    pub(super) session: u64,
    pub(super) replies: mpsc::Sender<Reply>,
}

/// The lanes of one account.
pub(super) struct Intake {
    lanes: Vec<mpsc::Sender<Job>>,
    clerk: Arc<Clerk>,
    sessions: AtomicU64,
    working: Vec<AbortHandle>,
}

/// Who takes what comes in.
struct Clerk {
    door: Door,
    clock: Clock,
    told: Mutex<Told>,
    shelf: Mutex<Shelf>,
}

impl Intake {
    /// Lanes that end at `door`, with what earlier processes left behind.
    pub(super) fn start(door: Door, clock: Clock, told: Told, shelf: Shelf) -> Self {
        let (told, shelf) = (Mutex::new(told), Mutex::new(shelf));
        let clerk = Arc::new(Clerk { door, clock, told, shelf });
        let mut working = Vec::new();
        let lanes = (0..LANES).map(|_| {
            let (lane, jobs) = mpsc::channel(LANE_MAX);
            working.push(tokio::spawn(Arc::clone(&clerk).work(jobs)).abort_handle());
            lane
        });
        let lanes = lanes.collect();
        working.push(tokio::spawn(Arc::clone(&clerk).sweep()).abort_handle());
        Self { lanes, clerk, sessions: AtomicU64::new(0), working }
    }

    /// The number of a new session.
    pub(super) fn next_session(&self) -> u64 {
        self.sessions.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Takes a job in; gives it back when its lane is full.
    pub(super) fn take(&self, job: Job) -> Result<(), Box<Job>> {
        let lane = usize::from(lane_of(&job.frame)) % LANES;
        self.lanes[lane].try_send(job).map_err(|full| match full {
            mpsc::error::TrySendError::Full(job) | mpsc::error::TrySendError::Closed(job) => Box::new(job),
        })
    }

    /// An answer was written before the request with this number.
    pub(super) fn answered(&self, digest: &Digest, session: u64, next: u32) {
        self.clerk.told().answered(digest, session, next);
    }

    /// The network answered a request, so it heard what we said before.
    pub(super) fn heard(&self, session: u64, sequence: u32) {
        self.clerk.told().heard(session, sequence);
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.working.iter().for_each(AbortHandle::abort);
    }
}

/// All that one number sends goes the same way.
fn lane_of(frame: &Frame) -> u8 {
    let from = Delivered::read(frame).map(|delivered| delivered.from).unwrap_or_default();
    blake3::hash(from.as_bytes()).as_bytes()[0]
}

impl Clerk {
    async fn work(self: Arc<Self>, mut jobs: mpsc::Receiver<Job>) {
        while let Some(Job { frame, session, replies }) = jobs.recv().await {
            let taken = self.take(&frame, session).await;
            let status = match taken {
                Taken::Safe => codes::OK,
                Taken::NotNow => codes::NOT_NOW,
            };
            let of = (taken == Taken::Safe).then(|| digest(&frame));
            let reply = Reply { bytes: submit::delivered(status, frame.sequence), of, then: Then::GoOn };
            // The session ended: the network tells it again.
            let _ended = replies.send(reply).await.is_err();
        }
    }

    async fn take(self: &Arc<Self>, frame: &Frame, session: u64) -> Taken {
        let digest = digest(frame);
        let now = self.clock.now();
        let (event, progress) = match self.told().begin(digest, session, now) {
            Ok(begun) => begun,
            Err(error) => {
                tracing::error!(%error, "smpp.told_not_written");
                return Taken::NotNow;
            }
        };
        if progress == Progress::Done {
            return Taken::Safe;
        }
        let taken = match Delivered::read(frame) {
            Ok(part) if part.kind == Kind::Text && part.place.is_some() => {
                self.shelve(frame, part, event).await
            }
            Ok(delivered) => self.hand_on(&delivered, event, frame).await,
            // Where it belongs is not known; the door may know a place for it.
            Err(_) => self.through(Vec::new(), &Body::of(&event.to_string(), [frame.bytes.as_ref()])).await,
        };
        match taken {
            Taken::Safe => self.told().done(&digest, event),
            Taken::NotNow => self.told().put_off(&digest, event),
        }
        taken
    }

    async fn hand_on(&self, delivered: &Delivered, event: uuid::Uuid, frame: &Frame) -> Taken {
        // Some networks leave a receipt's numbers as they stood in the message.
        let ours = match delivered.kind {
            Kind::Receipt | Kind::Intermediate => vec![delivered.to.clone(), delivered.from.clone()],
            Kind::Text | Kind::Other => vec![delivered.to.clone()],
        };
        self.through(ours, &Body::of(&event.to_string(), [frame.bytes.as_ref()])).await
    }

    async fn through(&self, ours: Vec<String>, body: &Body) -> Taken {
        (self.door)(Letter { ours, body: body.bytes() }).await
    }

    /// Keeps a part, and hands its text on when it is whole.
    async fn shelve(self: &Arc<Self>, frame: &Frame, part: Delivered, event: uuid::Uuid) -> Taken {
        for _ in 0..IN_THE_WAY_MAX {
            let (clerk, part, pdu) = (Arc::clone(self), part.clone(), frame.bytes.clone());
            let put = blocking(move || {
                let Some(place) = part.place else { return Ok(Put::Kept) };
                clerk.shelf().put(&part, place, event, &pdu, clerk.clock.now())
            });
            match put.await {
                Ok(Put::Kept) => return Taken::Safe,
                // The parts are safe already: a text that cannot be taken now is taken by the sweep.
                Ok(Put::Whole(set)) => {
                    self.hand_on_set(set).await;
                    return Taken::Safe;
                }
                Ok(Put::InTheWay(set)) => {
                    if self.hand_on_set(set).await == Taken::NotNow {
                        return Taken::NotNow;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "smpp.part_not_kept");
                    return Taken::NotNow;
                }
            }
        }
        Taken::NotNow
    }

    async fn hand_on_set(self: &Arc<Self>, set: Set) -> Taken {
        let first = set.pdus.first().and_then(|pdu| Frame::whole(pdu).ok());
        let ours = first.and_then(|frame| Delivered::read(&frame).ok()).map(|part| part.to);
        let body = Body::of(&format!("parts {}", set.event), set.pdus.iter().map(Vec::as_slice));
        let taken = self.through(ours.into_iter().collect(), &body).await;
        if taken == Taken::Safe {
            // Told again, none of them is the beginning of another text.
            let frames = set.pdus.iter().filter_map(|pdu| Frame::whole(pdu).ok());
            frames.for_each(|frame| self.told().all_done(&digest(&frame)));
            let clerk = Arc::clone(self);
            let removed = blocking(move || clerk.shelf().remove(&set)).await;
            if let Err(error) = removed {
                tracing::warn!(%error, "smpp.parts_not_removed");
            }
        }
        taken
    }

    async fn sweep(self: Arc<Self>) {
        loop {
            let clerk = Arc::clone(&self);
            let due = blocking(move || Ok(clerk.shelf().due(clerk.clock.now()))).await;
            for set in due.unwrap_or_default() {
                self.hand_on_set(set).await;
            }
            tokio::time::sleep(SWEEP_EVERY).await;
        }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        locked(&self.told)
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        locked(&self.shelf)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
