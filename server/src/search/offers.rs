//! When threads that write an index, or read documents to put them, offer their core to others. However low their
//! priority, a kernel lets each go on for its slice of some milliseconds, while whoever is to make a record durable waits
//! behind it. An offer is paid for with more time than it takes, and the more the lower the priority, so that on cores
//! that are never idle hardly any would be left: an index that is being built or far behind is written without.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// How long after an offer a thread makes the next one.
const OFFER_EVERY: Duration = Duration::from_micros(300);
/// Documents that wait or are being committed, from which on nobody offers: a commit begins with half as many, of both
/// indexes together.
const DOCUMENTS_MAX: usize = 3_000;
/// Segments that are searched, from which on nobody offers: an index of two million messages had four at its start.
const SEGMENTS_MAX: usize = 32;

thread_local! {
    static OFFERED: Cell<Instant> = Cell::new(Instant::now());
}

/// The offers of all threads of one index.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers(Arc<Index>);

/// How much is to be done.
#[derive(Debug, Default)]
struct Index {
    is_built: AtomicBool,
    waiting: AtomicUsize,
    committing: AtomicUsize,
    segments: AtomicUsize,
}

impl Offers {
    /// Of an index that is there, or not yet.
    pub(super) fn of(is_built: bool) -> Self {
        let offers = Self::default();
        offers.set_built(is_built);
        offers
    }

    pub(super) fn set_built(&self, is_built: bool) {
        self.0.is_built.store(is_built, Relaxed);
    }

    /// So many documents wait for the next commit.
    pub(super) fn set_waiting(&self, documents: usize) {
        self.0.waiting.store(documents, Relaxed);
    }

    /// So many documents are being committed.
    pub(super) fn set_committing(&self, documents: usize) {
        self.0.committing.store(documents, Relaxed);
    }

    /// So many segments are searched.
    pub(super) fn set_segments(&self, segments: usize) {
        self.0.segments.store(segments, Relaxed);
    }

    fn is_in_a_hurry(&self) -> bool {
        let Index { is_built, waiting, committing, segments } = &*self.0;
        let documents = waiting.load(Relaxed) + committing.load(Relaxed);
        !is_built.load(Relaxed) || documents >= DOCUMENTS_MAX || segments.load(Relaxed) >= SEGMENTS_MAX
    }

    /// Offers this core, unless it was a short while ago.
    pub(super) fn offer(&self) {
        if OFFERED.get().elapsed() >= OFFER_EVERY && !self.is_in_a_hurry() {
            thread::yield_now();
            OFFERED.set(Instant::now());
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Whether this offers the core of a thread that has had it for long.
    pub(in crate::search) fn offers(work: impl FnOnce()) -> bool {
        let before =
            Instant::now().checked_sub(Duration::from_secs(1)).expect("a clock that runs for a second");
        OFFERED.set(before);
        work();
        OFFERED.get() > before
    }

    #[test]
    fn whoever_has_just_offered_a_core_does_not_again() {
        let some = Offers::of(true);
        assert!(offers(|| some.offer()));
        let later = Instant::now() + Duration::from_secs(3_600);
        OFFERED.set(later);
        some.offer();
        assert_eq!(OFFERED.get(), later);
    }

    #[test]
    fn an_index_that_is_being_built_or_far_behind_is_written_without() {
        for (is_built, waiting, committing, segments, is_offered) in [
            (true, DOCUMENTS_MAX / 2, DOCUMENTS_MAX / 2 - 1, SEGMENTS_MAX - 1, true),
            (true, DOCUMENTS_MAX / 2, DOCUMENTS_MAX / 2, 0, false),
            (true, 0, 0, SEGMENTS_MAX, false),
            (false, 0, 0, 0, false),
        ] {
            let some = Offers::of(is_built);
            some.set_waiting(waiting);
            some.set_committing(committing);
            some.set_segments(segments);
            assert_eq!(offers(|| some.offer()), is_offered, "{some:?}");
        }
    }
}
