//! Named places at which a test ends the process, as a power cut would: nothing is tidied up. Without the
//! variable nothing happens.

use std::sync::OnceLock;

/// Names the place.
const VARIABLE: &str = "PARLOIR_FAULT";

/// The places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// The intent to send is durable, the provider is not called.
    OutboxStarted,
    /// The provider answered, nothing of it is recorded.
    OutboxAnswered,
    /// What the provider answered is durable.
    OutboxRecorded,
    /// What a webhook reports is durable, the provider is not told.
    InboundTaken,
    /// A webhook's receiver took an event, nothing of it is recorded.
    HookTaken,
}

impl Point {
    fn name(self) -> &'static str {
        match self {
            Self::OutboxStarted => "outbox.started",
            Self::OutboxAnswered => "outbox.answered",
            Self::OutboxRecorded => "outbox.recorded",
            Self::InboundTaken => "inbound.taken",
            Self::HookTaken => "hook.taken",
        }
    }
}

/// Ends the process where the variable names this place.
pub(crate) fn at(point: Point) {
    static WANTED: OnceLock<Option<String>> = OnceLock::new();
    let wanted = WANTED.get_or_init(|| std::env::var(VARIABLE).ok());
    if wanted.as_deref() == Some(point.name()) {
        std::process::abort();
    }
}
