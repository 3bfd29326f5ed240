//! Twilio's error codes as ours. What is not listed is judged by the status of its answer.

use std::time::Duration;

use parloir_desk::entity::Failure;

use super::super::{Cause, Later, Outcome};

/// What a code in a refused call means; nothing when it is not listed.
pub(super) fn outcome(code: u32, after: Option<Duration>) -> Option<Outcome> {
    let later = |failure, cause| Some(Outcome::Later(Later { failure, after, cause }));
    match code {
        // Too many requests; the queue is full; a channel's rate.
        20429 | 14107 | 30001 | 30022 | 63018 => later(Failure::Throttled, Cause::Pace),
        20003 | 20404 | 20008 => later(Failure::Auth, Cause::Account),
        30002 | 10001 | 20005 | 90010 => later(Failure::Billing, Cause::Account),
        20500 | 20503 => later(Failure::Unknown, Cause::Account),
        _ => Some(Outcome::Failed { failure: failure(code)? }),
    }
}

/// What a code of a failed message means; nothing when it is not listed.
pub(super) fn failure(code: u32) -> Option<Failure> {
    Some(match code {
        21211 | 21214 | 21217 | 21614 | 30005 | 63024 => Failure::InvalidNumber,
        21610 => Failure::OptedOut,
        21612 | 30003 | 30006 => Failure::Unreachable,
        63003 | 63001 => Failure::NotOnChannel,
        63016 => Failure::WindowExpired,
        30004 | 63032 => Failure::Blocked,
        30036 | 63022 => Failure::Expired,
        21602 | 21617 | 30007 | 30019 | 63013 | 63005 | 63027 | 63028 | 63040 | 63041 => {
            Failure::RejectedContent
        }
        12300 | 21620 | 63019 | 63021 => Failure::Unsupported,
        21408 | 21606 | 21659 | 30034 | 63007 | 63020 => Failure::Auth,
        30001 | 30022 | 63018 | 63038 => Failure::Throttled,
        30002 => Failure::Billing,
        30008 => Failure::Unknown,
        _ => return None,
    })
}
