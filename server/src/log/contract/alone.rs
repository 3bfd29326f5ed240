//! A log of which everybody asks as if they were alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;

use crate::log::{AppendError, EraseError, Erased, Log, Position, ReadError, Record, SubjectId};

pub(crate) struct AskedAlone(pub(crate) Arc<dyn Log>);

impl Log for AskedAlone {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        self.0.append_alone(expect, record)
    }

    fn read(&self, workspace: WorkspaceId, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
        self.0.read(workspace, after, max_bytes)
    }

    fn tail(&self, workspace: WorkspaceId) -> Position {
        self.0.tail(workspace)
    }

    fn workspaces(&self) -> Vec<WorkspaceId> {
        self.0.workspaces()
    }

    fn erase(&self, workspace: WorkspaceId, subjects: &BTreeSet<SubjectId>) -> Result<Erased, EraseError> {
        self.0.erase(workspace, subjects)
    }
}
