//! What the status of an answer means for a message. An answer that refuses is sure: the message has no name, so
//! nothing left; only failures inside of the network leave a doubt.

use parloir_desk::entity::Failure;

use super::super::{Cause, Later, Outcome};

/// Everything is well.
pub(super) const OK: u32 = 0;
/// The command is longer than anybody reads.
pub(super) const BAD_LENGTH: u32 = 0x02;
/// The command is not known.
pub(super) const BAD_COMMAND: u32 = 0x03;
/// Something is in the way for the moment: say it again later.
pub(super) const NOT_NOW: u32 = 0x64;

/// What a refused `submit_sm` means.
pub(super) fn outcome(status: u32) -> Outcome {
    let later = |failure, cause| Outcome::Later(Later { failure, after: None, cause });
    let failed = |failure| Outcome::Failed { failure };
    match status {
        // Throttled; the queue is full; too many are not answered.
        0x58 | 0x14 => later(Failure::Throttled, Cause::Pace),
        // Not bound, or bound for something else; the account is not allowed to.
        0x04 | 0x05 | 0x100 | 0x103 => later(Failure::Auth, Cause::Account),
        0x102 => later(Failure::Unknown, Cause::Account),
        NOT_NOW => later(Failure::Unknown, Cause::Message),
        0x0b | 0x50 | 0x51 => failed(Failure::InvalidNumber),
        0x01 | BAD_LENGTH | 0x61 | 0x62 | 0x65 | 0x66 | 0x101 => failed(Failure::RejectedContent),
        // The sender is not one of this account.
        0x0a | 0x48 | 0x49 => failed(Failure::Auth),
        BAD_COMMAND | 0x06 | 0x07 | 0x15 | 0x43 | 0xc0..=0xc4 | 0x104 => failed(Failure::Unsupported),
        // A system's error, a failed delivery, an unknown error: it may have been taken before.
        0x08 | 0xfe | 0xff => Outcome::Unknown,
        _ => failed(Failure::Unknown),
    }
}

/// Why a bind was refused.
pub(super) fn bind_failure(status: u32) -> Failure {
    match status {
        0x58 | 0x14 => Failure::Throttled,
        0x0d..=0x0f | 0x53 | 0x101 => Failure::Auth,
        _ => Failure::Unknown,
    }
}
