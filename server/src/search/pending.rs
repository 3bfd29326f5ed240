//! What was touched and not put yet. A thread beside puts it soon, and whoever searches before that puts it first: the
//! one who writes only notes it.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use parloir_protocol::ids::WorkspaceId;

use super::touched::Touch;
use crate::locks::locked;
use crate::state::Applied;

/// Touches from which on a search in a hurry leaves them to others.
const TOUCHES_MAX: usize = 32;

/// Touches on their way into a catalogue.
#[derive(Default)]
pub(super) struct Pending {
    waiting: Mutex<Waiting>,
    bell: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// Nothing is kept before the first catalogue is opened, since opening reads what there is.
    is_open: bool,
    touches: usize,
    /// Among them is one for all messages of a conversation.
    is_heavy: bool,
    workspaces: BTreeMap<WorkspaceId, Touched>,
}

/// What waits of one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) touches: BTreeSet<Touch>,
    /// Where the log stands after them.
    pub(super) position: Applied,
}

impl Waiting {
    /// Adds touches of a workspace; where none of it waited, they end at `position`.
    fn add(
        &mut self,
        workspace: WorkspaceId,
        position: Applied,
        touches: impl Iterator<Item = Touch>,
    ) -> &mut Touched {
        let none = || Touched { touches: BTreeSet::new(), position };
        let touched = self.workspaces.entry(workspace).or_insert_with(none);
        let had = touched.touches.len();
        let is_heavy = &mut self.is_heavy;
        touched.touches.extend(touches.inspect(|touch| *is_heavy |= matches!(touch, Touch::Messages(_))));
        self.touches += touched.touches.len() - had;
        touched
    }
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
        if !waiting.is_open {
            return;
        }
        let before = waiting.touches;
        waiting.add(workspace, position, touches).position = position;
        if before == 0 && waiting.touches > 0 {
            self.bell.notify_one();
        }
    }

    #[cfg(test)]
    pub(super) fn is_any(&self) -> bool {
        self.locked().touches > 0
    }

    /// Whether so much waits that nobody in a hurry should put it.
    pub(super) fn is_much(&self) -> bool {
        let waiting = self.locked();
        waiting.is_heavy || waiting.touches >= TOUCHES_MAX
    }

    /// Everything that waits. What was not done with when it is dropped waits again.
    pub(super) fn take(&self) -> Taken<'_> {
        let mut waiting = self.locked();
        (waiting.touches, waiting.is_heavy) = (0, false);
        Taken { pending: self, workspaces: std::mem::take(&mut waiting.workspaces) }
    }

    /// Waits until something waits, but no longer than `patience`.
    pub(super) fn wait(&self, patience: Duration) {
        let nothing = |waiting: &mut Waiting| waiting.touches == 0;
        // Whichever of the two happened, there is something to look at.
        drop(self.bell.wait_timeout_while(self.locked(), patience, nothing));
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        locked(&self.waiting)
    }
}

/// Touches that somebody puts.
pub(super) struct Taken<'a> {
    pending: &'a Pending,
    workspaces: BTreeMap<WorkspaceId, Touched>,
}

impl Taken<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.workspaces.is_empty()
    }

    /// Puts one workspace after the other; those of which it could not be put, whose touches wait again. Some of them
    /// may have been put, and putting them again does no harm.
    pub(super) fn put(mut self, put: impl Fn(WorkspaceId, &Touched)) -> Vec<WorkspaceId> {
        let is_put =
            |id: WorkspaceId, touched: &Touched| catch_unwind(AssertUnwindSafe(|| put(id, touched))).is_ok();
        self.workspaces.retain(|id, touched| !is_put(*id, touched));
        self.workspaces.keys().copied().collect()
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        for (workspace, Touched { touches, position }) in std::mem::take(&mut self.workspaces) {
            // What was noted meanwhile is newer.
            self.pending.locked().add(workspace, position, touches.into_iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_workspace_that_cannot_be_put_keeps_no_other_from_it() {
        let (pending, workspaces) = (Pending::default(), [1, 2, 3].map(|n| WorkspaceId::from_bytes([n; 16])));
        pending.open();
        workspaces.iter().for_each(|id| pending.note(*id, Applied::START, [Touch::Names].into_iter()));
        let put = RefCell::new(Vec::new());
        let not_put = pending.take().put(|id, _| {
            assert!(id != workspaces[1], "a row of the state is damaged");
            put.borrow_mut().push(id);
        });
        assert_eq!((not_put, put.into_inner()), (vec![workspaces[1]], vec![workspaces[0], workspaces[2]]));
        assert_eq!(pending.take().put(|_, _| panic!("it is still damaged")), [workspaces[1]]);
        assert!(pending.is_any(), "what was touched waits");
    }
}
