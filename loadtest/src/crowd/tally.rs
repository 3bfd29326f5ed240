//! What a crowd was told: how often, how late, and whether anything was lost, came twice or out of turn. It judges
//! by the numbers of the marks alone, which are consecutive.

use std::collections::{BTreeSet, VecDeque};

use hdrhistogram::Histogram;
use tokio::sync::watch;

use crate::mark::{Mark, Moment};
use crate::report;

/// Messages that some have and others lack; a crowd further apart is not told as complete any more.
const OPEN_MAX: usize = 1 << 16;

/// Whether messages have to come by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Kept,
    /// They were handed in by several at once.
    Any,
}

/// Where one listener is.
#[derive(Debug)]
pub(crate) struct Place {
    next: u32,
    /// Messages before `next` that have not come and still may.
    late: BTreeSet<u32>,
    order: Order,
}

impl Place {
    pub(crate) fn new(first: u32, order: Order) -> Self {
        Self { next: first, late: BTreeSet::new(), order }
    }
}

#[derive(Debug)]
pub(crate) struct Tally {
    listeners: u32,
    /// The first message that not everybody has.
    first_open: u32,
    /// How many listeners have the messages from there on, and when the first of them ought to have left.
    open: VecDeque<u32>,
    tell: watch::Sender<u64>,
    pub(crate) deliveries: u64,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    /// From the moment at which a message ought to have left to each listener's receipt.
    pub(crate) times: Histogram<u64>,
    /// The same to the last listener's receipt.
    pub(crate) last_times: Histogram<u64>,
}

impl Tally {
    pub(crate) fn new(listeners: usize, first: u32, tell: watch::Sender<u64>) -> Self {
        Self {
            listeners: u32::try_from(listeners).unwrap_or(u32::MAX),
            first_open: first,
            open: VecDeque::new(),
            tell,
            deliveries: 0,
            lost: 0,
            duplicated: 0,
            times: report::times(),
            last_times: report::times(),
        }
    }

    /// One receipt.
    pub(crate) fn take(&mut self, place: &mut Place, mark: Mark, now: Moment) {
        if mark.number < place.next && !place.late.remove(&mark.number) {
            self.duplicated += 1;
            return;
        }
        if mark.number >= place.next {
            match place.order {
                Order::Kept => self.lost += u64::from(mark.number - place.next),
                Order::Any => place.late.extend(place.next..mark.number),
            }
            place.next = mark.number + 1;
        }
        self.deliveries += 1;
        let time = now.since(mark.due);
        report::record(&mut self.times, time);
        let Some(at) = mark.number.checked_sub(self.first_open).map(|at| at as usize) else { return };
        if at >= OPEN_MAX {
            return;
        }
        if self.open.len() <= at {
            self.open.resize(at + 1, 0);
        }
        self.open[at] += 1;
        if self.open[at] == self.listeners {
            report::record(&mut self.last_times, time);
        }
        if at == 0 {
            self.advance();
        }
    }

    fn advance(&mut self) {
        let before = self.first_open;
        while self.open.front() == Some(&self.listeners) {
            self.open.pop_front();
            self.first_open += 1;
        }
        if self.first_open > before {
            self.tell.send_replace(u64::from(self.first_open));
        }
    }

    /// Forgets the times, as after a warm-up. What was lost stays lost.
    pub(crate) fn forget_times(&mut self) {
        self.times.reset();
        self.last_times.reset();
        self.deliveries = 0;
    }

    /// What is missing when `published` is the number of the next message: those that nobody will bring any more.
    pub(crate) fn missing(&self, published: u32) -> u64 {
        let had: u64 = self.open.iter().map(|had| u64::from(*had)).sum();
        u64::from(published.saturating_sub(self.first_open)) * u64::from(self.listeners) - had
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(number: u32) -> Mark {
        Mark { number, due: Moment(1_000) }
    }

    fn tally(listeners: usize) -> (Tally, watch::Receiver<u64>) {
        let (tell, told) = watch::channel(0);
        (Tally::new(listeners, 0, tell), told)
    }

    #[test]
    fn what_is_lost_or_comes_twice_is_counted() {
        let ((mut tally, _told), mut place) = (tally(1), Place::new(0, Order::Kept));
        for number in [0, 1, 1, 4, 5] {
            tally.take(&mut place, mark(number), Moment(2_000));
        }
        assert_eq!((tally.lost, tally.duplicated, tally.deliveries), (2, 1, 4));
        assert_eq!(tally.missing(8), 4, "2, 3, 6 and 7");
    }

    #[test]
    fn where_order_is_free_only_a_second_receipt_is_wrong() {
        let ((mut tally, told), mut place) = (tally(1), Place::new(0, Order::Any));
        for number in [2, 0, 1, 1] {
            tally.take(&mut place, mark(number), Moment(2_000));
        }
        assert_eq!((tally.lost, tally.duplicated, *told.borrow()), (0, 1, 3));
    }

    #[test]
    fn a_message_is_complete_with_its_last_listener() {
        let ((mut tally, told), mut one, mut other) =
            (tally(2), Place::new(0, Order::Kept), Place::new(0, Order::Kept));
        tally.take(&mut one, mark(0), Moment(2_000));
        tally.take(&mut one, mark(1), Moment(3_000));
        assert_eq!((*told.borrow(), tally.missing(2)), (0, 2));
        tally.take(&mut other, mark(0), Moment(5_000));
        tally.take(&mut other, mark(1), Moment(9_000));
        assert_eq!((*told.borrow(), tally.missing(2)), (2, 0));
        assert_eq!(tally.last_times.max(), tally.last_times.highest_equivalent(8_000));
        assert_eq!((tally.times.len(), tally.last_times.len()), (4, 2));
    }
}
