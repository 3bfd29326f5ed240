//! Folding the log into the state: what is missing, or, into an empty state, everything. It never decides
//! what an event means; the fold does.

use parloir_desk::rows::{Changes, Overlay, Rows};
use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

use super::aside::{Aside, with_thread_aside};
use super::{Applied, State, StateError};

/// Rows folded before the state takes them.
const BATCH_ROWS_MAX: usize = 128;

/// Bytes asked of the log at a time.
const READ_BYTES_MAX: usize = 1024 * 1024;

/// Where records come from: the log, behind what the state needs of it.
pub trait Source {
    /// A record.
    type Item;
    /// Why records could not be read.
    type Error: std::error::Error + 'static;

    /// Every workspace with a record.
    fn workspaces(&self) -> Vec<WorkspaceId>;

    /// The position of the newest record; `Applied::START` without one.
    fn tail(&self, workspace: WorkspaceId) -> Applied;

    /// The records that hold events after `after`, each with the position after it, in order, until
    /// `bytes_max` are read (at least one record when there is one).
    fn read(
        &self,
        workspace: WorkspaceId,
        after: u64,
        bytes_max: usize,
    ) -> Result<Vec<(Applied, Self::Item)>, Self::Error>;
}

/// How far a catch-up has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Events folded so far.
    pub done: u64,
    /// Events to fold in all.
    pub total: u64,
}

/// The state stands where the log never was: only a rebuild helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotInLog {
    /// The state includes events that the log does not hold.
    #[error("the state of {workspace} is at event {state}, its log ends at {log}")]
    Ahead {
        /// Whose rows.
        workspace: WorkspaceId,
        /// How far its events were applied.
        state: u64,
        /// The end of the log.
        log: u64,
    },
    /// The log holds another record at that place.
    #[error("the state of {workspace} holds another event {seq} than its log")]
    AnotherChain {
        /// Whose rows.
        workspace: WorkspaceId,
        /// How far its events were applied.
        seq: u64,
    },
}

/// Why a catch-up ended early. What was folded until then stays.
#[derive(Debug, Error)]
pub enum CatchUpError<E: std::error::Error + 'static> {
    /// The state must be built anew.
    #[error(transparent)]
    Rebuild(NotInLog),
    /// The log could not be read.
    #[error("the log of {workspace} cannot be read after event {after}: {source}")]
    Read {
        /// Whose log.
        workspace: WorkspaceId,
        /// Where.
        after: u64,
        /// Why.
        source: E,
    },
    /// The log ends before its own tail.
    #[error("the log of {workspace} gives no record after event {after}, though it ends at {tail}")]
    Short {
        /// Whose log.
        workspace: WorkspaceId,
        /// The last event given.
        after: u64,
        /// Where it should end.
        tail: u64,
    },
    /// The state could not write.
    #[error("the rows cannot be written: {0}")]
    Write(#[from] StateError),
}

/// Brings every workspace up to the end of its log. On an empty state this is a rebuild.
pub fn catch_up_all<S: Source>(
    state: &State,
    source: &S,
    fold: impl Fn(&dyn Rows, &S::Item) -> Changes,
    mut progress: impl FnMut(Done),
) -> Result<(), CatchUpError<S::Error>> {
    let mut workspaces = source.workspaces();
    workspaces.extend(state.workspaces());
    workspaces.sort_unstable();
    workspaces.dedup();
    let missing = |workspace| source.tail(workspace).seq.saturating_sub(state.position(workspace).seq);
    let total = workspaces.iter().copied().map(missing).sum();
    with_thread_aside(state, |aside| {
        let mut done = 0;
        for workspace in workspaces {
            done += catch_up_one(state, aside, source, workspace, &fold, |one| {
                progress(Done { done: done + one.done, total });
            })?;
        }
        Ok(())
    })
}

/// Brings one workspace up to the end of its log; how many events that took.
pub fn catch_up<S: Source>(
    state: &State,
    source: &S,
    workspace: WorkspaceId,
    fold: impl Fn(&dyn Rows, &S::Item) -> Changes,
    progress: impl FnMut(Done),
) -> Result<u64, CatchUpError<S::Error>> {
    with_thread_aside(state, |aside| catch_up_one(state, aside, source, workspace, &fold, progress))
}

fn catch_up_one<S: Source>(
    state: &State,
    aside: &Aside<'_>,
    source: &S,
    workspace: WorkspaceId,
    fold: &impl Fn(&dyn Rows, &S::Item) -> Changes,
    mut progress: impl FnMut(Done),
) -> Result<u64, CatchUpError<S::Error>> {
    let start = state.position(workspace);
    let tail = source.tail(workspace);
    for at in [start, state.reached(workspace)] {
        check_chain(source, workspace, at, tail)?;
    }
    let total = tail.seq - start.seq;
    let mut at = start;
    while at.seq < tail.seq {
        at = fold_some(state, aside, source, workspace, at, fold)?;
        progress(Done { done: at.seq - start.seq, total });
    }
    Ok(at.seq - start.seq)
}

/// Whether the log holds the record after which the rows stand, or stood before a kill.
fn check_chain<S: Source>(
    source: &S,
    workspace: WorkspaceId,
    at: Applied,
    tail: Applied,
) -> Result<(), CatchUpError<S::Error>> {
    if at.seq > tail.seq {
        let ahead = NotInLog::Ahead { workspace, state: at.seq, log: tail.seq };
        return Err(CatchUpError::Rebuild(ahead));
    }
    if at == Applied::START || at == tail {
        return Ok(());
    }
    let records = read(source, workspace, at.seq.saturating_sub(1), 1)?;
    if records.first().is_some_and(|(position, _)| *position == at) {
        return Ok(());
    }
    Err(CatchUpError::Rebuild(NotInLog::AnotherChain { workspace, seq: at.seq }))
}

/// Folds some of the records after `at`; the position after them.
fn fold_some<S: Source>(
    state: &State,
    aside: &Aside<'_>,
    source: &S,
    workspace: WorkspaceId,
    at: Applied,
    fold: &impl Fn(&dyn Rows, &S::Item) -> Changes,
) -> Result<Applied, CatchUpError<S::Error>> {
    let mut records = read(source, workspace, at.seq, READ_BYTES_MAX)?.into_iter().peekable();
    if records.peek().is_none() {
        let tail = source.tail(workspace).seq;
        return Err(CatchUpError::Short { workspace, after: at.seq, tail });
    }
    let mut reached = at;
    while records.peek().is_some() {
        let mut overlay = Overlay::new(state);
        for (position, item) in records.by_ref() {
            let changes = fold(&overlay, &item);
            overlay.apply(changes);
            reached = position;
            if overlay.changes().len() >= BATCH_ROWS_MAX {
                break;
            }
        }
        aside.apply(&[(workspace, &overlay.into_changes(), reached)])?;
    }
    Ok(reached)
}

type Records<S> = Vec<(Applied, <S as Source>::Item)>;

fn read<S: Source>(
    source: &S,
    workspace: WorkspaceId,
    after: u64,
    bytes_max: usize,
) -> Result<Records<S>, CatchUpError<S::Error>> {
    let records = source.read(workspace, after, bytes_max);
    records.map_err(|source| CatchUpError::Read { workspace, after, source })
}
