//! How long one search may take. Whoever walks long lists asks now and then; once it is spent, all walks end. Until
//! then a long one offers its core now and then to who waits for it.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

/// Questions between two looks at the clock, which costs more than a step.
const STEPS_PER_LOOK: u32 = 512;
/// The same of a moment: others wait meanwhile.
const STEPS_PER_LOOK_OF_A_MOMENT: u32 = 16;
/// How long a search keeps a core before it offers it: a kernel may let it go on for milliseconds, while whoever is to
/// make a record durable waits behind it. Chosen so that a usual one never does; not measured against others.
const OFFER_EVERY: Duration = Duration::from_micros(500);

/// The time that is left for one search.
pub(super) struct Budget {
    until: Option<Instant>,
    is_of_a_moment: bool,
    /// When the core is offered next.
    offer_at: Cell<Instant>,
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
        Self {
            until: None,
            is_of_a_moment: false,
            offer_at: Cell::new(Instant::now() + OFFER_EVERY),
            steps: Cell::new(0),
            spent: Cell::new(false),
        }
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
        let now = Instant::now();
        let over = self.until.is_some_and(|until| now >= until);
        self.spent.set(self.spent.get() || over);
        self.offer(now);
        self.spent.get()
    }

    /// Offers the core, unless it was a short while ago. Who holds up others is not to wait as well, and who is at the end
    /// is done sooner.
    fn offer(&self, now: Instant) {
        if !self.is_of_a_moment && !self.spent.get() && now >= self.offer_at.get() {
            thread::yield_now();
            self.offer_at.set(Instant::now() + OFFER_EVERY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a core is offered at the next look at the clock, when it was kept for long enough.
    fn offers(budget: &Budget) -> bool {
        let long_ago = Instant::now();
        budget.offer_at.set(long_ago);
        (0..STEPS_PER_LOOK).for_each(|_| _ = budget.is_spent());
        budget.offer_at.get() > long_ago
    }

    #[test]
    fn a_long_search_offers_its_core() {
        assert!(offers(&Budget::endless()));
    }

    #[test]
    fn a_search_that_has_not_had_it_for_long_does_not() {
        let (budget, later) = (Budget::endless(), Instant::now() + Duration::from_secs(3_600));
        budget.offer_at.set(later);
        (0..STEPS_PER_LOOK).for_each(|_| _ = budget.is_spent());
        assert_eq!(budget.offer_at.get(), later);
    }

    #[test]
    fn neither_who_holds_up_others_nor_who_is_at_the_end_does() {
        assert!(!offers(&Budget::of_a_moment(Duration::from_secs(3_600))));
        assert!(!offers(&Budget::spent()));
    }
}
