//! Blocks as sled has them, of those that were read or written lately. Whoever reads such a one neither walks sled's tree
//! nor waits for its lock while a batch is written. They are never behind sled: what is written replaces what is kept
//! before anybody reads it there, and what was read before that is not kept any more.

use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};
use std::sync::{Arc, RwLock};

use super::block::Block;

use crate::locks::{read_locked, write_locked};

/// Bytes of the younger half; with the older one twice as many.
const HALF_BYTES: usize = 4 * 1024 * 1024;

/// What a block weighs beside its bytes.
const BLOCK_BYTES: usize = 192;

/// Blocks that were read or written lately.
#[derive(Default)]
pub(super) struct Lately(RwLock<Halves>);

/// The batches that sled had taken before a block was read.
#[derive(Clone, Copy)]
pub(super) struct Before(u64);

/// No two of the blocks cover the same key.
#[derive(Default)]
struct Halves {
    younger: Half,
    younger_bytes: usize,
    older: Half,
    /// Batches that sled has taken.
    batches: u64,
}

/// Blocks by their fences.
type Half = BTreeMap<Box<[u8]>, Arc<Block>>;

/// A fence, and the block that sled has there now.
pub(super) type Written = (Box<[u8]>, Option<Arc<Block>>);

impl Lately {
    /// The block that covers `key`, where it is known; else what to say when it was read.
    pub(super) fn get(&self, key: &[u8]) -> Result<Arc<Block>, Before> {
        let before = {
            let halves = read_locked(&self.0);
            if let Some(block) = covering(&halves.younger, key) {
                return Ok(block);
            }
            if covering(&halves.older, key).is_none() {
                return Err(Before(halves.batches));
            }
            Before(halves.batches)
        };
        write_locked(&self.0).take_up(key).ok_or(before)
    }

    /// Keeps a block that was read of sled, unless sled has taken a batch meanwhile.
    pub(super) fn keep(&self, block: Arc<Block>, before: Before) {
        let mut halves = write_locked(&self.0);
        if halves.batches == before.0 {
            halves.remove(block.fence());
            halves.put(block);
        }
    }

    /// Follows a batch that sled has taken. Until this is done nobody may read its rows in sled.
    pub(super) fn follow(&self, written: Vec<Written>) {
        let mut halves = write_locked(&self.0);
        halves.batches += 1;
        for (fence, _) in &written {
            halves.remove(fence);
        }
        written.into_iter().filter_map(|(_, block)| block).for_each(|block| halves.put(block));
    }
}

impl Halves {
    /// Makes an older block a younger one.
    fn take_up(&mut self, key: &[u8]) -> Option<Arc<Block>> {
        let block = covering(&self.younger, key).or_else(|| covering(&self.older, key))?;
        if self.older.remove(block.fence()).is_some() {
            self.put(Arc::clone(&block));
        }
        Some(block)
    }

    fn put(&mut self, block: Arc<Block>) {
        self.younger_bytes += weight(&block);
        self.younger.insert(block.fence().into(), block);
        if self.younger_bytes > HALF_BYTES {
            self.older = std::mem::take(&mut self.younger);
            self.younger_bytes = 0;
        }
    }

    fn remove(&mut self, fence: &[u8]) {
        match self.younger.remove(fence) {
            Some(block) => self.younger_bytes -= weight(&block),
            None => drop(self.older.remove(fence)),
        }
    }
}

fn covering(half: &Half, key: &[u8]) -> Option<Arc<Block>> {
    let (_, block) = half.range::<[u8], _>((Unbounded, Included(key))).next_back()?;
    block.covers(key).then(|| Arc::clone(block))
}

fn weight(block: &Block) -> usize {
    BLOCK_BYTES + 2 * block.fence().len() + block.bytes().len()
}

#[cfg(test)]
mod tests {
    use parloir_desk::rows::Changes;
    use parloir_protocol::ids::WorkspaceId;

    use super::*;

    /// A block of a workspace with one row of so many bytes, and the key of that row.
    fn block(number: u16, bytes: usize) -> (Arc<Block>, Vec<u8>) {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        let workspace = WorkspaceId::from_bytes(id);
        let key = [&id[..], &[1]].concat();
        let rows = Changes::from([(key.clone(), Some(vec![1; bytes]))]);
        let mut blocks = Block::empty(workspace).with(&mut rows.iter().peekable());
        (Arc::new(blocks.pop().expect("there is one")), key)
    }

    fn before(lately: &Lately, key: &[u8]) -> Before {
        let Err(before) = lately.get(key) else { panic!("it is kept already") };
        before
    }

    #[test]
    fn what_was_read_is_known_until_a_batch_takes_it() {
        let lately = Lately::default();
        let ((old, key), (new, _)) = (block(1, 1), block(1, 2));
        lately.keep(Arc::clone(&old), before(&lately, &key));
        assert!(lately.get(&key).is_ok_and(|kept| kept == old));
        lately.follow(vec![(new.fence().into(), Some(Arc::clone(&new)))]);
        assert!(lately.get(&key).is_ok_and(|kept| kept == new));
        lately.follow(vec![(new.fence().into(), None)]);
        assert!(lately.get(&key).is_err());
    }

    #[test]
    fn what_was_read_before_a_batch_is_not_kept_after_it() {
        let lately = Lately::default();
        let (old, key) = block(1, 1);
        let before = before(&lately, &key);
        lately.follow(Vec::new());
        lately.keep(old, before);
        assert!(lately.get(&key).is_err());
    }

    #[test]
    fn what_is_read_often_stays_and_the_room_has_an_end() {
        let lately = Lately::default();
        let (often, key) = block(0, 1);
        lately.keep(often, before(&lately, &key));
        for number in 1..2_000 {
            assert!(lately.get(&key).is_ok(), "after {number}");
            let (block, key) = block(number, 10_000);
            lately.keep(block, before(&lately, &key));
        }
        let halves = read_locked(&lately.0);
        let bytes: usize =
            halves.younger.values().chain(halves.older.values()).map(|block| weight(block)).sum();
        assert!(bytes <= 2 * (HALF_BYTES + 20_000), "{bytes} bytes are kept");
        assert!(bytes > HALF_BYTES, "{bytes} bytes are kept");
    }
}
