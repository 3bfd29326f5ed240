//! Rows written into sled on a thread beside, while whoever folds the log goes on: each of the two takes about as
//! long as the other.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use parloir_desk::rows::Changes;
use parloir_protocol::ids::WorkspaceId;

use super::failure::StateError;
use super::{Applied, State};

/// Bytes of rows in memory from which on the thread beside writes them.
const SETTLE_BYTES: usize = 4 * 1024 * 1024;

/// Takes rows for a state that has a thread beside.
pub(super) struct Aside<'a> {
    state: &'a State,
    due: SyncSender<()>,
}

/// Works with a thread beside that is gone when this returns; sled then has all rows that were taken.
pub(super) fn with_thread_aside<T, E: From<StateError>>(
    state: &State,
    work: impl FnOnce(&Aside<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let done = thread::scope(|scope| {
        let (due, asked) = sync_channel(0);
        let settler = thread::Builder::new().name("state-settler".to_owned());
        if let Err(error) = settler.spawn_scoped(scope, || settle_when_asked(state, asked)) {
            tracing::warn!(%error, "state.settles_itself");
        }
        work(&Aside { state, due })
    })?;
    state.settle()?;
    Ok(done)
}

/// Until nobody can ask any more, or writing failed.
fn settle_when_asked(state: &State, asked: Receiver<()>) {
    for () in asked {
        if let Err(error) = state.settle() {
            tracing::error!(%error, "state.not_settled");
            break;
        }
    }
}

impl Aside<'_> {
    /// As [`State::apply`]; waits where the thread beside is still at work.
    pub(super) fn apply(&self, batch: &[(WorkspaceId, &Changes, Applied)]) -> Result<(), StateError> {
        let bytes = self.state.take(batch)?;
        if bytes > SETTLE_BYTES && self.due.send(()).is_err() {
            return self.state.settle();
        }
        Ok(())
    }
}
