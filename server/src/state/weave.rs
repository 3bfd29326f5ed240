//! What becomes of sled's blocks when rows change. It writes nothing.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use super::State;
use super::block::{Block, Changed};
use super::failure::StateError;
use super::position::workspace_of;

/// A block that sled has, and the one that it is to have under the same end.
pub(super) struct Fate {
    pub(super) old: Option<Arc<Block>>,
    pub(super) new: Option<Arc<Block>>,
}

/// The blocks that change, by their ends.
pub(super) type Fates = BTreeMap<Box<[u8]>, Fate>;

/// What becomes of the blocks of `state` when the next of `rows` change, which are taken: at least one, and until the
/// blocks have about so many bytes. Nobody may write into sled meanwhile.
pub(super) fn weave<'a>(
    state: &State,
    rows: &mut Peekable<impl Iterator<Item = Changed<'a>>>,
    bytes_max: usize,
) -> Result<Fates, StateError> {
    let mut woven = Woven { state, fates: Fates::new() };
    for end in woven.lay(rows, bytes_max)? {
        woven.join(&end)?;
    }
    Ok(woven.fates)
}

struct Woven<'a> {
    state: &'a State,
    fates: Fates,
}

impl Woven<'_> {
    /// Lays rows over the blocks that cover them; the ends of those that have become short.
    fn lay<'a>(
        &mut self,
        rows: &mut Peekable<impl Iterator<Item = Changed<'a>>>,
        bytes_max: usize,
    ) -> Result<Vec<Box<[u8]>>, StateError> {
        let (mut short, mut bytes) = (Vec::new(), 0);
        while let Some((key, _)) = rows.peek().filter(|_| bytes < bytes_max) {
            let old = self.state.block_at(key)?;
            let base = old.clone().unwrap_or_else(|| Arc::new(Block::empty(workspace_of(key))));
            let parts = base.with(rows, bytes_max - bytes);
            bytes += parts.iter().map(|part| part.bytes().len()).sum::<usize>();
            if let [only] = &parts[..]
                && only.is_too_short(&base)
            {
                short.push(only.end().into());
            }
            for part in parts {
                let old = old.clone().filter(|old| old.end() == part.end());
                self.fates.insert(part.end().into(), Fate { old, new: Some(Arc::new(part)) });
            }
            // What is left for this block is laid over what it has become, once sled has that.
            if rows.peek().is_some_and(|(key, _)| base.covers(key)) {
                break;
            }
        }
        Ok(short)
    }

    /// Makes a short block and one beside it one, if there is room.
    fn join(&mut self, end: &[u8]) -> Result<(), StateError> {
        let Some(short) = self.fates.get(end).and_then(|fate| fate.new.clone()) else { return Ok(()) };
        if let Some(before) = self.before(&short)?
            && let Some(joined) = before.with_next(&short)
        {
            self.put(before, None);
            self.put(short, Some(joined));
        } else if let Some(after) = self.after(&short)?
            && let Some(joined) = short.with_next(&after)
        {
            self.put(short, None);
            self.put(after, Some(joined));
        }
        Ok(())
    }

    /// What stands under the end of `block`, which is a block of sled or one that is laid, becomes another.
    fn put(&mut self, block: Arc<Block>, new: Option<Block>) {
        let new = new.map(Arc::new);
        match self.fates.get_mut(block.end()) {
            Some(fate) => fate.new = new,
            None => drop(self.fates.insert(block.end().into(), Fate { old: Some(block), new })),
        }
    }

    fn before(&self, block: &Block) -> Result<Option<Arc<Block>>, StateError> {
        match self.fates.get(block.begin()) {
            Some(fate) => Ok(fate.new.clone()),
            None => self.state.block_ending(block.begin()),
        }
    }

    fn after(&self, block: &Block) -> Result<Option<Arc<Block>>, StateError> {
        let laid = self.fates.range::<[u8], _>((Excluded(block.end()), Unbounded));
        let laid = laid.filter_map(|(_, fate)| fate.new.clone()).next();
        match laid.filter(|after| after.begin() == block.end()) {
            Some(after) => Ok(Some(after)),
            None => self.state.block_at(block.end()),
        }
    }
}
