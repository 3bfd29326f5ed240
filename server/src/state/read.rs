//! What is read of the state: the rows in memory over those of sled.

use std::collections::BTreeSet;
use std::ops::RangeBounds;
use std::sync::Arc;

use parloir_desk::rows::{Row, Rows};
use parloir_protocol::ids::WorkspaceId;

use super::block::Block;
use super::failure::{StateError, guard};
use super::position::{WORKSPACE_BYTES, is_of_the_rules, position_key, workspace_of};
use super::{Applied, State};

use crate::locks::read_locked;

impl State {
    /// The newest event that the rows of `workspace` include.
    pub fn position(&self, workspace: WorkspaceId) -> Applied {
        let young = read_locked(&self.memtable).position(workspace);
        let in_sled = || self.read("read a position", |db| db.get(position_key(workspace))).flatten();
        young.or_else(|| in_sled().map(|row| Applied::of_row(&row))).unwrap_or(Applied::START)
    }

    /// The newest event of `workspace` that was ever applied here: its rows may be gone with a kill, and are in the log.
    pub fn reached(&self, workspace: WorkspaceId) -> Applied {
        self.reached.position(workspace).unwrap_or(Applied::START)
    }

    /// Every workspace that something was applied of, in order.
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        // Memory first: what is settled meanwhile is in sled then.
        let mut workspaces: BTreeSet<_> = read_locked(&self.memtable).workspaces().collect();
        workspaces.extend(self.reached.workspaces());
        let mut from = [0; WORKSPACE_BYTES];
        while let Some(id) = self.read("list workspaces", |db| first_workspace(db, from)).flatten() {
            workspaces.insert(WorkspaceId::from_bytes(id));
            match u128::from_be_bytes(id).checked_add(1) {
                Some(next) => from = next.to_be_bytes(),
                None => break,
            }
        }
        workspaces.into_iter().collect()
    }

    /// The block of sled that covers `key`; nothing where its workspace has no row.
    pub(super) fn block_at(&self, key: &[u8]) -> Result<Option<Arc<Block>>, StateError> {
        if !is_of_the_rules(key) {
            return Ok(None);
        }
        let before = match self.lately.get(key) {
            Ok(block) => return Ok(Some(block)),
            Err(before) => before,
        };
        let block = self.last_block(first_fence(key)..=key.to_vec())?;
        if let Some(block) = &block {
            self.lately.keep(Arc::clone(block), before);
        }
        Ok(block.filter(|block| block.covers(key)))
    }

    /// The last block of sled that begins before `fence`, in the same workspace.
    pub(super) fn block_before(&self, fence: &[u8]) -> Result<Option<Arc<Block>>, StateError> {
        self.last_block(first_fence(fence)..fence.to_vec())
    }

    fn last_block(&self, fences: impl RangeBounds<Vec<u8>>) -> Result<Option<Arc<Block>>, StateError> {
        let last = guard("read rows", || self.db().range(fences).next_back().transpose())?;
        let Some((fence, bytes)) = last else { return Ok(None) };
        let length = bytes.len();
        let block = Block::read(&fence, bytes);
        let block = block.ok_or_else(|| StateError::NotRows { fence: fence.to_vec(), bytes: length })?;
        Ok(Some(Arc::new(block)))
    }

    /// Where the first block at `from` or after it begins, in whichever workspace.
    fn next_fence(&self, from: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        let keys = || self.db().range(from..).keys().map(|key| key.map(|key| key.to_vec()));
        let is_of_the_rules =
            |key: &sled::Result<Vec<u8>>| key.as_ref().map_or(true, |key| is_of_the_rules(key));
        guard("read rows", || keys().find(is_of_the_rules).transpose())
    }

    fn stretch(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StateError> {
        let mut rows = Vec::new();
        let mut at = from.to_vec();
        while at.as_slice() < to && rows.len() < limit {
            if let Some(block) = self.block_at(&at)? {
                rows.extend(block.between(&at, to).take(limit - rows.len()));
                at = block.end().to_vec();
            } else if let Some(fence) = self.next_fence(&at)? {
                at = fence;
            } else {
                break;
            }
        }
        Ok(rows)
    }

    pub(super) fn read<T>(
        &self,
        doing: &'static str,
        ask: impl FnOnce(&sled::Db) -> sled::Result<T>,
    ) -> Option<T> {
        guard(doing, || ask(self.db())).inspect_err(|error| self.fail(error)).ok()
    }

    fn fail(&self, error: &StateError) {
        tracing::error!(%error, folder = %self.folder.display(), "state.unreadable");
        self.give_up();
        (self.options.on_failure)(&error.to_string());
    }
}

impl Rows for State {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let young = read_locked(&self.memtable).get(key);
        young.unwrap_or_else(|| InSled(self).get(key))
    }

    /// Nothing is applied while a stretch is read, so that it is one of a single moment.
    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        let memtable = read_locked(&self.memtable);
        memtable.range(&InSled(self), from, to, limit)
    }
}

/// The rows that sled has.
struct InSled<'a>(&'a State);

impl InSled<'_> {
    /// Nothing where sled failed, which is told.
    fn or_fail<T>(&self, read: Result<T, StateError>) -> Option<T> {
        read.inspect_err(|error| self.0.fail(error)).ok()
    }
}

impl Rows for InSled<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let block = self.or_fail(self.0.block_at(key)).flatten()?;
        block.get(key).map(<[u8]>::to_vec)
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        self.or_fail(self.0.stretch(from, to, limit)).unwrap_or_default()
    }
}

/// Where the first block of the workspace of `key` begins.
fn first_fence(key: &[u8]) -> Vec<u8> {
    Block::first_fence(workspace_of(key))
}

fn first_workspace(
    db: &sled::Db,
    from: [u8; WORKSPACE_BYTES],
) -> sled::Result<Option<[u8; WORKSPACE_BYTES]>> {
    let mut keys = db.range(from..).keys();
    let found = keys.find_map(|key| key.map(|key| key.first_chunk().copied()).transpose());
    found.transpose()
}
