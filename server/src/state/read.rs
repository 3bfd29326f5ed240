//! What is read of the state: the rows in memory over those of sled.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use parloir_desk::rows::{Row, Rows, successor};
use parloir_protocol::ids::WorkspaceId;

use super::block::Block;
use super::failure::{StateError, guard};
use super::moment;
use super::position::{WORKSPACE_BYTES, is_of_the_rules, position_key, workspace_of};
use super::{Applied, State};

use crate::locks::read_locked;

/// How often the block of a key is looked for: each time that it is missed, rows must have come between two looks at
/// pages.
const LOOKS_MAX: u32 = 100;

impl State {
    /// The newest event that the rows of `workspace` include.
    pub fn position(&self, workspace: WorkspaceId) -> Applied {
        let young = read_locked(&self.memtable).position(workspace);
        let in_sled = || self.read("read a position", |db| db.get(position_key(workspace))).flatten();
        young.or_else(|| in_sled().map(|row| Applied::of_row(&row))).unwrap_or(Applied::START)
    }

    /// The newest event of `workspace` that was ever applied here: its rows may be gone with a kill, and are in the
    /// log.
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
        let before = match self.lately.get(key) {
            Ok(block) => return Ok(Some(block)),
            Err(before) => before,
        };
        let block = self.first_behind(key)?;
        if let (Some(block), Some(before)) = (&block, before) {
            self.lately.keep(Arc::clone(block), before);
        }
        Ok(block)
    }

    /// The block of sled that ends at `end`, where one does.
    pub(super) fn block_ending(&self, end: &[u8]) -> Result<Option<Arc<Block>>, StateError> {
        let bytes = guard("read rows", || self.db().get(end))?;
        bytes.map(|bytes| read_block(end, bytes)).transpose()
    }

    /// The block that ends behind `key`, which covers it: blocks lie side by side.
    fn first_behind(&self, key: &[u8]) -> Result<Option<Arc<Block>>, StateError> {
        that_covers(key, || self.look_behind(key))
    }

    /// The block that ends behind `key`. sled 0.34 is never asked for what is before a key: where the last bytes of
    /// keys are `ff` it may look for that without end.
    fn look_behind(&self, key: &[u8]) -> Result<Option<Arc<Block>>, StateError> {
        let last = Block::last_end(workspace_of(key));
        if *key >= *last {
            return Ok(None);
        }
        let ends = successor(key)..=last;
        let first = guard("read rows", || self.db().range(ends).next().transpose())?;
        first.map(|(end, bytes)| read_block(&end, bytes)).transpose()
    }

    /// Where the first block behind `from` begins, in whichever workspace, once no block is at `from`.
    fn next_begin(&self, from: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        let keys = || self.db().range(successor(from)..).keys();
        let is_block = |key: &sled::Result<sled::IVec>| key.as_ref().map_or(true, |key| is_of_the_rules(key));
        let next = guard("read rows", || keys().find(is_block).transpose())?;
        Ok(next.map(|end| Block::first_begin(workspace_of(&end))))
    }

    /// Of the blocks on the way only the first is kept, so that who reads all rows does not drive out the others.
    fn stretch(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StateError> {
        let (mut rows, mut at, mut is_first) = (Vec::new(), from.to_vec(), true);
        while at.as_slice() < to && rows.len() < limit {
            let block = match is_of_the_rules(&at) {
                true if std::mem::take(&mut is_first) => self.block_at(&at)?,
                true => {
                    self.lately.get(&at).map_or_else(|_| self.first_behind(&at), |block| Ok(Some(block)))?
                }
                false => None,
            };
            at = match block {
                Some(block) => {
                    rows.extend(block.between(&at, to).take(limit - rows.len()));
                    block.end().to_vec()
                }
                None => match self.next_begin(&at)? {
                    // The first blocks of a workspace may have come meanwhile.
                    Some(begin) => begin.max(at),
                    None => break,
                },
            };
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

    /// As of one moment.
    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        moment::range(&self.memtable, &InSled(self), (from, to), limit)
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
        if !is_of_the_rules(key) {
            return None;
        }
        let block = self.or_fail(self.0.block_at(key)).flatten()?;
        block.get(key).map(<[u8]>::to_vec)
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        self.or_fail(self.0.stretch(from, to, limit)).unwrap_or_default()
    }
}

/// The block behind `key` that covers it. Whoever finds a hole looks again: of the rows of a step those before it may
/// have come into a page of sled that was passed, and those behind it into the next one.
fn that_covers(
    key: &[u8],
    mut look: impl FnMut() -> Result<Option<Arc<Block>>, StateError>,
) -> Result<Option<Arc<Block>>, StateError> {
    for _ in 1..LOOKS_MAX {
        let found = look()?;
        if found.as_ref().is_none_or(|block| block.covers(key)) {
            return Ok(found);
        }
        thread::yield_now();
    }
    match look()? {
        Some(block) if !block.covers(key) => Err(not_rows(block.end(), block.bytes())),
        found => Ok(found),
    }
}

fn read_block(end: &[u8], bytes: sled::IVec) -> Result<Arc<Block>, StateError> {
    let refused = not_rows(end, &bytes);
    Block::read(end, bytes).map(Arc::new).ok_or(refused)
}

fn not_rows(end: &[u8], bytes: &sled::IVec) -> StateError {
    StateError::NotRows { end: end.to_vec(), bytes: bytes.len() }
}

fn first_workspace(
    db: &sled::Db,
    from: [u8; WORKSPACE_BYTES],
) -> sled::Result<Option<[u8; WORKSPACE_BYTES]>> {
    let mut keys = db.range(from..).keys();
    let found = keys.find_map(|key| key.map(|key| key.first_chunk().copied()).transpose());
    found.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_looked_at_again_and_told_where_it_stays() {
        let [at, behind] = [1, 2].map(|number| WorkspaceId::from_bytes([number; 16]));
        let key = [at.as_bytes().as_slice(), b"key"].concat();
        let (hole, block) = (Arc::new(Block::empty(behind)), Arc::new(Block::empty(at)));
        for holes in [0, 1, LOOKS_MAX - 1, LOOKS_MAX] {
            let mut looks = 0;
            let found = that_covers(&key, || {
                looks += 1;
                Ok(Some(Arc::clone(if looks > holes { &block } else { &hole })))
            });
            match found {
                Ok(found) => assert_eq!((found.as_ref(), looks), (Some(&block), holes + 1)),
                Err(StateError::NotRows { end, .. }) => {
                    assert_eq!((&end[..], holes), (hole.end(), LOOKS_MAX))
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert!(that_covers(&key, || Ok(None)).expect("it is read").is_none());
    }
}
