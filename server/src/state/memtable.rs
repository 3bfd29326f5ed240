//! Rows that were applied and are not in sled yet. Whatever is read is read through them; what changes often reaches
//! sled once for many records. It knows nothing of sled.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};
use std::sync::Arc;

use parloir_desk::rows::{Changes, Layer, Row, Rows};
use parloir_protocol::ids::WorkspaceId;

use super::Applied;

/// What a row weighs here beside its bytes.
const ROW_BYTES: usize = 64;

/// Bytes of rows that are copied for one read of a stretch, of those that are young and of those that are sealed. Other
/// bounds were not timed.
const COPIED_BYTES_MAX: usize = 64 * 1024;

/// The newest rows, and those that are on their way into sled.
#[derive(Default)]
pub(super) struct Memtable {
    young: Young,
    /// Older than `young`, and the same as sled's once they are all there.
    sealed: Option<Arc<Young>>,
    /// Tells whether sled may have become newer.
    seals: u64,
}

/// Rows of the rules, and the positions after them.
#[derive(Default)]
pub(super) struct Young {
    pub(super) rows: Changes,
    pub(super) positions: BTreeMap<WorkspaceId, Applied>,
    /// What the rows take here.
    pub(super) bytes: usize,
}

/// What lay over a stretch of sled's rows at one moment.
pub(super) struct Over {
    /// There may be some behind `to`.
    pub(super) changes: Changes,
    /// The end of the stretch, or where more lay in memory than was copied.
    pub(super) to: Vec<u8>,
    /// How often rows had been sealed by then.
    pub(super) seals: u64,
}

impl Memtable {
    /// Takes the rows of a record.
    pub(super) fn put(&mut self, workspace: WorkspaceId, rows: &Changes, applied: Applied) {
        for (key, value) in rows {
            let bytes = value.as_ref().map_or(0, Vec::len);
            let before = self.young.rows.insert(key.clone(), value.clone());
            self.young.bytes += bytes;
            match before {
                Some(before) => self.young.bytes -= before.map_or(0, |before| before.len()),
                None => self.young.bytes += key.len() + ROW_BYTES,
            }
        }
        self.young.positions.insert(workspace, applied);
    }

    /// Bytes that nobody has begun to write into sled.
    pub(super) fn bytes(&self) -> usize {
        self.young.bytes
    }

    /// Seals what is young, to be written; nothing where there is none. What was sealed before must be settled.
    pub(super) fn seal(&mut self) -> Option<Arc<Young>> {
        if self.young.positions.is_empty() {
            return None;
        }
        let sealed = Arc::new(std::mem::take(&mut self.young));
        self.sealed = Some(Arc::clone(&sealed));
        self.seals += 1;
        Some(sealed)
    }

    /// How often rows were sealed.
    pub(super) fn seals(&self) -> u64 {
        self.seals
    }

    /// What was sealed is in sled. It is given back, since it may take a while to drop.
    pub(super) fn settled(&mut self) -> Option<Arc<Young>> {
        self.sealed.take()
    }

    /// The newest word on a row; nothing when only sled knows.
    pub(super) fn get(&self, key: &[u8]) -> Option<Option<Vec<u8>>> {
        self.layers().find_map(|layer| layer.rows.get(key)).cloned()
    }

    /// The newest position; nothing when only sled knows.
    pub(super) fn position(&self, workspace: WorkspaceId) -> Option<Applied> {
        self.layers().find_map(|layer| layer.positions.get(&workspace)).copied()
    }

    /// Workspaces whose positions are here.
    pub(super) fn workspaces(&self) -> impl Iterator<Item = WorkspaceId> {
        self.layers().flat_map(|layer| layer.positions.keys().copied())
    }

    /// The rows of sled, `base`, with these over them.
    pub(super) fn range(&self, base: &dyn Rows, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        let young = |base| Layer { base, changes: &self.young.rows }.range(from, to, limit);
        match &self.sealed {
            Some(sealed) => young(&Layer { base, changes: &sealed.rows }),
            None => young(base),
        }
    }

    /// A copy of what lies over the rows of sled with `from <= key < to`, of which `from` is the lower one; of each layer no
    /// more than `limit` rows that stay, nor much more than [`COPIED_BYTES_MAX`].
    pub(super) fn over(&self, from: &[u8], to: &[u8], limit: usize) -> Over {
        let mut over = Over { changes: Changes::new(), to: to.to_vec(), seals: self.seals };
        for layer in self.layers().rev() {
            let (mut stay, mut bytes) = (0, 0);
            for (key, value) in layer.rows.range::<[u8], _>((Included(from), Excluded(over.to.as_slice()))) {
                if stay == limit || bytes > COPIED_BYTES_MAX {
                    over.to.clone_from(key);
                    break;
                }
                stay += usize::from(value.is_some());
                bytes += key.len() + value.as_ref().map_or(0, Vec::len);
                over.changes.insert(key.clone(), value.clone());
            }
        }
        over
    }

    /// The newest first.
    fn layers(&self) -> impl DoubleEndedIterator<Item = &Young> {
        std::iter::once(&self.young).chain(self.sealed.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use parloir_desk::rows::MemoryRows;

    use super::*;

    fn put(memtable: &mut Memtable, seq: u64, rows: &[(&str, Option<&str>)]) {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let rows = rows.iter().map(|(key, value)| (bytes(key), value.map(bytes))).collect();
        memtable.put(workspace(), &rows, Applied { seq, ..Applied::START });
    }

    fn workspace() -> WorkspaceId {
        WorkspaceId::from_bytes([1; 16])
    }

    fn base() -> MemoryRows {
        MemoryRows(["a", "b", "c", "d"].map(|key| (key.into(), b"sled".to_vec())).into())
    }

    fn shown(memtable: &Memtable, limit: usize) -> String {
        let rows = memtable.range(&base(), b"a", b"z", limit);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        rows.iter().map(|(key, value)| format!("{}={} ", text(key), text(value))).collect()
    }

    #[test]
    fn the_newest_word_on_a_row_wins() {
        let mut memtable = Memtable::default();
        put(&mut memtable, 1, &[("b", Some("old")), ("c", Some("old")), ("e", Some("old"))]);
        memtable.seal().expect("there are rows");
        put(&mut memtable, 2, &[("b", Some("new")), ("c", None)]);
        assert_eq!(shown(&memtable, 9), "a=sled b=new d=sled e=old ");
        assert_eq!(shown(&memtable, 3), "a=sled b=new d=sled ");
        assert_eq!((memtable.get(b"c"), memtable.get(b"a")), (Some(None), None));
        assert_eq!(memtable.get(b"e"), Some(Some(b"old".to_vec())));
        assert_eq!(memtable.position(workspace()).map(|at| at.seq), Some(2));
        memtable.settled();
        assert_eq!(shown(&memtable, 9), "a=sled b=new d=sled ");
    }

    #[test]
    fn a_row_that_changes_often_weighs_once() {
        let mut memtable = Memtable::default();
        put(&mut memtable, 1, &[("a", Some("12345"))]);
        let once = memtable.bytes();
        put(&mut memtable, 2, &[("a", None)]);
        put(&mut memtable, 3, &[("a", Some("54321"))]);
        assert_eq!(memtable.bytes(), once);
        memtable.seal().expect("there are rows");
        assert_eq!(memtable.bytes(), 0);
        assert!(memtable.seal().is_none());
    }
}
