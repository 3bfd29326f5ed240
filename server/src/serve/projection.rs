//! The state at a start: opened, compared with the log, brought up to it, or built anew, with its progress
//! told.

use std::collections::BTreeSet;
use std::path::Path;

use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

use crate::epochs;
use crate::log::{Log, OpenReport};
use crate::rebuild::{self, FoldError};
use crate::rules::Rules;
use crate::serve::StartError;
use crate::state::{CatchUpError, Done, OpenedHow, Options, State, StateHandle};

/// How many events lie between two words of progress.
const PROGRESS_EVENTS: u64 = 50_000;

/// Why the state could not be brought up to the log.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct ProjectionError(#[from] CatchUpError<FoldError>);

/// Tells what opening the log found.
pub(super) fn report(report: &OpenReport, progress: &mut dyn FnMut(&str)) {
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
    let stands = |workspace: &WorkspaceId| {
        let at = state.position(*workspace);
        let records = log.read(*workspace, at.seq.saturating_sub(1), 1).unwrap_or_default();
        at.seq == 0 || records.first().is_some_and(|record| rebuild::applied(record.position()) == at)
    };
    state.workspaces().into_iter().filter(|workspace| !stands(workspace)).collect()
}

/// Opens the state in `data_dir` and brings it up to `log`.
pub(super) fn open(
    data_dir: &Path,
    options: &Options,
    log: &dyn Log,
    progress: &mut dyn FnMut(&str),
) -> Result<StateHandle, StartError> {
    let opened = State::open(&data_dir.join("state"), options.clone())?;
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
