//! The log of record: an append-only, totally ordered run of events per workspace. It decides nothing
//! about what an event means, and nobody but the writer may append.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

pub use record::{Commits, Hash, Payload, Position, Record, SubjectId};

#[cfg(test)]
mod contract;
mod memory;
mod record;
mod segments;

/// Where records are kept. Every implementation passes `contract`.
pub trait Log: Send + Sync + 'static {
    /// Makes `record` durable as the one after `expect`. It has happened only when `Ok` is returned.
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>>;

    /// The records of `workspace` that hold events after `after`, in order, until `max_bytes` are read
    /// (at least one record when there is one). The first may begin at or before `after`.
    fn read(&self, workspace: WorkspaceId, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError>;

    /// The position of the newest record; `Position::START` for a workspace without records.
    fn tail(&self, workspace: WorkspaceId) -> Position;

    /// Every workspace that has at least one record.
    fn workspaces(&self) -> Vec<WorkspaceId>;

    /// Removes the payloads of `subjects` from every record of `workspace`, in all bytes kept. The chain
    /// of hashes stays whole. Runs beside appends; when it returns `Ok`, no byte of them is left.
    fn erase(&self, workspace: WorkspaceId, subjects: &BTreeSet<SubjectId>) -> Result<Erased, EraseError>;
}
