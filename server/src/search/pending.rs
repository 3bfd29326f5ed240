//! What was touched and not put yet. A thread beside puts it soon, and whoever searches before that puts it first: the
//! one who writes only notes it. What one is at, others may put as well, unless it is long work.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parloir_protocol::ids::WorkspaceId;

use super::touched::Touch;
use crate::locks::locked;
use crate::state::Applied;
use backlog::{Backlog, Found};

pub(super) use backlog::Number;

mod backlog;

/// The order in which documents are read: whoever has a later turn reads nothing that is older than what the state had
/// when an earlier one was taken. It may be older than what somebody with an earlier turn has read since, of which
/// nothing was noted yet: that is read again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn(u64);

#[cfg(test)]
impl Turn {
    pub(super) fn nth(nth: u64) -> Self {
        Self(nth)
    }
}

/// Who puts what was touched, and so which pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Putter {
    /// The thread beside: those that nobody is at.
    Beside,
    /// Whoever must not miss anything afterwards: when there is none of these, one that somebody else is at. What is long
    /// work is waited for.
    First,
    /// The same on a thread that others wait for: what is much, or long work, is neither taken nor waited for.
    InAMoment,
}

/// So much of a workspace waits that nobody in a hurry should put it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Much;

/// Touches on their way into a catalogue.
#[derive(Default)]
pub(super) struct Pending {
    waiting: Mutex<Waiting>,
    bell: Condvar,
    /// Rings when somebody is done with a piece, or has left it.
    ended: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// Nothing is kept before the first catalogue is opened, since opening reads what there is.
    is_open: bool,
    turn: Turn,
    last_cut: Number,
    workspaces: BTreeMap<WorkspaceId, Backlog>,
}

impl Pending {
    /// From here on everything is kept.
    pub(super) fn open(&self) {
        self.locked().is_open = true;
    }

    /// Notes what a record touched that ends at `position`.
    pub(super) fn note(
        &self,
        workspace: WorkspaceId,
        position: Applied,
        touches: impl Iterator<Item = Touch>,
    ) {
        let mut waiting = self.locked();
        if waiting.is_open && waiting.workspaces.entry(workspace).or_default().note(position, touches) {
            self.bell.notify_one();
        }
    }

    /// The workspaces of which something waits.
    pub(super) fn workspaces(&self) -> Vec<WorkspaceId> {
        self.locked().workspaces.keys().copied().collect()
    }

    /// Cuts what was noted of a workspace into pieces. All was put that waits now once none is left up to this one.
    pub(super) fn cut(&self, workspace: WorkspaceId) -> Option<Number> {
        let Waiting { workspaces, last_cut, .. } = &mut *self.locked();
        workspaces.get_mut(&workspace)?.cut(last_cut)
    }

    /// The same for who puts it in a moment.
    ///
    /// # Errors
    /// [`Much`] when it takes longer; nothing is cut then.
    pub(super) fn cut_little(&self, workspace: WorkspaceId) -> Result<Option<Number>, Much> {
        let Waiting { workspaces, last_cut, .. } = &mut *self.locked();
        match workspaces.get_mut(&workspace) {
            Some(backlog) if backlog.is_much() => Err(Much),
            Some(backlog) => Ok(backlog.cut(last_cut)),
            None => Ok(None),
        }
    }

    /// A piece of a workspace, up to `until`; it stays here until it is done.
    pub(super) fn take(&self, workspace: WorkspaceId, until: Number, putter: Putter) -> Option<Taken<'_>> {
        let mut waiting = self.locked();
        loop {
            match waiting.workspaces.get_mut(&workspace)?.take(until, putter)? {
                Found::Piece(number, touches) => {
                    return Some(Taken { pending: self, workspace, number, touches });
                }
                Found::LongWork => {
                    waiting = self.ended.wait(waiting).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Whether everything of a workspace up to `until` was put.
    pub(super) fn is_put(&self, workspace: WorkspaceId, until: Number) -> bool {
        self.locked().workspaces.get(&workspace).is_none_or(|backlog| backlog.is_put(until))
    }

    /// The next turn, to be taken before anything is read.
    pub(super) fn turn(&self) -> Turn {
        let turn = &mut self.locked().turn;
        turn.0 += 1;
        *turn
    }

    /// Waits until something waits that nobody is at, but no longer than `patience`.
    pub(super) fn wait(&self, patience: Duration) {
        let nothing = |waiting: &mut Waiting| !waiting.workspaces.values().any(Backlog::is_idle);
        // Whichever of the two happened, there is something to look at.
        drop(self.bell.wait_timeout_while(self.locked(), patience, nothing));
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        locked(&self.waiting)
    }
}

/// A piece that somebody puts. What was not done with when it is dropped waits again.
pub(super) struct Taken<'a> {
    pending: &'a Pending,
    pub(super) workspace: WorkspaceId,
    number: Number,
    pub(super) touches: Arc<BTreeSet<Touch>>,
}

impl Taken<'_> {
    /// It was put. Where the log stood up to which everything was put, where that is known.
    pub(super) fn done(self) -> Option<Applied> {
        self.end(Backlog::done).flatten()
    }

    /// It could not be put: whatever waits of the workspace is put together with it from here on.
    pub(super) fn failed(mut self) {
        // Nobody else has them then, and what is put together is not copied.
        self.touches = Arc::default();
        self.end(Backlog::failed);
    }

    /// Works on what waits of the workspace, which goes once there is nothing.
    fn end<T>(&self, work: impl FnOnce(&mut Backlog, Number) -> T) -> Option<T> {
        let mut waiting = self.pending.locked();
        let Entry::Occupied(mut found) = waiting.workspaces.entry(self.workspace) else { return None };
        let worked = work(found.get_mut(), self.number);
        if found.get().is_empty() {
            found.remove();
        }
        self.pending.ended.notify_all();
        Some(worked)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.end(Backlog::leave);
    }
}

#[cfg(test)]
mod tests;
