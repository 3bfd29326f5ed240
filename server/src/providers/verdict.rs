//! What an answer of a provider means for a message, where its status alone says it: whether it left, failed or
//! waits. Codes inside of bodies are each provider's own.

use parloir_desk::entity::Failure;

use super::web::Answer;
use super::{Cause, Later, Outcome};

/// Whether a provider that failed inside may have taken the message all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    MayHaveLeft,
    /// Sending again is safe, so it does not matter.
    Harmless,
}

/// What a status that is no success says by itself.
pub(super) fn of_status(answer: &Answer, doubt: Doubt) -> Outcome {
    let later = |failure, cause| Outcome::Later(Later { failure, after: answer.retry_after, cause });
    match answer.status {
        429 => later(Failure::Throttled, Cause::Pace),
        // Whoever says when to come back knows what it did; a bare one may be a proxy's, in front of who took it.
        503 if answer.retry_after.is_some() => later(Failure::Unknown, Cause::Account),
        401 | 403 | 407 => later(Failure::Auth, Cause::Account),
        402 => later(Failure::Billing, Cause::Account),
        425 => later(Failure::Unknown, Cause::Message),
        408 => match doubt {
            Doubt::MayHaveLeft => Outcome::Unknown,
            Doubt::Harmless => later(Failure::Unknown, Cause::Doubt),
        },
        413 | 415 => Outcome::Failed { failure: Failure::Unsupported },
        400..=499 => Outcome::Failed { failure: Failure::RejectedContent },
        _ => match doubt {
            Doubt::MayHaveLeft => Outcome::Unknown,
            Doubt::Harmless => later(Failure::Unknown, Cause::Doubt),
        },
    }
}

/// Nobody was told of the message.
pub(super) fn not_called(name: &str, reason: &str) -> Outcome {
    tracing::warn!(provider = name, reason, "provider.not_reached");
    Outcome::Later(Later { failure: Failure::Unknown, after: None, cause: Cause::Account })
}

/// Perhaps somebody was.
pub(super) fn lost(name: &str, reason: &str) -> Outcome {
    tracing::warn!(provider = name, reason, "provider.no_answer");
    Outcome::Unknown
}
