//! Why a command or a query got no answer, or got a refusal.

use parloir_protocol::codec::Malformed;
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::CommandId;
use thiserror::Error;

/// Why a command was not done, as far as is known.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CommandError {
    /// The server said no, and it did not happen.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(ErrorBody),
    /// No answer in time. It may have happened: the same id again tells.
    #[error("command {0} was not answered in time: it may have happened")]
    Unanswered(CommandId),
    /// The connection ended for good with this close code.
    #[error("the connection ended with {code}: {reason}")]
    Ended {
        /// The close code.
        code: u16,
        /// A sentence.
        reason: String,
    },
    /// The answer is of another shape than this client knows.
    #[error("the answer cannot be read: {0}")]
    Malformed(Malformed),
    /// The outbox store did not take it, so it was not sent.
    #[error("the command was not kept, so not sent: {0}")]
    NotKept(String),
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum QueryError {
    /// The server said no.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(ErrorBody),
    /// No answer in time.
    #[error("the query was not answered in time")]
    Unanswered,
    /// The connection ended for good with this close code.
    #[error("the connection ended with {code}: {reason}")]
    Ended {
        /// The close code.
        code: u16,
        /// A sentence.
        reason: String,
    },
    /// The answer is of another shape than this client knows.
    #[error("the answer cannot be read: {0}")]
    Malformed(Malformed),
    /// So much happened meanwhile, again and again, that the answer could not be folded.
    #[error("too much happened while the query was on its way")]
    Overtaken,
}

/// Why an ask ended without an answer that accepts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    Refused(ErrorBody),
    Unanswered,
    Ended { code: u16, reason: String },
}

impl Failure {
    pub(crate) fn of_command(self, id: CommandId) -> CommandError {
        match self {
            Self::Refused(body) => CommandError::Refused(body),
            Self::Unanswered => CommandError::Unanswered(id),
            Self::Ended { code, reason } => CommandError::Ended { code, reason },
        }
    }

    pub(crate) fn of_query(self) -> QueryError {
        match self {
            Self::Refused(body) => QueryError::Refused(body),
            Self::Unanswered => QueryError::Unanswered,
            Self::Ended { code, reason } => QueryError::Ended { code, reason },
        }
    }
}
