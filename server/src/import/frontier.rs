//! How far an import came without a gap, while rows are settled in any order.

use std::collections::BTreeMap;

/// The rows that are settled. `T` is what came of one.
#[derive(Debug)]
pub struct Frontier<T> {
    settled: u64,
    ahead: BTreeMap<u64, T>,
}

impl<T> Frontier<T> {
    /// All up to `settled` are.
    pub fn at(settled: u64) -> Self {
        Self { settled, ahead: BTreeMap::new() }
    }

    /// The last place of the rows without a gap.
    pub fn settled(&self) -> u64 {
        self.settled
    }

    /// Rows that wait for one before them.
    pub fn ahead(&self) -> usize {
        self.ahead.len()
    }

    /// Settles the row at `place`.
    pub fn settle(&mut self, place: u64, outcome: T) {
        if place > self.settled {
            self.ahead.insert(place, outcome);
        }
    }

    /// The next row in order, once it is settled.
    pub fn take(&mut self) -> Option<(u64, T)> {
        let next = self.settled + 1;
        let outcome = self.ahead.remove(&next)?;
        self.settled = next;
        Some((next, outcome))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_order_whenever_they_are_settled() {
        let mut frontier = Frontier::at(2);
        frontier.settle(4, 'b');
        frontier.settle(2, 'x');
        assert_eq!((frontier.take(), frontier.settled(), frontier.ahead()), (None, 2, 1));
        frontier.settle(3, 'a');
        let taken: Vec<_> = std::iter::from_fn(|| frontier.take()).collect();
        assert_eq!(taken, [(3, 'a'), (4, 'b')]);
        assert_eq!((frontier.settled(), frontier.ahead()), (4, 0));
    }
}
