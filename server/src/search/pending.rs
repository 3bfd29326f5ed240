//! What was touched and not put yet. Whoever searches puts it first, so the one who writes only notes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use parloir_protocol::ids::WorkspaceId;

use super::touched::Touch;
use crate::locks::locked;
use crate::state::Applied;

/// Touches from which on nobody waits for a search to put them: a search would have to wait for as many.
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
        let touched = waiting
            .workspaces
            .entry(workspace)
            .or_insert_with(|| Touched { touches: BTreeSet::new(), position });
        let had = touched.touches.len();
        let mut is_heavy = false;
        touched.touches.extend(touches.inspect(|touch| is_heavy |= matches!(touch, Touch::Messages(_))));
        touched.position = position;
        let gained = touched.touches.len() - had;
        waiting.touches += gained;
        waiting.is_heavy |= is_heavy;
        let rings = before == 0 || (before < TOUCHES_MAX && waiting.touches >= TOUCHES_MAX);
        if rings {
            self.bell.notify_one();
        }
    }

    /// Whether so much waits that nobody in a hurry should put it.
    pub(super) fn is_much(&self) -> bool {
        let waiting = self.locked();
        waiting.is_heavy || waiting.touches >= TOUCHES_MAX
    }

    /// Everything that waits.
    pub(super) fn take(&self) -> BTreeMap<WorkspaceId, Touched> {
        let mut waiting = self.locked();
        (waiting.touches, waiting.is_heavy) = (0, false);
        std::mem::take(&mut waiting.workspaces)
    }

    /// Waits until many touches wait, but no longer than `patience`.
    pub(super) fn wait(&self, patience: Duration) {
        let few = |waiting: &mut Waiting| waiting.touches < TOUCHES_MAX;
        // Whichever of the two happened, there is something to look at.
        drop(self.bell.wait_timeout_while(self.locked(), patience, few));
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        locked(&self.waiting)
    }
}
