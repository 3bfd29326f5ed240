//! How much of an index is built, in thousandths of the work.

use std::sync::atomic::{AtomicU64, Ordering};

use parloir_protocol::query::search::Building;

/// The whole work.
pub(super) const WHOLE: u64 = 1_000;

/// What is done of it.
pub(super) struct Progress(AtomicU64);

impl Progress {
    pub(super) fn at_the_start() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(super) fn done() -> Self {
        Self(AtomicU64::new(WHOLE))
    }

    /// So much is done; it never goes back, and never ends by this.
    pub(super) fn reach(&self, thousandths: u64) {
        self.0.fetch_max(thousandths.min(WHOLE - 1), Ordering::Relaxed);
    }

    pub(super) fn finish(&self) {
        self.0.store(WHOLE, Ordering::Relaxed);
    }

    pub(super) fn is_done(&self) -> bool {
        self.building().is_none()
    }

    /// As clients are told; nothing once it is done.
    pub(super) fn building(&self) -> Option<Building> {
        let done = self.0.load(Ordering::Relaxed);
        (done < WHOLE).then_some(Building { done, total: WHOLE })
    }
}
