//! How far a build has come: how much of the work each workspace is, and how far a walk through its ids is.

use std::ops::Range;

use uuid::Uuid;

use crate::search::progress::Part;

/// One workspace's part of the whole work.
#[derive(Debug, PartialEq)]
pub(super) struct Share {
    before: f64,
    of: f64,
}

/// Each workspace's part of the whole by its events: one may have nearly all of them.
pub(super) fn shares<W>(events: impl Iterator<Item = (W, u64)>) -> Vec<(W, Share)> {
    let events: Vec<(W, u64)> = events.collect();
    let whole = events.iter().map(|(_, events)| *events).sum::<u64>().max(1) as f64;
    let mut before = 0.0;
    let share = |(workspace, events): (W, u64)| {
        let share = Share { before, of: events as f64 / whole };
        before += share.of;
        (workspace, share)
    };
    events.into_iter().map(share).collect()
}

impl Share {
    /// How much is done of all when so much is done of one part of this share.
    pub(super) fn within(&self, part: &Range<u64>, done: f64) -> u64 {
        let inside = part.start as f64 + done * (part.end - part.start) as f64;
        (self.before * Part::WHOLE as f64 + self.of * inside) as u64
    }
}

/// Ids carry the time at which they were made, and rows are read in their order: how far a walk is from the
/// first id to now.
#[derive(Default)]
pub(super) struct Span {
    first: Option<u64>,
}

impl Span {
    pub(super) fn reach(&mut self, id: Uuid) -> f64 {
        let made = |id: Uuid| (id.as_u128() >> 80) as u64;
        let at = made(id);
        let first = *self.first.get_or_insert(at);
        let whole = made(Uuid::now_v7()).saturating_sub(first).max(1);
        (at.saturating_sub(first) as f64 / whole as f64).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_workspace_is_most_of_the_work() {
        let shares = shares([('a', 1), ('b', 6), ('c', 1)].into_iter());
        let expected = [('a', 0.0, 0.125), ('b', 0.125, 0.75), ('c', 0.875, 0.125)];
        assert_eq!(shares, expected.map(|(workspace, before, of)| (workspace, Share { before, of })));
        let half = shares[1].1.within(&(0..Part::WHOLE), 0.5);
        assert_eq!(half, Part::WHOLE / 2);
    }
}
