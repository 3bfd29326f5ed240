//! What moves with the rows under one lock: their tally and the walks that check it. It holds no row.

use std::collections::BTreeMap;
use std::sync::{Mutex, Weak};

use parloir_desk::rows::Changes;
use parloir_protocol::ids::WorkspaceId;

use super::position::is_of_the_rules;
use super::set::Tally;
use super::verify::Walk;
use super::{Applied, VALUE_BYTES_MAX, locked};

/// What must move together with the rows.
pub(super) struct Ledger {
    pub(super) tally: Tally,
    pub(super) walks: Vec<Weak<Mutex<Walk>>>,
    pub(super) failed: bool,
    /// Bytes written since sled last emptied its buffers.
    pub(super) buffered_bytes: usize,
}

/// A row's key, its old value and its new one.
pub(super) type Change<'a> = (&'a [u8], Option<sled::IVec>, Option<&'a [u8]>);

impl Ledger {
    pub(super) fn new(tally: Tally) -> Self {
        Self { tally, walks: Vec::new(), failed: false, buffered_bytes: 0 }
    }

    /// Lets the walks that have passed a changed row see the change.
    pub(super) fn follow(&mut self, changed: &[Change<'_>]) {
        self.walks.retain(|walk| walk.strong_count() > 0);
        for walk in self.walks.iter().filter_map(Weak::upgrade) {
            let mut walk = locked(&walk);
            for (key, old, new) in changed {
                walk.follow(key, old.as_deref(), *new);
            }
        }
    }
}

/// The last value of every row in `batch`, the positions among them.
pub(super) fn rows_of<'a>(
    batch: &'a [(WorkspaceId, &Changes, Applied)],
) -> BTreeMap<&'a [u8], Option<Vec<u8>>> {
    let mut rows = BTreeMap::new();
    for (workspace, changes, applied) in batch {
        for (key, value) in *changes {
            let ours = key.starts_with(workspace.as_bytes()) && is_of_the_rules(key);
            assert!(ours, "the key {key:?} is not one of {workspace}");
            let bytes = value.as_ref().map_or(0, Vec::len);
            assert!(bytes <= VALUE_BYTES_MAX, "the value of {key:?} has {bytes} bytes");
            rows.insert(key.as_slice(), value.clone());
        }
        rows.insert(workspace.as_bytes().as_slice(), Some(applied.encode().to_vec()));
    }
    rows
}
