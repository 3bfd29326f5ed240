//! What was encoded a moment ago, as of a seq: when everybody comes at once, most ask for the same.

use std::sync::{Arc, Mutex};

use crate::locks::locked;

/// Different ones that are kept at once, as of the same seq.
const KEPT_MAX: usize = 8;

/// By what was wanted.
#[derive(Debug)]
pub(super) struct Recent<W, E>(Mutex<Vec<Kept<W, E>>>);

#[derive(Debug)]
struct Kept<W, E> {
    of: W,
    seq: u64,
    encoded: Arc<E>,
}

impl<W, E> Default for Recent<W, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<W: PartialEq, E> Recent<W, E> {
    /// What was kept for the same as of `seq`.
    pub(super) fn find(&self, wanted: &W, seq: u64) -> Option<Arc<E>> {
        let kept = locked(&self.0);
        let found = kept.iter().find(|kept| kept.of == *wanted && kept.seq == seq)?;
        Some(Arc::clone(&found.encoded))
    }

    /// Keeps it in the place of what was kept for the same, and of all that is older; not behind a newer one.
    pub(super) fn keep(&self, wanted: W, seq: u64, encoded: Arc<E>) {
        let mut kept = locked(&self.0);
        if kept.iter().any(|other| other.seq > seq) {
            return;
        }
        kept.retain(|other| other.seq == seq && other.of != wanted);
        if kept.len() < KEPT_MAX {
            kept.push(Kept { of: wanted, seq, encoded });
        }
    }

    pub(super) fn clear(&self) {
        *locked(&self.0) = Vec::new();
    }
}
