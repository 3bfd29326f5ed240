//! How long one search may take. Whoever walks long lists asks now and then; once it is spent, all walks end.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Questions between two looks at the clock, which costs more than a step.
const STEPS_PER_LOOK: u32 = 512;
/// The same of a moment: others wait meanwhile.
const STEPS_PER_LOOK_OF_A_MOMENT: u32 = 16;

/// The time that is left for one search.
pub(super) struct Budget {
    until: Option<Instant>,
    is_of_a_moment: bool,
    steps: Cell<u32>,
    spent: Cell<bool>,
}

impl Budget {
    pub(super) fn lasting(time: Duration) -> Self {
        Self { until: Some(Instant::now() + time), ..Self::without_end() }
    }

    /// The same for who holds up others.
    pub(super) fn of_a_moment(time: Duration) -> Self {
        Self { is_of_a_moment: true, ..Self::lasting(time) }
    }

    pub(super) fn is_of_a_moment(&self) -> bool {
        self.is_of_a_moment
    }

    fn without_end() -> Self {
        Self { until: None, is_of_a_moment: false, steps: Cell::new(0), spent: Cell::new(false) }
    }

    #[cfg(test)]
    pub(super) fn endless() -> Self {
        Self::without_end()
    }

    #[cfg(test)]
    pub(super) fn spent() -> Self {
        Self { spent: Cell::new(true), ..Self::endless() }
    }

    /// Whether somebody met the end of the time, so that what was found is not all.
    pub(super) fn was_spent(&self) -> bool {
        self.spent.get()
    }

    /// Whether the time is over.
    pub(super) fn is_spent(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        let steps_per_look = if self.is_of_a_moment { STEPS_PER_LOOK_OF_A_MOMENT } else { STEPS_PER_LOOK };
        if self.steps.get() >= steps_per_look { self.is_over() } else { self.spent.get() }
    }

    /// The same for who does much between two questions: the clock is looked at each time.
    pub(super) fn is_over(&self) -> bool {
        self.steps.set(0);
        let over = self.until.is_some_and(|until| Instant::now() >= until);
        self.spent.set(self.spent.get() || over);
        self.spent.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_is_spent_stays_so() {
        let budget = Budget::lasting(Duration::ZERO);
        assert!(!budget.was_spent(), "nobody has looked at the clock");
        assert!(budget.is_over() && budget.was_spent() && budget.is_spent());
    }

    #[test]
    fn who_holds_up_others_looks_at_the_clock_more_often() {
        let looks = |budget: &Budget| (1..).find(|_| budget.is_spent()).expect("it is spent at a look");
        assert_eq!(looks(&Budget::lasting(Duration::ZERO)), STEPS_PER_LOOK);
        assert_eq!(looks(&Budget::of_a_moment(Duration::ZERO)), STEPS_PER_LOOK_OF_A_MOMENT);
    }
}
