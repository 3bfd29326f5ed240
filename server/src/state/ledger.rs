//! What moves with the rows under one lock: their tally, the walks that check it, and the file of steps. It holds no
//! row.

use std::sync::{Mutex, Weak};

use super::set::Tally;
use super::steps::Steps;
use super::verify::Walk;

use crate::locks::locked;

/// What must move together with the rows.
pub(super) struct Ledger {
    pub(super) tally: Tally,
    pub(super) walks: Vec<Weak<Mutex<Walk>>>,
    pub(super) steps: Steps,
    /// Bytes written since sled last emptied its buffers.
    pub(super) buffered_bytes: usize,
}

/// A key of sled, with the digests of what it had there and of what it has.
pub(super) type Change<'a> = (&'a [u8], Option<u128>, Option<u128>);

impl Ledger {
    pub(super) fn new(tally: Tally, steps: Steps) -> Self {
        Self { tally, walks: Vec::new(), steps, buffered_bytes: 0 }
    }

    /// Lets the walks that have passed a changed row see the change.
    pub(super) fn follow(&mut self, changed: &[Change<'_>]) {
        self.walks.retain(|walk| walk.strong_count() > 0);
        for walk in self.walks.iter().filter_map(Weak::upgrade) {
            let mut walk = locked(&walk);
            for (key, old, new) in changed {
                walk.follow(key, *old, *new);
            }
        }
    }
}
