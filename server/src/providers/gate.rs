//! How an account at a provider is doing, and whether it may be asked now: its pace, the pauses that it wants,
//! and a breaker that opens when nothing comes through. It calls nobody.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use parloir_desk::entity::Failure;
use parloir_protocol::ids::ChannelId;
use parloir_protocol::time::Time;
use tokio::time::Instant;

use super::{Cause, Later, Rate, Rates};
use crate::dice::Dice;
use crate::figures;
use crate::locks::locked;
use crate::secret::random_bytes;

pub(crate) use breaker::Breaker;
#[cfg(test)]
use breaker::{FAILURES_MAX, OPEN_LONGEST};
pub use standing::{Condition, Standing};

mod breaker;
mod standing;
#[cfg(test)]
mod tests;

/// Channels whose pace is kept; beyond it the one that paused longest is forgotten.
const CHANNELS_MAX: usize = 10_000;
/// The first pause of an account that is too fast, at most.
const PACE_FIRST: Duration = Duration::from_millis(500);
/// The longest pause of an account that is too fast, also when it asks for a longer one.
const PACE_LONGEST: Duration = Duration::from_secs(300);
/// How soon is looked again at a line that was to be up by now.
const LINE_LOOK: Duration = Duration::from_millis(250);
/// Doublings of a pause.
const DOUBLINGS_MAX: u32 = 16;

/// Whether a message may go to the account now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Go,
    /// Its channel or the account is at its pace, or the account asked for a pause.
    Paced {
        until: Instant,
    },
    /// The breaker is open.
    Broken {
        until: Instant,
    },
}

/// What came of a call, as far as the account is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It answered, whatever it said.
    Answered,
    /// It has to wait.
    Later(Later),
    /// It did not answer.
    Silent,
    /// It was not asked after all.
    NotAsked,
}

/// The gate of one account.
pub struct Gate {
    name: String,
    inner: Mutex<Inner>,
}

struct Inner {
    breaker: Breaker,
    /// The account's line is down, at least until then.
    line_down_until: Option<Instant>,
    /// The account wants no calls until then.
    paused_until: Option<Instant>,
    /// Pauses in a row.
    pauses: u32,
    /// When the next message of a channel would be on time.
    channels: BTreeMap<ChannelId, Instant>,
    /// The same of the account, whatever the channel.
    account_due: Option<Instant>,
    last_failure: Option<(Failure, Time)>,
    waiting: usize,
    files_waiting: usize,
    dice: Dice,
}

impl Gate {
    /// A gate that is open.
    pub fn new(name: &str) -> Self {
        Self::seeded(u64::from_le_bytes(random_bytes()), name)
    }

