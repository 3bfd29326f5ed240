//! Who publishes: one connection, either with a bounded number of messages that not everybody has yet, or at a rate
//! that does not wait for the server (latency counts from the moment a message was due).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Mutex as Turn;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::crowd::tongue::Tongue;
use crate::crowd::{Crowd, Venue, greeted};
use crate::mark::{MARK_BYTES, Mark, Moment};
use crate::raw;
use crate::socket::{Kind, Piece, Socket, Writer, put_frame};

/// A server that is alive tells a message to all sooner.
const STUCK: Duration = Duration::from_secs(15);
/// Between two looks at what was answered.
const LOOK: Duration = Duration::from_millis(5);
/// Messages of one write; a publisher that is late does not ask for more at once.
const BATCH_MAX: u32 = 512;
/// A rate that takes so many times its length has been missed.
const LATE_TIMES: u32 = 4;

/// What our server answered.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answers {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
}

impl Answers {
    fn count(&self) -> u64 {
        self.accepted + self.refused
    }
}

pub(crate) struct Publisher {
    tongue: Tongue,
    writer: Arc<Turn<Writer>>,
    answers: Arc<Mutex<Answers>>,
    draining: JoinHandle<()>,
    /// The number of the next message.
    pub(crate) next: u32,
    text_bytes: usize,
}

impl Publisher {
    /// Opens a connection whose texts are `text_bytes` long.
    pub(crate) async fn open(venue: &Venue, text_bytes: usize) -> anyhow::Result<Self> {
        let socket = greeted(venue).await?;
        let (writer, answers) = (Arc::new(Turn::new(socket.writer())), Arc::new(Mutex::default()));
        let draining = drain(socket, venue.tongue.is_ours(), Arc::clone(&writer), Arc::clone(&answers));
        Ok(Self {
            tongue: venue.tongue.clone(),
            writer,
            answers,
            draining: tokio::spawn(draining),
            next: 0,
            text_bytes: text_bytes.max(MARK_BYTES),
        })
    }

