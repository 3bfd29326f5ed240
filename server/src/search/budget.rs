//! How long one search may take. Whoever walks long lists asks now and then; once it is spent, all walks end.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Questions between two looks at the clock, which costs more than a step.
const STEPS_PER_LOOK: u32 = 512;

/// The time that is left for one search.
pub(super) struct Budget {
    until: Option<Instant>,
    steps: Cell<u32>,
    spent: Cell<bool>,
}

impl Budget {
    pub(super) fn lasting(time: Duration) -> Self {
        Self { until: Some(Instant::now() + time), steps: Cell::new(0), spent: Cell::new(false) }
    }

    #[cfg(test)]
    pub(super) fn endless() -> Self {
        Self { until: None, steps: Cell::new(0), spent: Cell::new(false) }
    }

    #[cfg(test)]
    pub(super) fn spent() -> Self {
        Self { until: None, steps: Cell::new(0), spent: Cell::new(true) }
    }

    /// Whether somebody met the end of the time, so that what was found is not all.
    pub(super) fn was_spent(&self) -> bool {
        self.spent.get()
    }

    /// Whether the time is over.
    pub(super) fn is_spent(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() >= STEPS_PER_LOOK {
            self.steps.set(0);
            let over = self.until.is_some_and(|until| Instant::now() >= until);
            self.spent.set(self.spent.get() || over);
        }
        self.spent.get()
    }
}