    /// One whose chances are repeatable.
    pub fn seeded(seed: u64, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            inner: Mutex::new(Inner {
                breaker: Breaker::default(),
                line_down_until: None,
                paused_until: None,
                pauses: 0,
                channels: BTreeMap::new(),
                account_due: None,
                last_failure: None,
                waiting: 0,
                files_waiting: 0,
                dice: Dice::of(seed, &[name.as_bytes()]),
            }),
        }
    }

    /// Whether a message of `channel` may go now. One that may is counted, and has to be settled.
    pub fn admit(&self, channel: ChannelId, rates: Rates, now: Instant) -> Admission {
        let mut inner = self.lock();
        if let Some(until) = inner.line_down_until {
            return Admission::Broken { until: until.max(now + LINE_LOOK) };
        }
        if let Some(until) = inner.paused_until.filter(|until| *until > now) {
            return Admission::Paced { until };
        }
        if let Err(until) = inner.breaker.may_pass(now) {
            return Admission::Broken { until };
        }
        if let Err(until) = inner.pace(channel, rates, now) {
            return Admission::Paced { until };
        }
        inner.breaker.pass(now);
        Admission::Go
    }

    /// Takes in what came of a call.
    pub fn settle(&self, effect: Effect, now: Instant, wall: Time) {
        let mut inner = self.lock();
        let Inner { breaker, dice, .. } = &mut *inner;
        match effect {
            Effect::Answered => {
                breaker.answered();
                inner.pauses = 0;
            }
            Effect::NotAsked => breaker.not_asked(now),
            Effect::Silent => {
                self.count_opened(breaker.failed(now, None, dice));
                inner.last_failure = Some((Failure::Unknown, wall));
            }
            Effect::Later(later) => {
                match later.cause {
                    Cause::Account | Cause::Doubt => {
                        self.count_opened(breaker.failed(now, later.after, dice));
                    }
                    Cause::Message => breaker.answered(),
                    Cause::Pace => {
                        breaker.answered();
                        inner.pause(later.after, now);
                    }
                }
                inner.last_failure = Some((later.failure, wall));
            }
        }
    }

    /// The account's line is down, and is tried again at `until`: nothing passes before it is up.
    pub fn line_down(&self, until: Instant, failure: Option<Failure>, wall: Time) {
        let mut inner = self.lock();
        inner.line_down_until = Some(until);
        if let Some(failure) = failure {
            inner.last_failure = Some((failure, wall));
        }
    }

    /// The account's line is up.
    pub fn line_up(&self) {
        self.lock().line_down_until = None;
    }

    /// Notes a message that failed for good.
    pub fn note_failure(&self, failure: Failure, wall: Time) {
        self.lock().last_failure = Some((failure, wall));
    }

    /// Messages that wait for this account, counted by who holds them.
    pub fn waiting(&self, before: usize, now: usize) {
        let mut inner = self.lock();
        inner.waiting = inner.waiting.saturating_sub(before) + now;
    }

    /// Files that came in and are still with this account's provider, counted by who fetches them.
    pub fn files_waiting(&self, before: usize, now: usize) {
        let mut inner = self.lock();
        inner.files_waiting = inner.files_waiting.saturating_sub(before) + now;
    }

    /// How the account stands.
    pub fn standing(&self, now: Instant) -> Standing {
        let inner = self.lock();
        let paused = inner.paused_until.is_some_and(|until| until > now);
        let is_down = inner.line_down_until.is_some();
        Standing {
            condition: if is_down { Condition::Down } else { inner.breaker.condition(paused) },
            last_failure: inner.last_failure,
            waiting: inner.waiting,
            files_waiting: inner.files_waiting,
            back_in: inner
                .line_down_until
                .map(|until| until.saturating_duration_since(now))
                .or_else(|| inner.breaker.back_in(now))
                .or_else(|| {
                    let until = inner.paused_until.filter(|until| *until > now)?;
                    Some(until - now)
                }),
        }
    }

    fn count_opened(&self, opened: bool) {
        if opened {
            figures::count(figures::BREAKERS_OPENED, &self.name);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        locked(&self.inner)
    }
}

impl Inner {
    /// A message goes when its channel and the account are both on time, and counts to both.
    fn pace(&mut self, channel: ChannelId, rates: Rates, now: Instant) -> Result<(), Instant> {
        let channel_due = one_more(self.channels.get(&channel).copied(), rates.channel, now)?;
        let account_due = rates.account.map(|rate| one_more(self.account_due, rate, now)).transpose()?;
        self.account_due = account_due;
        self.channels.insert(channel, channel_due);
        if self.channels.len() > CHANNELS_MAX {
            let oldest = self.channels.iter().min_by_key(|(_, due)| **due).map(|(channel, _)| *channel);
            if let Some(channel) = oldest {
                self.channels.remove(&channel);
            }
        }
        Ok(())
    }

    fn pause(&mut self, after: Option<Duration>, now: Instant) {
        let jitter = full_jitter(PACE_FIRST, PACE_LONGEST, self.pauses, &mut self.dice);
        // Who asks for a pause gets it, and a little more, so that not all come back in the same moment.
        let pause = after.map_or(jitter, |after| after.min(PACE_LONGEST) + jitter.min(PACE_FIRST));
        self.pauses = self.pauses.saturating_add(1);
        let until = now + pause;
        self.paused_until = Some(self.paused_until.map_or(until, |before| before.max(until)));
    }
}

/// The generic cell rate algorithm: each message moves the due time by one interval, and it may run ahead of the
/// clock by a burst. The due time after one more; otherwise when one more may go.
fn one_more(due: Option<Instant>, rate: Rate, now: Instant) -> Result<Instant, Instant> {
    let interval = Duration::from_secs(1) / rate.per_second.max(1);
    let ahead = interval * rate.burst.max(1).saturating_sub(1);
    let due = due.unwrap_or(now).max(now);
    if due > now + ahead { Err(due - ahead) } else { Ok(due + interval) }
}

/// Anything from nothing to a wait that doubles with every try, up to the longest.
pub fn full_jitter(first: Duration, longest: Duration, tries: u32, dice: &mut Dice) -> Duration {
    let most = first.saturating_mul(2_u32.saturating_pow(tries.min(DOUBLINGS_MAX))).min(longest);
    let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(dice.between(0, most))
}
