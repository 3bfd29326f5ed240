//! Rows as the rules see them: keys and values in the order of the keys. Nothing here knows where rows are
//! kept or what they mean.

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::Bound::{Excluded, Included};
use std::vec;

/// What the rules may read: rows in the order of their keys. Infallible: a driver that cannot read stops
/// itself.
pub trait Rows {
    /// The value of `key`.
    fn get(&self, key: &[u8]) -> Option<Vec<u8>>;

    /// Rows with `from <= key < to`, in order, at most `limit`.
    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row>;
}

/// One key with its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// Rows to write; nothing as the value means that the row goes.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Rows in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryRows(pub BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryRows {
    /// Writes `changes`.
    pub fn apply(&mut self, changes: &Changes) {
        for (key, value) in changes {
            match value {
                Some(value) => self.0.insert(key.clone(), value.clone()),
                None => self.0.remove(key),
            };
        }
    }
}

impl Rows for MemoryRows {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key).cloned()
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        if from >= to {
            return Vec::new();
        }
        let rows = self.0.range::<[u8], _>((Included(from), Excluded(to)));
        rows.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

/// Rows as they are once `changes` are written over `base`.
#[derive(Clone, Copy)]
pub struct Layer<'a> {
    pub base: &'a dyn Rows,
    pub changes: &'a Changes,
}

impl Layer<'_> {
    /// Appends the rows of `from <= key < to` in `base`, which holds all of that stretch, under the changes.
    fn merge(&self, base: Vec<Row>, from: &[u8], to: &[u8], limit: usize, rows: &mut Vec<Row>) {
        let changes = self.changes.range::<[u8], _>((Included(from), Excluded(to))).peekable();
        let missing = limit - rows.len();
        rows.extend(Merged { base: base.into_iter().peekable(), changes }.take(missing));
    }
}

impl Rows for Layer<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self.changes.get(key) {
            Some(value) => value.clone(),
            None => self.base.get(key),
        }
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        if from >= to {
            return Vec::new();
        }
        if self.changes.range::<[u8], _>((Included(from), Excluded(to))).next().is_none() {
            return self.base.range(from, to, limit);
        }
        let mut rows = Vec::new();
        let mut from = from.to_vec();
        while from.as_slice() < to && rows.len() < limit {
            let missing = limit - rows.len();
            let base = self.base.range(&from, to, missing);
            let end = match base.last() {
                Some((last, _)) if base.len() == missing => successor(last),
                Some(_) | None => to.to_vec(),
            };
            self.merge(base, &from, &end, limit, &mut rows);
            from = end;
        }
        rows
    }
}

/// Rows as they will be once changes that still come are written over a base.
pub struct Overlay<'a> {
    base: &'a dyn Rows,
    changes: Changes,
}

impl<'a> Overlay<'a> {
    /// `base` without any change yet.
    pub fn new(base: &'a dyn Rows) -> Self {
        Self::over(base, Changes::new())
    }

    /// `base` with these changes already.
    pub fn over(base: &'a dyn Rows, changes: Changes) -> Self {
        Self { base, changes }
    }

    /// Lays `changes` over those already here.
    pub fn apply(&mut self, changes: Changes) {
        self.changes.extend(changes);
    }

    /// Lays one row, or its end, over those already here.
    pub fn set(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.changes.insert(key, value);
    }

    /// Everything laid over the base so far.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Everything laid over the base, to be written.
    pub fn into_changes(self) -> Changes {
        self.changes
    }

    fn layer(&self) -> Layer<'_> {
        Layer { base: self.base, changes: &self.changes }
    }
}

impl Rows for Overlay<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.layer().get(key)
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        self.layer().range(from, to, limit)
    }
}

/// Two runs of rows as one, in order; where both hold a key the change wins.
struct Merged<'a> {
    base: Peekable<vec::IntoIter<Row>>,
    changes: Peekable<btree_map::Range<'a, Vec<u8>, Option<Vec<u8>>>>,
}

impl Iterator for Merged<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let Some((key, _)) = self.changes.peek() else { return self.base.next() };
            if let Some(row) = self.base.next_if(|(base, _)| base < *key) {
                return Some(row);
            }
            self.base.next_if(|(base, _)| base == *key);
            let (key, value) = self.changes.next()?;
            if let Some(value) = value {
                return Some((key.clone(), value.clone()));
            }
        }
    }
}

/// The first key after `key`.
pub fn successor(key: &[u8]) -> Vec<u8> {
    let mut next = Vec::with_capacity(key.len() + 1);
    next.extend_from_slice(key);
    next.push(0);
    next
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Vec<u8>> {
        vec(0_u8..4, 0..4)
    }

    proptest! {
        #[test]
        fn an_overlay_reads_like_rows_that_were_written(
            base in btree_map(key(), vec(any::<u8>(), 0..3), 0..40),
            first in btree_map(key(), option::of(vec(any::<u8>(), 0..3)), 0..20),
            second in btree_map(key(), option::of(vec(any::<u8>(), 0..3)), 0..20),
            (from, to, limit) in (key(), key(), 0_usize..30),
        ) {
            let base = MemoryRows(base);
            let mut overlay = Overlay::new(&base);
            overlay.apply(first.clone());
            overlay.apply(second.clone());
            let mut written = base.clone();
            written.apply(&first);
            written.apply(&second);
            prop_assert_eq!(overlay.get(&from), written.get(&from));
            prop_assert_eq!(overlay.range(&from, &to, limit), written.range(&from, &to, limit));
        }
    }

    #[test]
    fn a_range_looks_past_rows_that_go() {
        let base = MemoryRows((0_u8..100).map(|key| (vec![key], vec![key])).collect());
        let mut overlay = Overlay::new(&base);
        overlay.apply((0_u8..98).map(|key| (vec![key], None)).collect());
        assert_eq!(overlay.range(&[0], &[100], 5), [(vec![98], vec![98]), (vec![99], vec![99])]);
    }
}
