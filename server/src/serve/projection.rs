//! Log and state at a start: opened, the state compared with the log, brought up to it, or built anew, with its
//! progress told.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

use crate::config::Config;
use crate::epochs;
use crate::log::{DiskFiles, LockedLog, Log, OpenReport, SegmentLimits, SegmentLog};
use crate::rebuild::{self, FoldError};
use crate::rules::{APPLY_VERSION, Rules};
use crate::serve::StartError;
use crate::state::{CatchUpError, Done, Opened, OpenedHow, Options, State, StateHandle};

/// How many events lie between two words of progress.
const PROGRESS_EVENTS: u64 = 50_000;

/// Why the state could not be brought up to the log.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct ProjectionError(#[from] CatchUpError<FoldError>);

/// Opens both, each read while the other is, and brings the state up to the log.
pub(super) fn open(
    config: &Config,
    progress: &mut dyn FnMut(&str),
) -> Result<(SegmentLog, StateHandle), StartError> {
    let limits = SegmentLimits { reserve_bytes: config.reserve_bytes, ..SegmentLimits::default() };
    let options = Options { cache_bytes: config.cache_bytes, ..Options::new(APPLY_VERSION) };
    let locked = LockedLog::lock(&config.data_dir.join("log"), Arc::new(DiskFiles))?;
    let (log, state) = thread::scope(|scope| {
        let state = scope.spawn(|| State::open(&config.data_dir.join("state"), options));
        (locked.open(limits), state.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let (log, report) = log?;
    tell(&report, progress);
    let state = brought_up(state?, &config.data_dir, &log, progress)?;
    Ok((log, state))
}

fn tell(report: &OpenReport, progress: &mut dyn FnMut(&str)) {
    if let Some(torn) = &report.torn {
        progress(&format!("the log ended in {} torn bytes, never acknowledged: cut off", torn.bytes));
    }
    if report.all_damaged {
        progress("the log is damaged: everything is read-only until `parloir repair`");
    }
    for workspace in &report.damaged {
        progress(&format!("the log of {workspace} is damaged: it is read-only until `parloir repair`"));
    }
}

/// Every workspace whose state does not stand in its log: those that include more, or something else.
fn lost(state: &State, log: &dyn Log) -> BTreeSet<WorkspaceId> {
    let places = |workspace| [state.position(workspace), state.reached(workspace)];
    let stands = |workspace| places(workspace).into_iter().all(|at| rebuild::stands(log, workspace, at));
    state.workspaces().into_iter().filter(|workspace| !stands(*workspace)).collect()
}

fn brought_up(
    opened: Opened,
    data_dir: &Path,
    log: &dyn Log,
    progress: &mut dyn FnMut(&str),
) -> Result<StateHandle, StartError> {
    if let OpenedHow::SetAside { reason, .. } = &opened.how {
        progress(&format!("the state is not used ({reason}) and is built anew from the log"));
    }
    if opened.tainted {
        return Err(StartError::Tainted);
    }
    let state = StateHandle::new(opened.state);
    match catch_up(&state.current(), log, progress) {
        Ok(()) => {}
        Err(CatchUpError::Rebuild(why)) => {
            progress(&format!("{why}: acknowledged events were lost, or the log is an older copy"));
            progress("a new epoch begins, and the state is built anew from the log");
            epochs::add(data_dir, &lost(&state.current(), log)).map_err(StartError::Epochs)?;
            let fresh = state.build_beside()?;
            catch_up(&fresh, log, progress).map_err(ProjectionError)?;
            state.replace(fresh)?;
        }
        Err(error) => return Err(ProjectionError(error).into()),
    }
    Ok(state)
}

fn catch_up(
    state: &State,
    log: &dyn Log,
    progress: &mut dyn FnMut(&str),
) -> Result<(), CatchUpError<FoldError>> {
    let mut told = 0;
    rebuild::catch_up(log, state, Rules::OURS, |Done { done, total }| {
        if done >= told + PROGRESS_EVENTS || (done == total && total >= PROGRESS_EVENTS) {
            told = done;
            progress(&format!("building the state: {done} of {total} events"));
        }
    })
}
