//! Blocks as sled has them, of those that were read or written lately. Whoever reads such a one does not walk sled's
//! tree, unless others are at them just then. While sled takes a step and this does not follow yet, blocks of before
//! it may stand here beside some of its own; the rows that tell them apart lie over both in memory until it has
//! followed (`memtable`). What was read before a step is not kept after it.

use std::collections::{BTreeMap, btree_map};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, RwLock, RwLockWriteGuard};

use super::block::Block;

use crate::locks::{read_unless_taken, write_locked, write_unless_taken};

/// What a block weighs beside its bytes.
const BLOCK_BYTES: usize = 192;

/// Blocks that were read or written lately.
pub(super) struct Lately {
    halves: RwLock<Halves>,
}

/// The steps that sled had taken before a block was read.
#[derive(Clone, Copy)]
pub(super) struct Before(u64);

struct Halves {
    younger: Half,
    younger_bytes: usize,
    older: Half,
    /// Bytes that the younger half has at most.
    half_bytes: usize,
    /// What was the older half before and is not known any more: for each block that comes about as many bytes of it
    /// go, since all at once would take ten milliseconds.
    going: btree_map::IntoValues<Box<[u8]>, Arc<Block>>,
    /// Of these, and of blocks that others took the place of, those that are to be dropped once nobody waits for that.
    gone: Vec<Arc<Block>>,
    /// Steps that sled has taken.
    steps: u64,
}

/// Blocks by their ends.
type Half = BTreeMap<Box<[u8]>, Arc<Block>>;

/// An end, and the block that sled has there now.
pub(super) type Written = (Box<[u8]>, Option<Arc<Block>>);

impl Lately {
    /// With room for about so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { halves: RwLock::new(Halves::new(bytes / 2)) }
    }

    /// The block that covers `key`, where it is known; else what to say when it was read. Nothing is to be said where
    /// others were at it for longer than they should be: whoever lost its core meanwhile gets it later than sled is
    /// read.
    pub(super) fn get(&self, key: &[u8]) -> Result<Arc<Block>, Option<Before>> {
        let block = {
            let halves = read_unless_taken(&self.halves).ok_or(None)?;
            if let Some(block) = covering(&halves.younger, key) {
                return Ok(block);
            }
            covering(&halves.older, key).ok_or(Some(Before(halves.steps)))?
        };
        // Whoever finds others at it leaves that to the next who reads it.
        if let Some(halves) = write_unless_taken(&self.halves) {
            change(halves, |halves| halves.take_up(&block));
        }
        Ok(block)
    }

    /// Keeps a block that was read of sled, unless sled has taken a step meanwhile, or others are at it.
    pub(super) fn keep(&self, block: Arc<Block>, before: Before) {
        if let Some(halves) = write_unless_taken(&self.halves).filter(|halves| halves.steps == before.0) {
            change(halves, |halves| {
                halves.remove(block.end());
                halves.put(block);
            });
        }
    }

    /// Follows a step that sled has taken; until then its rows must lie over what is here.
    pub(super) fn follow(&self, written: Vec<Written>) {
        change(write_locked(&self.halves), |halves| {
            halves.steps += 1;
            for (end, _) in &written {
                halves.remove(end);
            }
            written.into_iter().filter_map(|(_, block)| block).for_each(|block| halves.put(block));
        });
    }
}

/// Drops what has gone once others may read again.
fn change(mut halves: RwLockWriteGuard<'_, Halves>, change: impl FnOnce(&mut Halves)) {
    change(&mut halves);
    let gone = std::mem::take(&mut halves.gone);
    drop(halves);
    drop(gone);
}

impl Halves {
    fn new(half_bytes: usize) -> Self {
        Self {
            younger: Half::new(),
            younger_bytes: 0,
            older: Half::new(),
            half_bytes,
            going: Half::new().into_values(),
            gone: Vec::new(),
            steps: 0,
        }
    }

    /// Makes a block a younger one, if it is an older one still.
    fn take_up(&mut self, block: &Arc<Block>) {
        if self.older.get(block.end()).is_some_and(|older| Arc::ptr_eq(older, block)) {
            self.older.remove(block.end());
            self.put(Arc::clone(block));
        }
    }

