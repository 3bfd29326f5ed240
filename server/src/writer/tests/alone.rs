//! Who counts as alone.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;

use super::groups;
use crate::locks::locked;
use crate::log::{AppendError, EraseError, Erased, Log, MemoryLog, Position, ReadError, Record, SubjectId};
use crate::node::Limits;
use crate::rehearsal::{Rehearsal, create_group, system};
use crate::rules::Rules;
use crate::writer::LONELY_BEFORE;

/// A log that notes of each record whether it was asked for by somebody alone.
#[derive(Default)]
struct Noted {
    log: MemoryLog,
    alone: Mutex<Vec<bool>>,
}

impl Noted {
    fn take(&self) -> Vec<bool> {
        std::mem::take(&mut locked(&self.alone))
    }
}

impl Log for Noted {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        locked(&self.alone).push(false);
        self.log.append(expect, record)
    }

    fn append_alone(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        locked(&self.alone).push(true);
        self.log.append(expect, record)
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

#[tokio::test]
async fn whoever_asks_after_some_who_were_alone_is_alone() {
    let log = Arc::new(Noted::default());
    let stage = Rehearsal::found(Arc::clone(&log) as Arc<dyn Log>, Limits::standard(), Rules::OURS).await;
    assert!(stage.ask_together(groups(&["a", "b"])).await.iter().all(Result::is_ok));
    assert_eq!(log.take().pop(), Some(false), "two are not alone");
    let mut expected = vec![false; LONELY_BEFORE as usize];
    expected.extend([true, true]);
    for number in 0..expected.len() {
        assert!(stage.ask(system(create_group(&format!("group {number}")))).await.is_ok());
    }
    assert_eq!(log.take(), expected);
    assert!(stage.ask_together(groups(&["c", "d"])).await.iter().all(Result::is_ok));
    assert!(stage.ask(system(create_group("e"))).await.is_ok());
    assert!(!log.take().contains(&true), "there were two a moment ago");
}
