//! Which workspaces may go on after bad bytes: it follows every chain through the batches and holds
//! those who may have lost a record. It reads no file.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::ids::WorkspaceId;

use super::batch::Header;
use crate::log::{Position, Record};

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
    /// Takes the next record in. Returns its position when it goes on from the one before.
    pub(super) fn take(&mut self, record: &Record) -> Option<Position> {
        let workspace = record.workspace;
        let tail = self.tails.get(&workspace).copied().unwrap_or(Position::START);
        self.suspects.remove(&workspace);
        if self.broken.contains(&workspace) || !record.follows(tail) {
            self.broken.insert(workspace);
            return None;
        }
        let position = record.position();
        self.tails.insert(workspace, position);
        Some(position)
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
