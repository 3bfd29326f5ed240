//! A log that takes its time: it appends only as often as it is let.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use tokio::sync::Semaphore;

use crate::log::contract::injected::{Fault, Injected};
use crate::log::{AppendError, EraseError, Erased, Log, MemoryLog, Position, ReadError, Record, SubjectId};
use crate::node::Limits;
use crate::rehearsal::{FOUNDING_RECORDS, Rehearsal};
use crate::rules::Rules;

/// The log, over one that answers wrongly where it is told to.
pub(super) struct Held {
    log: Injected<MemoryLog>,
    turns: Semaphore,
}

impl Held {
    pub(super) fn let_append(&self, records: usize) {
        self.turns.add_permits(records);
    }
}

/// A founded workspace whose later appends wait until they are let, and then are answered with these faults.
pub(super) async fn held(faults: &[Fault]) -> (Rehearsal, Arc<Held>) {
    let numbered = (FOUNDING_RECORDS..).zip(faults.iter().copied());
    let log = Injected::new(MemoryLog::new(), numbered);
    let log = Arc::new(Held { log, turns: Semaphore::new(FOUNDING_RECORDS) });
    let stage = Rehearsal::found(Arc::clone(&log) as Arc<dyn Log>, Limits::standard(), Rules::OURS).await;
    (stage, log)
}

impl Log for Held {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        async move {
            self.turns.acquire().await.expect("it stays open").forget();
            self.log.append(expect, record).await
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