    fn put(&mut self, block: Arc<Block>) {
        self.make_room(weight(&block));
        self.younger_bytes += weight(&block);
        self.younger.insert(block.end().into(), block);
        if self.younger_bytes > self.half_bytes {
            let older = std::mem::replace(&mut self.older, std::mem::take(&mut self.younger));
            self.gone.extend(std::mem::replace(&mut self.going, older.into_values()));
            self.younger_bytes = 0;
        }
    }

    /// Lets about so many bytes go of what is not known any more.
    fn make_room(&mut self, bytes: usize) {
        let mut made = 0;
        while made < bytes
            && let Some(block) = self.going.next()
        {
            made += weight(&block);
            self.gone.push(block);
        }
    }

    fn remove(&mut self, end: &[u8]) {
        match self.younger.remove(end) {
            Some(block) => {
                self.younger_bytes -= weight(&block);
                self.gone.push(block);
            }
            None => self.gone.extend(self.older.remove(end)),
        }
    }
}

fn covering(half: &Half, key: &[u8]) -> Option<Arc<Block>> {
    let (_, block) = half.range::<[u8], _>((Excluded(key), Unbounded)).next()?;
    block.covers(key).then(|| Arc::clone(block))
}

fn weight(block: &Block) -> usize {
    BLOCK_BYTES + 2 * block.end().len() + block.bytes().len()
}

#[cfg(test)]
mod tests {
    use parloir_desk::rows::Changes;
    use parloir_protocol::ids::WorkspaceId;

    use super::*;

    const KEPT_BYTES: usize = 1_000_000;

    /// A block of a workspace with one row of so many bytes, and the key of that row.
    fn block(number: u16, bytes: usize) -> (Arc<Block>, Vec<u8>) {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        let workspace = WorkspaceId::from_bytes(id);
        let key = [&id[..], &[1]].concat();
        let rows = Changes::from([(key.clone(), Some(vec![1; bytes]))]);
        let mut blocks = Block::empty(workspace).with(&mut rows.iter().peekable(), usize::MAX);
        (Arc::new(blocks.pop().expect("there is one")), key)
    }

    fn before(lately: &Lately, key: &[u8]) -> Before {
        let Err(Some(before)) = lately.get(key) else { panic!("it is kept already") };
        before
    }

    #[test]
    fn what_was_read_is_known_until_a_step_takes_it() {
        let lately = Lately::new(KEPT_BYTES);
        let ((old, key), (new, _)) = (block(1, 1), block(1, 2));
        lately.keep(Arc::clone(&old), before(&lately, &key));
        assert!(lately.get(&key).is_ok_and(|kept| kept == old));
        lately.follow(vec![(new.end().into(), Some(Arc::clone(&new)))]);
        assert!(lately.get(&key).is_ok_and(|kept| kept == new));
        lately.follow(vec![(new.end().into(), None)]);
        assert!(lately.get(&key).is_err());
    }

    #[test]
    fn what_was_read_before_a_step_is_not_kept_after_it() {
        let lately = Lately::new(KEPT_BYTES);
        let (old, key) = block(1, 1);
        let before = before(&lately, &key);
        lately.follow(Vec::new());
        lately.keep(old, before);
        assert!(lately.get(&key).is_err());
    }

    #[test]
    fn what_is_read_often_stays_and_the_room_has_an_end() {
        let lately = Lately::new(KEPT_BYTES);
        let (often, key) = block(0, 1);
        lately.keep(often, before(&lately, &key));
        for number in 1..2_000 {
            assert!(lately.get(&key).is_ok(), "after {number}");
            let (block, key) = block(number, 10_000);
            lately.keep(block, before(&lately, &key));
        }
        let mut halves = write_locked(&lately.halves);
        let known = halves.younger.values().chain(halves.older.values()).map(|block| weight(block));
        let (known, going) =
            (known.sum::<usize>(), halves.going.by_ref().map(|block| weight(&block)).sum::<usize>());
        assert!(known + going <= KEPT_BYTES + 40_000, "{known} and {going} bytes are kept");
        assert!(known > KEPT_BYTES / 2, "{known} bytes are kept");
    }

