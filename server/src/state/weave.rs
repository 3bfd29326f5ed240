//! What becomes of sled's blocks when rows change. It writes nothing.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use parloir_desk::rows::Changes;

use super::State;
use super::block::Block;
use super::failure::StateError;
use super::position::workspace_of;

/// A block that sled has, and the one that it is to have under the same fence.
pub(super) struct Fate {
    pub(super) old: Option<Arc<Block>>,
    pub(super) new: Option<Arc<Block>>,
}

/// The blocks that change, by their fences.
pub(super) type Fates = BTreeMap<Box<[u8]>, Fate>;

/// What becomes of the blocks of `state` when `rows` change. Nobody may write into sled meanwhile.
pub(super) fn weave(state: &State, rows: &Changes) -> Result<Fates, StateError> {
    let mut woven = Woven { state, fates: Fates::new() };
    for fence in woven.lay(rows)? {
        woven.join(&fence)?;
    }
    Ok(woven.fates)
}

struct Woven<'a> {
    state: &'a State,
    fates: Fates,
}

impl Woven<'_> {
    /// Lays rows over the blocks that cover them; the fences of those that have become short.
    fn lay(&mut self, rows: &Changes) -> Result<Vec<Box<[u8]>>, StateError> {
        let mut short = Vec::new();
        let mut rows = rows.iter().peekable();
        while let Some((key, _)) = rows.peek() {
            let old = self.state.block_at(key)?;
            let base = old.clone().unwrap_or_else(|| Arc::new(Block::empty(workspace_of(key))));
            assert!(base.covers(key), "the key {key:?} is one of the rules");
            let parts = base.with(&mut rows);
            if let [only] = &parts[..]
                && only.is_too_short(&base)
            {
                short.push(only.fence().into());
            }
            // Only the first part stands where sled has a block already.
            let mut old = old;
            for part in parts {
                self.fates.insert(part.fence().into(), Fate { old: old.take(), new: Some(Arc::new(part)) });
            }
        }
        Ok(short)
    }

    /// Gives the rows of a short block to the one before it, if there is room.
    fn join(&mut self, fence: &[u8]) -> Result<(), StateError> {
        let Some(short) = self.fates.get(fence).and_then(|fate| fate.new.clone()) else { return Ok(()) };
        let Some(before) = self.before(fence)? else { return Ok(()) };
        let Some(joined) = before.with_next(&short) else { return Ok(()) };
        self.fates.entry(fence.into()).and_modify(|fate| fate.new = None);
        let old = || Fate { old: Some(Arc::clone(&before)), new: None };
        self.fates.entry(before.fence().into()).or_insert_with(old).new = Some(Arc::new(joined));
        Ok(())
    }

    /// The block that ends at `fence`.
    fn before(&self, fence: &[u8]) -> Result<Option<Arc<Block>>, StateError> {
        let woven = self.fates.range::<[u8], _>((Unbounded, Excluded(fence)));
        let woven = woven.rev().find_map(|(_, fate)| fate.new.clone());
        match woven.filter(|block| block.end() == fence) {
            Some(block) => Ok(Some(block)),
            None => Ok(self.state.block_before(fence)?.filter(|block| block.end() == fence)),
        }
    }
}
