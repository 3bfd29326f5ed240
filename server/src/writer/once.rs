//! Rows of a state that stands still while commands are decided together, each read once: most of them look at the
//! same workspace, the same agent and the same empty stretches. It writes nothing, and is gone when they are decided.

use std::cell::RefCell;
use std::collections::HashMap;

use parloir_desk::rows::{Row, Rows};

/// Rows that are kept at most. A step of a job looks at thousands, each of them once.
const KEPT_MAX: usize = 2_048;

/// Rows over those of a state.
pub(super) struct Once<'a> {
    rows: &'a dyn Rows,
    found: RefCell<HashMap<Vec<u8>, Option<Vec<u8>>>>,
    /// Stretches without a row, by where they begin and end.
    empty: RefCell<HashMap<Vec<u8>, Vec<u8>>>,
}

impl<'a> Once<'a> {
    /// Nothing may change `rows` meanwhile.
    pub(super) fn new(rows: &'a dyn Rows) -> Self {
        Self { rows, found: RefCell::default(), empty: RefCell::default() }
    }

    fn is_known_empty(&self, from: &[u8], to: &[u8]) -> bool {
        self.empty.borrow().get(from).is_some_and(|end| to <= end.as_slice())
    }
}

impl Rows for Once<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        if let Some(found) = self.found.borrow().get(key) {
            return found.clone();
        }
        let value = self.rows.get(key);
        let mut found = self.found.borrow_mut();
        if found.len() < KEPT_MAX {
            found.insert(key.to_vec(), value.clone());
        }
        value
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        if self.is_known_empty(from, to) {
            return Vec::new();
        }
        let rows = self.rows.range(from, to, limit);
        let mut empty = self.empty.borrow_mut();
        if rows.is_empty() && limit > 0 && empty.len() < KEPT_MAX {
            empty.insert(from.to_vec(), to.to_vec());
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use parloir_desk::rows::MemoryRows;

    use super::*;

    /// Rows that count how often they are asked.
    struct Counted(MemoryRows, Cell<u32>);

    impl Rows for Counted {
        fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
            self.1.set(self.1.get() + 1);
            self.0.get(key)
        }

        fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
            self.1.set(self.1.get() + 1);
            self.0.range(from, to, limit)
        }
    }

    fn rows() -> Counted {
        Counted(
            MemoryRows([(b"b".to_vec(), b"1".to_vec()), (b"x".to_vec(), b"2".to_vec())].into()),
            Cell::new(0),
        )
    }

    #[test]
    fn a_row_is_read_once_whether_it_is_there_or_not() {
        let rows = rows();
        let once = Once::new(&rows);
        for _ in 0..3 {
            assert_eq!((once.get(b"b"), once.get(b"c")), (Some(b"1".to_vec()), None));
        }
        assert_eq!(rows.1.get(), 2);
    }

    #[test]
    fn an_empty_stretch_is_read_once_and_a_longer_one_again() {
        let rows = rows();
        let once = Once::new(&rows);
        assert_eq!(once.range(b"c", b"m", 0), []);
        for to in [&b"m"[..], b"k", b"m"] {
            assert_eq!(once.range(b"c", to, 2), []);
        }
        assert_eq!(rows.1.get(), 2);
        for _ in 0..2 {
            assert_eq!(once.range(b"c", b"z", 2), [(b"x".to_vec(), b"2".to_vec())]);
            assert_eq!(once.range(b"a", b"z", 1), [(b"b".to_vec(), b"1".to_vec())]);
        }
        assert_eq!(rows.1.get(), 6);
    }
}
