//! Putting what was touched into the indexes: by a thread beside, or first by whoever must not miss it, who waits for
//! another to be done only where two would be no sooner done than one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parloir_desk::commit::Commit;
use parloir_desk::keys::Keys;
use parloir_desk::rows::Changes;
use parloir_protocol::ids::WorkspaceId;

use super::Search;
use super::catalogue::Catalogue;
use super::pending::{Number, Putter, Taken};
use super::read::{Rows, Source};
use super::touched::{self, Touch};
use crate::locks::{locked, read_locked, write_locked};
use crate::node::Node;
use crate::state::Applied;

/// Documents in memory, each of which a search glances at, up to which one in a hurry is tried.
const WAITING_IN_A_HURRY_MAX: usize = 4_096;

/// Where documents are put.
#[derive(Default, Clone)]
pub(super) struct Catalogues {
    pub(super) current: Option<Arc<Catalogue>>,
    /// One that is being built to take the place of the current one.
    pub(super) next: Option<Arc<Catalogue>>,
}

impl Catalogues {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Catalogue>> {
        self.current.iter().chain(&self.next)
    }

    fn has(&self, catalogue: &Arc<Catalogue>) -> bool {
        self.iter().any(|one| Arc::ptr_eq(one, catalogue))
    }

    pub(super) fn is_current(&self, catalogue: &Arc<Catalogue>) -> bool {
        self.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, catalogue))
    }
}

impl Search {
    /// Notes what a record changed that is in the state now and ends at `position`.
    pub fn touch(
        &self,
        workspace: WorkspaceId,
        position: Applied,
        commits: &[(Commit, u64)],
        changes: &Changes,
    ) {
        let by_events = commits.iter().flat_map(|(commit, _)| touched::by_events(commit));
        let touches = by_events.chain(touched::by_rows(Keys(workspace), changes));
        self.pending.note(workspace, position, touches);
    }

    /// Puts everything that was noted until now, or what nobody is at; the workspaces of which it could not be put.
    pub(super) fn drain(&self, node: &Node, putter: Putter) -> Vec<WorkspaceId> {
        let mut workspaces = self.pending.workspaces();
        workspaces.retain(|workspace| !self.drain_of(node, *workspace, putter));
        workspaces
    }

    /// The same of one workspace; whether that could be done. A row that cannot be read fails nobody but those who
    /// search its workspace.
    pub(super) fn drain_of(&self, node: &Node, workspace: WorkspaceId, putter: Putter) -> bool {
        let until = self.pending.cut(workspace);
        until.is_none_or(|until| self.drain_until(node, (workspace, until), putter))
    }

    /// The same, unless it is much; whether it was done.
    pub(super) fn drain_in_a_moment(&self, node: &Node, workspace: WorkspaceId) -> bool {
        if self.waiting() > WAITING_IN_A_HURRY_MAX || self.building().is_some() {
            return false;
        }
        let Ok(until) = self.pending.cut_little(workspace) else { return false };
        until.is_none_or(|until| {
            self.drain_until(node, (workspace, until), Putter::InAMoment)
                && self.pending.is_put(workspace, until)
        })
    }

    /// Puts the pieces of a workspace up to `until`; whether every row of them could be read.
    fn drain_until(&self, node: &Node, (workspace, until): (WorkspaceId, Number), putter: Putter) -> bool {
        let mut pieces = std::iter::from_fn(|| self.pending.take(workspace, until, putter));
        pieces.all(|taken| self.put(node, taken, putter))
    }

    /// Puts a piece; whether every row of it could be read.
    pub(super) fn put(&self, node: &Node, taken: Taken<'_>, putter: Putter) -> bool {
        // Chosen before anything is read, so that nothing is put from an older state than the one an index is built from,
        // which may have lost somebody; an index that begins later is built from a state that has what was touched.
        let catalogues = read_locked(&self.catalogues).clone();
        let put = || {
            if taken.touches.contains(&Touch::Names) {
                let _nobody_reads_names = locked(&self.naming);
                self.directories.remove(&taken.workspace);
            }
            let offers = catalogues.current.as_ref().map(|current| current.people.offers());
            let offers = offers.filter(|_| putter != Putter::InAMoment);
            let source = Source { rows: Rows::InUse(&node.state), workspace: taken.workspace, offers };
            catalogues.iter().for_each(|catalogue| catalogue.put(&self.pending, &source, &taken.touches));
        };
        if catch_unwind(AssertUnwindSafe(put)).is_err() {
            taken.failed();
            return false;
        }
        let workspace = taken.workspace;
        if let Some(position) = taken.done() {
            // Into one whose place was taken meanwhile others may have put less.
            let now = read_locked(&self.catalogues);
            let put_into = catalogues.iter().filter(|catalogue| now.has(catalogue));
            put_into.for_each(|catalogue| catalogue.reach(workspace, position));
        }
        true
    }

    /// From here on documents are put into one that is being built.
    pub(super) fn begin(&self, catalogue: &Arc<Catalogue>) {
        let mut catalogues = write_locked(&self.catalogues);
        let place = if catalogues.current.is_some() { &mut catalogues.next } else { &mut catalogues.current };
        *place = Some(Arc::clone(catalogue));
    }

    /// It is built and takes the place of the current one, which is returned if there was one; or nothing is put into it
    /// any more, as when it was given up meanwhile.
    pub(super) fn end(&self, catalogue: &Arc<Catalogue>, is_built: bool) -> Option<Option<Arc<Catalogue>>> {
        let mut catalogues = write_locked(&self.catalogues);
        let is_put_into = catalogues.has(catalogue);
        catalogues.next = None;
        if is_built && is_put_into {
            self.wanted.store(false, Ordering::Release);
            return Some(catalogues.current.replace(Arc::clone(catalogue)));
        }
        if catalogues.is_current(catalogue) {
            catalogues.current = None;
        }
        None
    }
}
