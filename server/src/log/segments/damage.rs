//! Which workspaces may go on after bad bytes: it follows every chain through the batches and holds
//! those who may have lost a record. It reads no file.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::ids::WorkspaceId;

use super::batch::Header;
use super::gather::Link;
use crate::log::Position;

/// The chains of all workspaces, as far as they are whole.
#[derive(Debug, Default)]
pub(super) struct Chains {
    tails: BTreeMap<WorkspaceId, Position>,
    /// Known to have lost a record.
    broken: BTreeSet<WorkspaceId>,
    /// May have had a record in a hole that does not tell whose it was.
    suspects: BTreeSet<WorkspaceId>,
}

impl Chains {
    /// Takes the next record in; whether it goes on from the one before.
    pub(super) fn take(&mut self, link: &Link) -> bool {
        let workspace = link.workspace;
        let tail = self.tails.get(&workspace).copied().unwrap_or(Position::START);
        self.suspects.remove(&workspace);
        if self.broken.contains(&workspace) || !link.follows(tail) {
            self.broken.insert(workspace);
            return false;
        }
        self.tails.insert(workspace, link.position);
        true
    }

    /// Takes in that one or more batches are lost.
    pub(super) fn lose(&mut self, header: Option<&Header>) {
        match header {
            Some(header) => self.broken.extend(header.touched.iter().map(|touched| touched.workspace)),
            None => {
                let known = self.tails.keys().copied();
                self.suspects.extend(known.filter(|workspace| !self.broken.contains(workspace)));
            }
        }
    }

    /// Those who lost a record, and whether others may have.
    pub(super) fn finish(self) -> (BTreeSet<WorkspaceId>, bool) {
        (self.broken, !self.suspects.is_empty())
    }
}
