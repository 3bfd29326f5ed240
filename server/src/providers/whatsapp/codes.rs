//! The error codes of the Cloud API as ours. What is not listed is judged by the status of its answer.

use std::time::Duration;

use parloir_desk::entity::Failure;

use super::super::{Cause, Later, Outcome};

/// What a code in a refused call means; nothing when it is not listed.
pub(super) fn outcome(code: i64, after: Option<Duration>) -> Option<Outcome> {
    let later = |failure, cause| Some(Outcome::Later(Later { failure, after, cause }));
    match code {
        4 | 80007 | 130_429 | 131_048 | 133_016 => later(Failure::Throttled, Cause::Pace),
        // Too many to this one person.
        131_056 => later(Failure::Throttled, Cause::Message),
        0 | 3 | 10 | 190 | 200..=219 | 131_005 | 131_031 | 131_045 | 368 => {
            later(Failure::Auth, Cause::Account)
        }
        131_042 => later(Failure::Billing, Cause::Account),
        // The service is out of order, overloaded or in maintenance: it says that nothing left.
        1 | 2 | 131_016 | 131_057 | 133_004 => later(Failure::Unknown, Cause::Account),
        _ => Some(Outcome::Failed { failure: failure(code)? }),
    }
}

/// What a code of a failed message means; nothing when it is not listed.
pub(super) fn failure(code: i64) -> Option<Failure> {
    Some(match code {
        131_047 => Failure::WindowExpired,
        131_026 => Failure::NotOnChannel,
        131_021 | 131_030 => Failure::InvalidNumber,
        131_050 => Failure::OptedOut,
        130_403 | 130_497 => Failure::Blocked,
        131_051 => Failure::Unsupported,
        100 | 131_008 | 131_009 | 131_052 | 131_053 | 132_000..=132_999 => Failure::RejectedContent,
        4 | 80007 | 130_429 | 131_048 | 131_049 | 131_056 => Failure::Throttled,
        0 | 3 | 10 | 190 | 200..=219 | 131_005 | 131_031 | 131_045 | 368 => Failure::Auth,
        131_042 => Failure::Billing,
        130_472 | 131_000 | 131_016 => Failure::Unknown,
        _ => return None,
    })
}
