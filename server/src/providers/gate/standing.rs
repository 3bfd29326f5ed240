//! How an account stands, in words that a status page may show: nothing of messages, people or secrets.

use std::time::Duration;

use parloir_desk::entity::Failure;
use parloir_protocol::time::Time;

/// A snapshot of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub condition: Condition,
    /// The last failure and when it was, also when all is well since.
    pub last_failure: Option<(Failure, Time)>,
    /// Messages that wait for it.
    pub waiting: usize,
    /// Files that it has and that are wanted here.
    pub files_waiting: usize,
    /// Until it is asked again.
    pub back_in: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Up,
    /// It slows down, or failed lately.
    Degraded,
    /// Nothing comes through.
    Down,
}

impl Condition {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}
