//! Why an upload does not go on, and how a client sees that.

use std::io;

use parloir_protocol::error::{Code, ErrorBody};
use thiserror::Error;

use crate::blobs::BlobError;
use crate::media::Refused;

/// When a client may try again what there was no room for.
const RETRY_MS: u64 = 5_000;

/// Why an upload does not go on.
#[derive(Debug, Error)]
pub enum UploadError {
    #[error("no such attachment")]
    NotFound,
    #[error("the file has no bytes")]
    Empty,
    #[error("the file has more bytes than were announced, or than the {max} that are allowed")]
    TooLarge { max: u64 },
    #[error("more {of} are on their way than the {max} that are allowed: send or give up some")]
    Quota { of: &'static str, max: u64 },
    #[error("the upload stands at {offset}: go on from there")]
    Offset { offset: u64 },
    #[error("{offset} of {bytes} bytes are here: send the rest first")]
    Incomplete { offset: u64, bytes: u64 },
    #[error("nothing came for too long: go on from {offset}")]
    Stalled { offset: u64 },
    #[error("the body did not arrive whole: go on from {offset}")]
    Broken { offset: u64 },
    #[error("the disk is full to its reserve: try again later")]
    Full,
    #[error("too many files arrive at this moment: try again later")]
    Busy,
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] BlobError),
    #[error("the upload cannot be written")]
    File(#[from] io::Error),
}

impl UploadError {
    /// Whether the file itself is not wanted, so that the upload is over.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::TooLarge { .. } => true,
            Self::Refused(Refused::Unsupported { .. } | Refused::TooManyPixels { .. }) => true,
            Self::Refused(Refused::File(_)) | Self::Store(_) | Self::File(_) => false,
            Self::NotFound | Self::Empty | Self::Quota { .. } | Self::Offset { .. } => false,
            Self::Incomplete { .. } | Self::Stalled { .. } | Self::Broken { .. } => false,
            Self::Full | Self::Busy => false,
        }
    }

    /// The same as clients see it.
    pub fn body(&self) -> ErrorBody {
        let body = |code| ErrorBody::new(code, self.to_string());
        let later =
            |code| ErrorBody { retry_after_ms: Some(RETRY_MS), ..ErrorBody::new(code, self.to_string()) };
        match self {
            Self::NotFound => body(Code::AttachmentNotFound),
            Self::Empty => body(Code::FieldEmpty).with("field", "bytes"),
            Self::TooLarge { max } => body(Code::AttachmentTooLarge).with("max", *max),
            Self::Quota { of, max } => body(Code::QuotaExceeded).with("of", *of).with("max", *max),
            Self::Offset { offset } => body(Code::UploadOffset).with("offset", *offset),
            Self::Incomplete { offset, bytes } => {
                body(Code::AttachmentIncomplete).with("offset", *offset).with("bytes", *bytes)
            }
            Self::Stalled { offset } | Self::Broken { offset } => {
                body(Code::Unavailable).with("offset", *offset)
            }
            Self::Full => later(Code::ReadOnly),
            Self::Busy => later(Code::Busy),
            Self::Refused(refused) => refused_body(refused),
            Self::Store(error) => {
                tracing::error!(%error, "uploads.store_failed");
                ErrorBody::new(Code::Unavailable, "the file could not be stored: try again later")
            }
            Self::File(error) => failed(error),
        }
    }
}

fn refused_body(refused: &Refused) -> ErrorBody {
    match refused {
        Refused::Unsupported { found } => {
            ErrorBody::new(Code::UnsupportedFile, refused.to_string()).with("found", found.as_str())
        }
        Refused::TooManyPixels { max, .. } => ErrorBody::new(Code::AttachmentTooLarge, refused.to_string())
            .with("field", "pixels")
            .with("max", *max),
        Refused::File(error) => failed(error),
    }
}

fn failed(error: &io::Error) -> ErrorBody {
    tracing::error!(%error, "uploads.failed");
    ErrorBody::new(Code::Unavailable, "the upload could not be written: try again later")
}