    /// Makes all that is known the older half, with a block of this number.
    fn grow_old(lately: &Lately, number: u16) {
        let (large, key) = block(number, KEPT_BYTES / 2);
        lately.keep(large, before(lately, &key));
        assert!(write_locked(&lately.halves).younger.is_empty());
    }

    #[test]
    fn who_reads_waits_for_nobody_who_is_at_it() {
        let lately = Lately::new(KEPT_BYTES);
        let ((old, key), (new, other)) = (block(1, 1), block(2, 2));
        lately.keep(old, before(&lately, &key));
        let since = before(&lately, &other);
        {
            let _others_are_at_it = write_locked(&lately.halves);
            assert!(matches!(lately.get(&key), Err(None)));
            lately.keep(Arc::clone(&new), since);
        }
        grow_old(&lately, 3);
        let since = {
            let _others_read = read_unless_taken(&lately.halves).expect("nobody is at it");
            assert!(lately.get(&key).is_ok(), "though it cannot be made a younger one");
            let since = before(&lately, &other);
            lately.keep(Arc::clone(&new), since);
            since
        };
        assert!(matches!(lately.get(&other), Err(Some(_))), "it was not kept while others read");
        lately.keep(new, since);
        assert!(lately.get(&key).is_ok() && lately.get(&other).is_ok());
    }

    #[test]
    fn who_follows_a_step_waits_for_those_who_read() {
        let lately = Lately::new(KEPT_BYTES);
        let ((old, key), (new, _)) = (block(1, 1), block(1, 2));
        lately.keep(old, before(&lately, &key));
        std::thread::scope(|scope| {
            let others_read = read_unless_taken(&lately.halves).expect("nobody is at it");
            let following = scope.spawn(|| lately.follow(vec![(new.end().into(), Some(Arc::clone(&new)))]));
            // It asks for the lock, or it has ended without.
            while lately.halves.try_read().is_ok() && !following.is_finished() {
                std::thread::yield_now();
            }
            drop(others_read);
        });
        assert!(lately.get(&key).is_ok_and(|kept| kept == new));
    }

    #[test]
    fn a_block_that_went_while_it_was_read_does_not_come_back() {
        let lately = Lately::new(KEPT_BYTES);
        let ((old, key), (new, _)) = (block(1, 1), block(1, 2));
        lately.keep(Arc::clone(&old), before(&lately, &key));
        lately.follow(vec![(new.end().into(), Some(Arc::clone(&new)))]);
        grow_old(&lately, 3);
        change(write_locked(&lately.halves), |halves| halves.take_up(&old));
        assert!(lately.get(&key).is_ok_and(|kept| kept == new));
    }

    #[test]
    fn what_is_not_known_any_more_goes_a_block_at_a_time_and_is_dropped() {
        let lately = Lately::new(KEPT_BYTES);
        let mut kept = Vec::new();
        let mut dropped_before = 0;
        for number in 0..2_000 {
            let (block, key) = block(number, 10_000);
            kept.push(Arc::downgrade(&block));
            lately.keep(block, before(&lately, &key));
            let dropped = kept.iter().filter(|block| block.strong_count() == 0).count();
            assert!(dropped <= dropped_before + 1, "{dropped} after {dropped_before} with {number}");
            dropped_before = dropped;
        }
        assert!(dropped_before > 1_850, "{dropped_before} are dropped");
    }

    #[test]
    fn what_goes_is_dropped_when_others_may_read_again() {
        let lately = Lately::new(KEPT_BYTES);
        let ((old, key), (new, _)) = (block(1, 1), block(1, 2));
        let replaced = Arc::downgrade(&old);
        lately.keep(old, before(&lately, &key));
        let (aged, key) = block(2, 1);
        let forgotten = Arc::downgrade(&aged);
        lately.keep(aged, before(&lately, &key));
        change(write_locked(&lately.halves), |halves| {
            halves.remove(new.end());
            assert_eq!(replaced.strong_count(), 1, "others wait");
        });
        assert_eq!(replaced.strong_count(), 0);
        grow_old(&lately, 3);
        grow_old(&lately, 4);
        change(write_locked(&lately.halves), |halves| {
            halves.put(Arc::clone(&new));
            assert_eq!(forgotten.strong_count(), 1, "others wait");
        });
        assert_eq!(forgotten.strong_count(), 0);
    }
}
