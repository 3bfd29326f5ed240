//! The log of record: an append-only, totally ordered run of events per workspace. It decides nothing
//! about what an event means, and nobody but the writer may append.

use std::collections::BTreeSet;
use std::io;

use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

pub use memory::MemoryLog;
pub use record::{Commits, Hash, Head, Payload, Position, RECORD_BYTES_MAX, Record, RecordError, SubjectId};
pub use segments::{
    DiskFiles, Files, Hole, LockedLog, OpenError, OpenReport, Repaired, SegmentLimits, SegmentLog,
    StoredFile, TornTail,
};

#[cfg(test)]
pub(crate) mod contract;
mod fields;
mod memory;
mod record;
mod segments;

/// Where records are kept. Every implementation passes `contract`.
pub trait Log: Send + Sync + 'static {
    /// Makes `record` durable as the one after `expect`. It has happened only when `Ok` is returned, and
    /// may have happened after `Unknown`. Panics when `record` does not itself follow `expect`.
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>>;

    /// The same for somebody beside whom nothing waits to be decided: the record may be made durable before this returns,
    /// on the caller's own thread.
    fn append_alone(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        self.append(expect, record)
    }

    /// The records of `workspace` that hold events after `after`, in order, until `max_bytes` are read
    /// (at least one record when there is one). The first may begin at or before `after`.
    fn read(&self, workspace: WorkspaceId, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError>;

    /// The position of the newest record; `Position::START` for a workspace without records.
    fn tail(&self, workspace: WorkspaceId) -> Position;

    /// Every workspace that has at least one record.
    fn workspaces(&self) -> Vec<WorkspaceId>;

    /// Removes the payloads of `subjects` from every record of `workspace`, in all bytes kept. The chain
    /// of hashes stays whole. Runs beside appends; when it returns `Ok`, no byte of them is left. It
    /// waits for the disk, so it belongs on a thread that may block.
    fn erase(&self, workspace: WorkspaceId, subjects: &BTreeSet<SubjectId>) -> Result<Erased, EraseError>;
}

/// What an erasure removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Records that lost at least one payload.
    pub records: u64,
    /// Payloads removed.
    pub payloads: u64,
}

/// Why a record is not known to be in the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AppendError {
    /// Somebody appended since; nothing was written.
    #[error("the log continues at seq {} of epoch {:016x}, not where this record does", tail.seq, tail.epoch)]
    Conflict {
        /// Where the workspace's log ends.
        tail: Position,
    },
    /// It may or may not have been written: read the log again before doing anything else.
    #[error("it is not known whether the record was written")]
    Unknown,
    /// The reserve of free space is reached; nothing was written. Heals by itself.
    #[error("the disk is full up to its reserve")]
    Full,
    /// The log takes no records; nothing was written.
    #[error("the log is not available")]
    Unavailable,
    /// The record is too large for any log; nothing was written.
    #[error("a record of {bytes} bytes is over the limit of {max}")]
    TooLarge {
        /// Length of the record.
        bytes: usize,
        /// The longest that is taken.
        max: usize,
    },
    /// The workspace is read-only until `parloir repair`; nothing was written.
    #[error("the workspace's log is damaged and read-only until it is repaired")]
    Damaged,
}

/// Why records could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The place where the records are failed.
    #[error("reading the log failed: {0}")]
    Io(#[source] io::Error),
    /// Bytes that were whole when the log was opened no longer are.
    #[error("the log is damaged at byte {offset} of segment {segment}")]
    Corrupt {
        /// The segment's first batch number.
        segment: u64,
        /// Where the batch begins.
        offset: u64,
    },
    /// The log does not answer.
    #[error("the log is not available")]
    Unavailable,
}

/// Why payloads may still be there.
#[derive(Debug, Error)]
pub enum EraseError {
    /// The place where the records are failed.
    #[error("rewriting the log failed: {0}")]
    Io(#[source] io::Error),
    /// The log does not answer.
    #[error("the log is not available")]
    Unavailable,
    /// Bytes that cannot be read may hold the payloads.
    #[error("the log is damaged and must be repaired first")]
    Damaged,
    /// What a repair set aside may hold the payloads.
    #[error("'{file}', set aside by a repair, may hold what is to be erased: remove it first")]
    SetAside {
        /// Name of the file in the log's folder.
        file: String,
    },
}
