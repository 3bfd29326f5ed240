//! A log that takes its time: it appends only as often as it is let, and answers later still.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use tokio::sync::Semaphore;

use super::injected::{Fault, Injected};
use crate::log::{AppendError, EraseError, Erased, Log, MemoryLog, Position, ReadError, Record, SubjectId};

/// The log, over one that answers wrongly where it is told to.
pub(crate) struct Held {
    log: Injected<MemoryLog>,
    turns: Semaphore,
    /// Whoever is to hear what became of a record.
    answers: Semaphore,
}

impl Held {
    /// A log whose first `free` appends wait for nobody; later ones wait until they are let. Those with faults, counted
    /// from 0, are answered with these.
    pub(crate) fn after(free: usize, faults: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        Self {
            log: Injected::new(MemoryLog::new(), faults),
            turns: Semaphore::new(free),
            answers: Semaphore::new(free),
        }
    }

    pub(crate) fn let_append(&self, records: usize) {
        self.answers.add_permits(records);
        self.turns.add_permits(records);
    }

    /// Appends a record of which nobody hears yet.
    pub(crate) fn let_append_unheard(&self) {
        self.turns.add_permits(1);
    }

    pub(crate) fn let_hear(&self) {
        self.answers.add_permits(1);
    }
}

impl Log for Held {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        async move {
            self.turns.acquire().await.expect("it stays open").forget();
            let appended = self.log.append(expect, record).await;
            self.answers.acquire().await.expect("it stays open").forget();
            appended
        }
        .boxed()
    }

    fn read(&self, workspace: WorkspaceId, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
        self.log.read(workspace, after, max_bytes)
    }

    fn tail(&self, workspace: WorkspaceId) -> Position {
        self.log.tail(workspace)
    }

    fn workspaces(&self) -> Vec<WorkspaceId> {
        self.log.workspaces()
    }

    fn erase(&self, workspace: WorkspaceId, subjects: &BTreeSet<SubjectId>) -> Result<Erased, EraseError> {
        self.log.erase(workspace, subjects)
    }
}
