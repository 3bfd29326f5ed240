//! Whether a search is tried on a thread that others wait for, by how earlier ones went: what takes longer than a
//! moment is begun anew elsewhere, so that the moment was for nothing and kept everybody waiting. It times nothing, and
//! counts for all workspaces together: where some searches are short and some are long, all are tried.

use std::sync::atomic::{AtomicU32, Ordering};

/// Searches passed over at most before one is tried again, as a power of two: with 200 a second one in 160 ms. Chosen, not
/// measured against others.
const PASSED_OVER_MAX_LOG2: u32 = 5;

/// How the last tries went. Threads that ask at the same time may count one too few: that costs a moment, or a change
/// of threads, and no answer.
#[derive(Debug, Default)]
pub(super) struct Moments {
    /// Tries in a row that took too long.
    failed: AtomicU32,
    /// Searches still to be passed over.
    left: AtomicU32,
}

impl Moments {
    /// Whether the next one is tried.
    pub(super) fn is_worth_a_try(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }

    /// One was tried. The first that takes too long is one of a kind; after each further one twice as many are passed
    /// over.
    pub(super) fn tried(&self, was_enough: bool) {
        if was_enough {
            return self.failed.store(0, Ordering::Relaxed);
        }
        let before = self.failed.fetch_add(1, Ordering::Relaxed);
        if before > 0 {
            self.left.store(1 << before.min(PASSED_OVER_MAX_LOG2), Ordering::Relaxed);
        }
    }
}

/// How many are passed over before one is tried.
#[cfg(test)]
pub(super) fn passed_over(moments: &Moments) -> u32 {
    (0..).take_while(|_| !moments.is_worth_a_try()).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_takes_too_long_keeps_no_other_from_being_tried() {
        let moments = Moments::default();
        assert_eq!(passed_over(&moments), 0);
        moments.tried(false);
        assert_eq!(passed_over(&moments), 0);
    }

    #[test]
    fn the_longer_it_goes_on_the_fewer_are_tried_up_to_a_bound() {
        let moments = Moments::default();
        let passed: Vec<_> = (0..9)
            .map(|_| {
                moments.tried(false);
                passed_over(&moments)
            })
            .collect();
        assert_eq!(passed, [0, 2, 4, 8, 16, 32, 32, 32, 32]);
    }

    #[test]
    fn one_in_time_makes_good_for_all() {
        let moments = Moments::default();
        (0..5).for_each(|_| moments.tried(false));
        assert_eq!(passed_over(&moments), 16);
        moments.tried(true);
        moments.tried(false);
        assert_eq!(passed_over(&moments), 0);
    }
}
