//! The breaker of an account: after several failures in a row nothing passes for a while, then one message at
//! a time, until one comes through. It knows no message.

use std::time::Duration;

use tokio::time::Instant;

use super::full_jitter;
use super::standing::Condition;
use crate::dice::Dice;

/// Failures in a row that open it.
pub(super) const FAILURES_MAX: u32 = 5;
/// The first time that it stays open, at most.
const OPEN_FIRST: Duration = Duration::from_secs(1);
/// It never stays open longer, also when the account asks for it.
pub(super) const OPEN_LONGEST: Duration = Duration::from_secs(60);
/// A probe that nobody settled is forgotten.
const PROBE_MAX: Duration = Duration::from_secs(120);
/// How soon is looked again while another message probes.
const PROBE_LOOK: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breaker {
    /// Everything passes.
    Closed { failures: u32 },
    /// Nothing passes until then; it opened so many times in a row.
    Open { until: Instant, times: u32 },
    /// One message passes to see.
    HalfOpen { probe_since: Instant, times: u32 },
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether a message may pass, or when to look again.
    pub(crate) fn may_pass(&self, now: Instant) -> Result<(), Instant> {
        match *self {
            Self::Closed { .. } => Ok(()),
            Self::Open { until, .. } if until > now => Err(until),
            Self::Open { .. } => Ok(()),
            Self::HalfOpen { probe_since, .. } if probe_since + PROBE_MAX <= now => Ok(()),
            Self::HalfOpen { .. } => Err(now + PROBE_LOOK),
        }
    }

    /// A message passes.
    pub(crate) fn pass(&mut self, now: Instant) {
        match *self {
            Self::Closed { .. } => {}
            Self::Open { times, .. } | Self::HalfOpen { times, .. } => {
                *self = Self::HalfOpen { probe_since: now, times };
            }
        }
    }

    /// What was let through asked nobody: another one may.
    pub(super) fn not_asked(&mut self, now: Instant) {
        match *self {
            Self::HalfOpen { times, .. } => *self = Self::Open { until: now, times },
            Self::Closed { .. } | Self::Open { .. } => {}
        }
    }

    /// The account answered.
    pub(crate) fn answered(&mut self) {
        *self = Self::default();
    }

    /// The account did not answer, or said that it is out of order. Whether it opened for that.
    pub(crate) fn failed(&mut self, now: Instant, after: Option<Duration>, dice: &mut Dice) -> bool {
        let times = match *self {
            Self::Closed { failures } if failures + 1 < FAILURES_MAX && after.is_none() => {
                *self = Self::Closed { failures: failures + 1 };
                return false;
            }
            Self::Closed { .. } => 0,
            // Calls that began before it opened tell nothing new.
            Self::Open { .. } => return false,
            Self::HalfOpen { times, .. } => times,
        };
        let jitter = full_jitter(OPEN_FIRST, OPEN_LONGEST, times, dice);
        let open = after.map_or(jitter, |after| after.min(OPEN_LONGEST));
        *self = Self::Open { until: now + open, times: times.saturating_add(1) };
        true
    }

    pub(super) fn condition(&self, is_paused: bool) -> Condition {
        match self {
            Self::Closed { failures: 0 } if !is_paused => Condition::Up,
            Self::Closed { .. } => Condition::Degraded,
            Self::Open { .. } | Self::HalfOpen { .. } => Condition::Down,
        }
    }

    pub(super) fn back_in(&self, now: Instant) -> Option<Duration> {
        match *self {
            Self::Open { until, .. } => Some(until.saturating_duration_since(now)),
            Self::Closed { .. } | Self::HalfOpen { .. } => None,
        }
    }
}
