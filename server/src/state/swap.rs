//! The state that the parts of a running server share, and its replacement by one built beside it. Erased
//! bytes go with the old folder once its last reader has let go of it.

use std::mem;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use super::{State, StateError};

use crate::locks::{read_locked, write_locked};

/// How often a state that is to be closed is looked at while others hold it.
const LET_GO_POLL: Duration = Duration::from_millis(2);

/// A shared handle on the state in use.
pub struct StateHandle {
    current: RwLock<Arc<State>>,
}

impl StateHandle {
    /// Shares `state`.
    pub fn new(state: State) -> Self {
        Self { current: RwLock::new(Arc::new(state)) }
    }

    /// The state in use. Who holds it long keeps an old folder alive.
    pub fn current(&self) -> Arc<State> {
        Arc::clone(&read_locked(&self.current))
    }

    /// An empty state in a folder of its own, to be filled and given to `replace`.
    pub fn build_beside(&self) -> Result<State, StateError> {
        self.current().beside()
    }

    /// Puts `state` in the place of the one in use, durably. Nothing may be applied to the old one from here
    /// on; the caller holds the writers. The old folder, which is returned, goes once nobody reads it.
    pub fn replace(&self, state: State) -> Result<PathBuf, StateError> {
        state.flush()?;
        state.folders.point_to(&state.folder)?;
        state.condemned.store(false, Ordering::Release);
        let state = Arc::new(state);
        let old = mem::replace(&mut *write_locked(&self.current), state);
        old.condemned.store(true, Ordering::Release);
        Ok(old.folder.clone())
    }

    /// Deletes the damaged folders kept for inspection, since they hold what was erased.
    pub fn delete_damaged(&self) -> Result<(), StateError> {
        self.current().folders.delete_damaged()
    }

    /// Closes the state in use; whether everybody else let go of it before `deadline`, so that it is marked as clean.
    pub fn close(self, deadline: Instant) -> Result<bool, StateError> {
        let mut held = self.current.into_inner().unwrap_or_else(PoisonError::into_inner);
        loop {
            match Arc::try_unwrap(held) {
                Ok(state) => return state.close().map(|()| true),
                Err(state) if Instant::now() >= deadline => return state.flush().map(|()| false),
                Err(state) => held = state,
            }
            thread::sleep(LET_GO_POLL);
        }
    }
}
