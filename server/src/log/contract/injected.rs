//! A log whose answers go wrong on chosen calls, and that notes how it was called, to test those who append.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;

use super::samples::{next, workspace};
use crate::locks::locked;
use crate::log::{
    AppendError, EraseError, Erased, Log, MemoryLog, Position, RECORD_BYTES_MAX, ReadError, Record, SubjectId,
};

/// What became of the record behind a wrong answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is in the log.
    Appended,
    /// It is not.
    Lost,
}

/// A wrong answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `Unknown`.
    Unknown(Fate),
    /// `Conflict` with the tail as it then is.
    Conflict(Fate),
    /// `Full`.
    Full,
    /// `TooLarge`.
    TooLarge,
}

/// A log that answers some appends wrongly, counted from 0.
pub(crate) struct Injected<L> {
    pub(crate) log: L,
    faults: BTreeMap<usize, Fault>,
    /// Of each append, whether somebody alone asked for it.
    appends: Mutex<Vec<bool>>,
}

impl<L: Log> Injected<L> {
    pub(crate) fn new(log: L, faults: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        Self { log, faults: faults.into_iter().collect(), appends: Mutex::default() }
    }

    /// Of each append so far, whether somebody alone asked for it.
    pub(crate) fn asked_alone(&self) -> Vec<bool> {
        locked(&self.appends).clone()
    }

    fn answer(
        &self,
        expect: Position,
        record: Record,
        is_alone: bool,
    ) -> BoxFuture<'_, Result<Position, AppendError>> {
        let mut appends = locked(&self.appends);
        let fault = self.faults.get(&appends.len());
        appends.push(is_alone);
        match fault {
            Some(fault) => self.go_wrong(*fault, expect, record).boxed(),
            None => self.log.append(expect, record),
        }
    }

    async fn go_wrong(
        &self,
        fault: Fault,
        expect: Position,
        record: Record,
    ) -> Result<Position, AppendError> {
        let (workspace, bytes) = (record.workspace, record.encoded_bytes());
        if let Fault::Unknown(Fate::Appended) | Fault::Conflict(Fate::Appended) = fault {
            self.log.append(expect, record).await?;
        }
        Err(match fault {
            Fault::Unknown(_) => AppendError::Unknown,
            Fault::Conflict(_) => AppendError::Conflict { tail: self.log.tail(workspace) },
            Fault::Full => AppendError::Full,
            Fault::TooLarge => AppendError::TooLarge { bytes, max: RECORD_BYTES_MAX },
        })
    }
}

impl<L: Log> Log for Injected<L> {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        self.answer(expect, record, false)
    }

    fn append_alone(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        self.answer(expect, record, true)
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
async fn the_chosen_calls_go_wrong() {
    let faults = [
        (0, Fault::Unknown(Fate::Lost)),
        (1, Fault::Unknown(Fate::Appended)),
        (2, Fault::Conflict(Fate::Lost)),
        (3, Fault::Conflict(Fate::Appended)),
    ];
    let log = Injected::new(MemoryLog::new(), faults);
    let mut tails = Vec::new();
    for _ in 0..5 {
        let tail = log.tail(workspace(1));
        let answer = log.append(tail, next(tail, workspace(1), "text")).await;
        tails.push((answer, log.tail(workspace(1)).seq));
    }
    let second = log.read(workspace(1), 3, 1).expect("a read")[0].position();
    assert!(matches!(
        tails[..],
        [
            (Err(AppendError::Unknown), 0),
            (Err(AppendError::Unknown), 3),
            (Err(AppendError::Conflict { tail: Position { seq: 3, .. } }), 3),
            (Err(AppendError::Conflict { tail }), 6),
            (Ok(_), 9),
        ] if tail == second
    ));
}
