//! How much of an index is built, in thousandths of the work.

use std::sync::atomic::{AtomicU64, Ordering};

use parloir_protocol::query::search::Building;

/// The whole work.
pub(super) const WHOLE: u64 = 1_000;

/// What is done of it.
pub(super) struct Progress {
    people: AtomicU64,
    messages: AtomicU64,
}

/// The parts of the work, which go on beside one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    People,
    Messages,
}

impl Part {
    /// How much of the whole work it is.
    pub(super) const WHOLE: u64 = WHOLE / 2;
}

impl Progress {
    pub(super) fn at_the_start() -> Self {
        Self { people: AtomicU64::new(0), messages: AtomicU64::new(0) }
    }

    pub(super) fn done() -> Self {
        let progress = Self::at_the_start();
        progress.finish();
        progress
    }

    /// So much of a part is done; it never goes back, and never ends by this.
    pub(super) fn reach(&self, part: Part, thousandths: u64) {
        self.part(part).fetch_max(thousandths.min(Part::WHOLE - 1), Ordering::Relaxed);
    }

    pub(super) fn finish(&self) {
        for part in [Part::People, Part::Messages] {
            self.part(part).store(Part::WHOLE, Ordering::Relaxed);
        }
    }

    fn part(&self, part: Part) -> &AtomicU64 {
        match part {
            Part::People => &self.people,
            Part::Messages => &self.messages,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.building().is_none()
    }

    /// As clients are told; nothing once it is done.
    pub(super) fn building(&self) -> Option<Building> {
        let done = self.people.load(Ordering::Relaxed) + self.messages.load(Ordering::Relaxed);
        (done < WHOLE).then_some(Building { done, total: WHOLE })
    }
}
