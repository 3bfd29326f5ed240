//! A stretch of rows as of one moment. Whoever applies rows waits neither for who reads one nor for the pages that sled
//! fetches for him, unless very much of it lies in memory or is sealed just then.

use std::sync::RwLock;

use parloir_desk::rows::{Layer, Row, Rows};

use super::memtable::Memtable;

use crate::locks::read_locked;

/// Rows with `from <= key < to` as of one moment, at most `limit`, of which `base` has those that are not in memory.
pub(super) fn range(
    memtable: &RwLock<Memtable>,
    base: &dyn Rows,
    (from, to): (&[u8], &[u8]),
    limit: usize,
) -> Vec<Row> {
    if from >= to {
        return Vec::new();
    }
    let over = read_locked(memtable).over(from, to, limit);
    let rows = Layer { base, changes: &over.changes }.range(from, &over.to, limit);
    let is_all = rows.len() == limit || over.to == to;
    // What is sealed later is newer, and may have come into the base meanwhile.
    if is_all && read_locked(memtable).seals() == over.seals {
        return rows;
    }
    // Nothing is applied, and nothing newer comes into the base, while this is held.
    let memtable = read_locked(memtable);
    memtable.range(base, from, to, limit)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Mutex;

    use parloir_desk::rows::{Changes, MemoryRows};
    use parloir_protocol::ids::WorkspaceId;
    use proptest::collection::btree_map;
    use proptest::option;
    use proptest::prelude::*;

    use super::super::Applied;
    use super::*;
    use crate::locks::{locked, write_locked};

    fn put(memtable: &mut Memtable, rows: &Changes) {
        memtable.put(WorkspaceId::from_bytes([1; 16]), rows, Applied { seq: 1, ..Applied::START });
    }

    fn changes(rows: impl IntoIterator<Item = (u16, Option<u8>)>) -> Changes {
        let row =
            |(key, value): (u16, Option<u8>)| (key.to_be_bytes().to_vec(), value.map(|value| vec![value]));
        rows.into_iter().map(row).collect()
    }

    fn rows() -> impl Strategy<Value = Changes> {
        btree_map(0..1_000_u16, option::weighted(0.7, any::<u8>()), 0..500).prop_map(changes)
    }

    proptest! {
        #[test]
        fn it_is_read_like_rows_that_were_written(
            [base, sealed, young] in [rows(), rows(), rows()],
            (from, to, limit) in (0..1_000_u16, 0..1_000_u16, 0..400_usize),
        ) {
            let mut written = MemoryRows::default();
            written.apply(&base);
            let (in_base, mut memtable) = (written.clone(), Memtable::default());
            put(&mut memtable, &sealed);
            memtable.seal();
            put(&mut memtable, &young);
            written.apply(&sealed);
            written.apply(&young);
            let (from, to) = (from.to_be_bytes(), to.to_be_bytes());
            let found = range(&RwLock::new(memtable), &in_base, (&from, &to), limit);
            prop_assert_eq!(found, written.range(&from, &to, limit));
        }
    }

    /// Rows that do something each time somebody reads them.
    struct Meanwhile<'a, F> {
        rows: &'a Mutex<MemoryRows>,
        reads: Cell<u32>,
        does: F,
    }

    impl<F: Fn(u32)> Rows for Meanwhile<'_, F> {
        fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
            locked(self.rows).get(key)
        }

        fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
            self.reads.set(self.reads.get() + 1);
            (self.does)(self.reads.get());
            locked(self.rows).range(from, to, limit)
        }
    }

    fn all(memtable: &RwLock<Memtable>, base: &dyn Rows) -> Vec<u8> {
        let rows = range(memtable, base, (&[0, 0], &[u8::MAX, 0]), 9);
        rows.into_iter().filter_map(|(_, value)| value.first().copied()).collect()
    }

    fn apply(memtable: &RwLock<Memtable>, rows: &Changes) {
        put(&mut memtable.try_write().expect("nobody holds it"), rows);
    }

    #[test]
    fn rows_are_applied_while_it_is_read_and_not_seen() {
        let memtable = RwLock::<Memtable>::default();
        apply(&memtable, &changes([(1, Some(1)), (2, Some(1))]));
        let rows = Mutex::<MemoryRows>::default();
        let later = |_| apply(&memtable, &changes([(1, None), (3, Some(2))]));
        let base = Meanwhile { rows: &rows, reads: Cell::new(0), does: later };
        assert_eq!(all(&memtable, &base), [1, 1]);
        assert_eq!(base.reads.get(), 1);
        assert_eq!(all(&memtable, &MemoryRows::default()), [1, 2]);
    }

    /// A row moves from one place to another, and the base has left the one and not come to the other by then.
    #[test]
    fn what_is_sealed_meanwhile_and_comes_into_the_base_is_seen_whole() {
        let memtable = RwLock::<Memtable>::default();
        let rows = Mutex::<MemoryRows>::default();
        locked(&rows).apply(&changes([(1, Some(7))]));
        let moves = |read| {
            if read == 1 {
                apply(&memtable, &changes([(1, None), (2, Some(7))]));
                write_locked(&memtable).seal().expect("something waits");
                locked(&rows).apply(&changes([(1, None)]));
            } else {
                assert!(memtable.try_write().is_err(), "nothing is applied while it is read again");
            }
        };
        let base = Meanwhile { rows: &rows, reads: Cell::new(0), does: moves };
        assert_eq!(all(&memtable, &base), [7]);
        assert_eq!(base.reads.get(), 2);
    }

    /// As of a list that is emptied from its front, and of one of which very much waits.
    #[test]
    fn what_is_gone_at_the_front_or_lies_behind_what_is_asked_for_needs_no_second_read() {
        let value = || Some(vec![7; 1_000]);
        let memtable = RwLock::<Memtable>::default();
        let gone = changes((0..500).map(|key| (key, None)));
        let waiting = (500..900_u16).map(|key| (key.to_be_bytes().to_vec(), value()));
        apply(&memtable, &gone.into_iter().chain(waiting).collect());
        let rows = Mutex::<MemoryRows>::default();
        locked(&rows).apply(&changes((0..1_000).map(|key| (key, Some(1)))));
        for (limit, again) in [(4, false), (40, false), (400, true)] {
            let is_held = Cell::new(false);
            let look = |_| is_held.set(is_held.get() || memtable.try_write().is_err());
            let base = Meanwhile { rows: &rows, reads: Cell::new(0), does: look };
            let found = range(&memtable, &base, (&[0, 0], &[u8::MAX, 0]), limit);
            assert_eq!((found.len(), is_held.get()), (limit, again));
            assert!(found.iter().all(|(_, found)| Some(found) == value().as_ref()), "{limit}");
        }
    }
}
