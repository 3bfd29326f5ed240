//! A log in memory, for tests and simulation. It keeps every promise but durability.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use parloir_protocol::ids::WorkspaceId;

use super::{
    AppendError, EraseError, Erased, Log, Payload, Position, RECORD_BYTES_MAX, ReadError, Record, SubjectId,
};

use crate::locks::locked;

/// Records of all workspaces, gone with the process.
#[derive(Debug, Default)]
pub struct MemoryLog {
    workspaces: Mutex<BTreeMap<WorkspaceId, Vec<Record>>>,
}

impl MemoryLog {
    /// A log without records.
    pub fn new() -> Self {
        Self::default()
    }

    fn append_now(&self, expect: Position, record: Record) -> Result<Position, AppendError> {
        assert!(record.follows(expect), "the record of {} does not follow {expect:?}", record.workspace);
        let bytes = record.encoded_bytes();
        if bytes > RECORD_BYTES_MAX {
            return Err(AppendError::TooLarge { bytes, max: RECORD_BYTES_MAX });
        }
        let mut workspaces = self.lock();
        let tail = tail(&workspaces, record.workspace);
        if tail != expect {
            return Err(AppendError::Conflict { tail });
        }
        let position = record.position();
        workspaces.entry(record.workspace).or_default().push(record);
        Ok(position)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Vec<Record>>> {
        locked(&self.workspaces)
    }
}

impl Log for MemoryLog {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        ready(self.append_now(expect, record)).boxed()
    }

    fn read(&self, workspace: WorkspaceId, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
        let workspaces = self.lock();
        let records = workspaces.get(&workspace).map_or(&[][..], Vec::as_slice);
        let from = records.partition_point(|record| record.last_seq <= after);
        let mut bytes = 0;
        let within = |record: &&Record| {
            let is_wanted = bytes < max_bytes.max(1);
            bytes += record.encoded_bytes();
            is_wanted
        };
        Ok(records[from..].iter().take_while(within).cloned().collect())
    }

    fn tail(&self, workspace: WorkspaceId) -> Position {
        tail(&self.lock(), workspace)
    }

    fn workspaces(&self) -> Vec<WorkspaceId> {
        self.lock().keys().copied().collect()
    }

    fn erase(&self, workspace: WorkspaceId, subjects: &BTreeSet<SubjectId>) -> Result<Erased, EraseError> {
        let mut erased = Erased::default();
        for record in self.lock().get_mut(&workspace).into_iter().flatten() {
            if let Some(without) = record.without(subjects) {
                erased.count(record, &without);
                *record = without;
            }
        }
        Ok(erased)
    }
}

impl Erased {
    /// Counts one record and what `after` lacks of `before`.
    pub(super) fn count(&mut self, before: &Record, after: &Record) {
        let present = |record: &Record| record.personal.iter().filter_map(Payload::subject).count();
        self.records += 1;
        self.payloads += (present(before) - present(after)) as u64;
    }
}

fn tail(workspaces: &BTreeMap<WorkspaceId, Vec<Record>>, workspace: WorkspaceId) -> Position {
    workspaces.get(&workspace).and_then(|records| records.last()).map_or(Position::START, Record::position)
}