    /// What our server answered, once it has answered everything or said nothing for long.
    pub(crate) async fn answers(&self) -> Answers {
        let (mut before, mut until) = (0, Instant::now() + STUCK);
        loop {
            let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let now = Instant::now();
            if answers.count() >= u64::from(self.next) || now >= until {
                return answers;
            }
            if answers.count() > before {
                (before, until) = (answers.count(), now + STUCK);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Publishes for so long, at most `in_flight` messages that somebody lacks.
    pub(crate) async fn window(
        &mut self,
        crowd: &mut Crowd,
        in_flight: u32,
        time: Duration,
    ) -> anyhow::Result<()> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.fill(crowd, in_flight, u32::MAX).await?;
        }
        self.told(crowd).await
    }

    /// Publishes `count` messages, at most `in_flight` that somebody lacks.
    pub(crate) async fn burst(
        &mut self,
        crowd: &mut Crowd,
        in_flight: u32,
        count: u32,
    ) -> anyhow::Result<()> {
        let end = self.next + count;
        while self.next < end {
            self.fill(crowd, in_flight, end - self.next).await?;
        }
        self.told(crowd).await
    }

    /// Publishes what the window has room for, once it has.
    async fn fill(&mut self, crowd: &mut Crowd, in_flight: u32, most: u32) -> anyhow::Result<()> {
        let (mut told, next) = (crowd.told(), self.next);
        let room = |told: u64| (told + u64::from(in_flight)).saturating_sub(u64::from(next));
        let waited = tokio::time::timeout(STUCK, told.wait_for(|told| room(*told) > 0)).await;
        let now = match waited {
            Ok(told) => *told.context("nobody listens any more")?,
            Err(_) => anyhow::bail!("{}", self.stuck(crowd)),
        };
        let count = u32::try_from(room(now)).unwrap_or(in_flight).min(most);
        let due = Moment::now();
        self.publish((0..count).map(|_| due)).await
    }

    /// Publishes at a rate for so long, whatever the server does.
    pub(crate) async fn rate(
        &mut self,
        crowd: &mut Crowd,
        per_second: u32,
        time: Duration,
    ) -> anyhow::Result<()> {
        let count = (f64::from(per_second) * time.as_secs_f64()) as u32;
        let (began, first) = (Moment::now(), Instant::now());
        let due = |n: u32| Duration::from_secs_f64(f64::from(n) / f64::from(per_second));
        let mut at = 0;
        while at < count {
            tokio::time::sleep_until(first + due(at)).await;
            anyhow::ensure!(
                first.elapsed() < time * LATE_TIMES,
                "it fell behind {per_second} events a second"
            );
            let elapsed = first.elapsed();
            let ready = (at + 1..=count).take_while(|n| due(*n) <= elapsed).count() as u32;
            let until = (at + ready.max(1)).min(at + BATCH_MAX).min(count);
            self.publish((at..until).map(|n| began.after(due(n)))).await?;
            at = until;
        }
        self.told(crowd).await
    }

    async fn publish(&mut self, dues: impl Iterator<Item = Moment>) -> anyhow::Result<()> {
        let mut frames = Vec::new();
        for due in dues {
            let mut text = Mark { number: self.next, due }.text();
            text.extend(std::iter::repeat_n('x', self.text_bytes - MARK_BYTES));
            let (kind, message) = self.tongue.say(&text);
            put_frame(kind, &message, &mut frames);
            self.next += 1;
        }
        self.writer.lock().await.send_frames(&frames).await
    }

    /// Waits until everybody has everything.
    pub(crate) async fn told(&self, crowd: &mut Crowd) -> anyhow::Result<()> {
        let (mut told, mut before) = (crowd.told(), None);
        loop {
            let waited = tokio::time::timeout(
                STUCK,
                told.wait_for(|told| *told >= u64::from(self.next) || Some(*told) > before),
            );
            match waited.await {
                Ok(at) if *at.as_ref().map_or(&0, |at| &**at) >= u64::from(self.next) => return Ok(()),
                Ok(at) => before = Some(*at.context("nobody listens any more")?),
                Err(_) => anyhow::bail!("{}", self.stuck(crowd)),
            }
        }
    }

    fn stuck(&self, crowd: &mut Crowd) -> String {
        let missing = crowd.with(|tally| tally.missing(self.next));
        let why = crowd.hung_up().unwrap_or_else(|| "nobody hung up".to_owned());
        format!("{missing} deliveries of {} messages did not come ({why})", self.next)
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.draining.abort();
    }
}

/// Reads whatever the server says to the publisher, and counts what ours answers.
async fn drain(mut socket: Socket, is_ours: bool, writer: Arc<Turn<Writer>>, answers: Arc<Mutex<Answers>>) {
    let mut message = Vec::new();
    let mut pings = Vec::new();
    loop {
        let read = socket
            .read(&mut |piece| match piece {
                Piece::Part(part) if is_ours => message.extend_from_slice(part),
                Piece::Part(_) | Piece::Close(_) => {}
                Piece::End => {
                    if raw::is(&message, b"ping") {
                        pings.push((Kind::Binary, raw::pong()));
                    } else if raw::is(&message, b"reply") {
                        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                        if raw::contains(&message, b"\xa5error") {
                            answers.refused += 1;
                        } else {
                            answers.accepted += 1;
                        }
                    }
                    message.clear();
                }
                Piece::Ping(ping) => pings.push((Kind::Pong, ping.to_vec())),
            })
            .await;
        if read.is_err() {
            return;
        }
        for (kind, bytes) in pings.drain(..) {
            let mut frame = Vec::new();
            put_frame(kind, &bytes, &mut frame);
            // A connection that is gone is found by its listeners.
            writer.lock().await.send_frames(&frame).await.ok();
        }
    }
}
