//! Which events a connection was told: runs of consecutive seqs, so that hours of them take a few words. Whether
//! they are the right ones is the judge's to say.

use serde::{Deserialize, Serialize};

/// Ascending runs, none of which touches the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seqs(Vec<(u64, u64)>);

impl Seqs {
    /// Adds a seq; in order it costs nothing.
    pub(crate) fn add(&mut self, seq: u64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == seq => *last = seq,
            Some((_, last)) if *last >= seq => self.insert(seq, seq),
            Some(_) | None => self.0.push((seq, seq)),
        }
    }

    fn insert(&mut self, first: u64, last: u64) {
        self.0.push((first, last));
        self.0.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::with_capacity(self.0.len());
        for (first, last) in self.0.drain(..) {
            match merged.last_mut() {
                Some((_, end)) if *end + 1 >= first => *end = (*end).max(last),
                Some(_) | None => merged.push((first, last)),
            }
        }
        self.0 = merged;
    }

    pub(crate) fn unite(&mut self, other: &Self) {
        other.0.iter().for_each(|(first, last)| self.insert(*first, *last));
    }

    pub(crate) fn holds(&self, seq: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| *last < seq);
        self.0.get(at).is_some_and(|(first, _)| *first <= seq)
    }

    /// Whether there is one after `from` and up to `to`.
    pub(crate) fn any_between(&self, from: u64, to: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| *last <= from);
        self.0.get(at).is_some_and(|(first, _)| (*first).max(from + 1) <= to)
    }

    /// Those after `from` and up to `to` that `other` lacks.
    pub(crate) fn missing_in<'a>(
        &'a self,
        other: &'a Self,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = u64> + 'a {
        let runs = self.0.iter().map(move |(first, last)| (*first).max(from + 1)..=(*last).min(to));
        runs.flatten().filter(|seq| !other.holds(*seq))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seqs: &[u64]) -> Seqs {
        let mut all = Seqs::default();
        seqs.iter().for_each(|seq| all.add(*seq));
        all
    }

    #[test]
    fn runs_grow_meet_and_never_overlap() {
        assert_eq!(of(&[1, 2, 3, 7, 8]).0, [(1, 3), (7, 8)]);
        assert_eq!(of(&[5, 3, 4, 4, 9, 1]).0, [(1, 1), (3, 5), (9, 9)]);
        let mut all = of(&[1, 2, 8]);
        all.unite(&of(&[3, 4, 9]));
        assert_eq!(all.0, [(1, 4), (8, 9)]);
    }

    #[test]
    fn what_one_has_and_another_lacks_is_found() {
        let (all, one) = (of(&[1, 2, 3, 4, 7, 8, 9]), of(&[2, 4, 9]));
        assert_eq!(all.missing_in(&one, 1, 8).collect::<Vec<_>>(), [3, 7, 8]);
        assert_eq!(all.missing_in(&all, 0, 99).count(), 0);
        assert!(one.any_between(2, 4) && !one.any_between(4, 8) && one.any_between(8, 9));
    }
}
