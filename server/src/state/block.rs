//! Rows that lie side by side, as one row of sled: sled works for each of its rows, however short they are. A block
//! begins at its fence and holds every row of its workspace up to its end, where the next one begins. It knows nothing of
//! sled.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::OnceLock;

use parloir_desk::rows::Row;
use parloir_protocol::ids::WorkspaceId;

use super::position::WORKSPACE_BYTES;
use super::set::digest;

/// Bytes from which on a block becomes several.
pub(super) const BLOCK_BYTES_MAX: usize = 2 * 1024;

/// Bytes that each of several blocks has at most, where its rows allow that.
const SPLIT_BYTES: usize = BLOCK_BYTES_MAX * 3 / 4;

/// Bytes below which a block that has become shorter goes into the one before it.
const BLOCK_BYTES_MIN: usize = BLOCK_BYTES_MAX / 4;

/// After the workspace's id: before all of its rows, and after them.
const FIRST: u8 = 0;
const LAST: u8 = u8::MAX;

/// What a row takes beside its bytes.
const ROW_BYTES: usize = 2 + 4;

/// Rows of a workspace with `fence <= key < end`.
#[derive(Debug)]
pub(super) struct Block {
    fence: Box<[u8]>,
    /// Its end, what all keys begin with, then each row: what else its key has, and its value.
    bytes: sled::IVec,
    end: Range<usize>,
    shared: Range<usize>,
    digest: OnceLock<u128>,
}

/// A row that may change: nothing as the value means that it goes.
pub(super) type Changed<'a> = (&'a Vec<u8>, &'a Option<Vec<u8>>);

impl Block {
    /// The first block of a workspace that has no row.
    pub(super) fn empty(workspace: WorkspaceId) -> Self {
        Self::of(Self::first_fence(workspace).into(), &beside(workspace, LAST), &[])
    }

    /// Where the first block of a workspace begins.
    pub(super) fn first_fence(workspace: WorkspaceId) -> Vec<u8> {
        beside(workspace, FIRST)
    }

    /// A block as sled has it; nothing when it is not one.
    pub(super) fn read(fence: &[u8], bytes: sled::IVec) -> Option<Self> {
        let (end, rest) = short(&bytes)?;
        let (shared, mut rest) = short(rest)?;
        let end = 2..2 + end.len();
        let shared = end.end + 2..end.end + 2 + shared.len();
        while !rest.is_empty() {
            (_, rest) = row(rest)?;
        }
        Some(Self { fence: fence.into(), bytes, end, shared, digest: OnceLock::new() })
    }

    /// The block of these rows, which are in order.
    fn of(fence: Box<[u8]>, end: &[u8], rows: &[Laid<'_>]) -> Self {
        let shared = shared_by(rows);
        let mut bytes = Vec::with_capacity(4 + end.len() + shared.len() + weight(rows));
        put_short(&mut bytes, [end, &[]]);
        put_short(&mut bytes, [&shared, &[]]);
        for row in rows {
            put_short(&mut bytes, row.key_after(shared.len()));
            bytes.extend(u32::try_from(row.value.len()).expect("a value is short").to_be_bytes());
            bytes.extend(row.value);
        }
        let end = 2..2 + end.len();
        let shared = end.end + 2..end.end + 2 + shared.len();
        Self { fence, bytes: bytes.into(), end, shared, digest: OnceLock::new() }
    }

    /// The first key that may be here.
    pub(super) fn fence(&self) -> &[u8] {
        &self.fence
    }

    /// The fence of the next block.
    pub(super) fn end(&self) -> &[u8] {
        &self.bytes[self.end.clone()]
    }

    /// As sled has it.
    pub(super) fn bytes(&self) -> &sled::IVec {
        &self.bytes
    }

    /// What it adds to the hash of all rows of sled.
    pub(super) fn digest(&self) -> u128 {
        *self.digest.get_or_init(|| digest(&self.fence, &self.bytes))
    }

    /// Whether a row with this key is here if it is anywhere.
    pub(super) fn covers(&self, key: &[u8]) -> bool {
        *self.fence <= *key && key < self.end()
    }

    /// The value under `key`.
    pub(super) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        let rest = key.strip_prefix(self.shared())?;
        self.parts().find(|(own, _)| *own >= rest).filter(|(own, _)| *own == rest).map(|(_, value)| value)
    }

    /// Its rows with `from <= key < to`, in order.
    pub(super) fn between(&self, from: &[u8], to: &[u8]) -> impl Iterator<Item = Row> {
        let parts = self.parts().skip_while(|(own, _)| !self.is_at_least(own, from));
        let parts = parts.take_while(|(own, _)| !self.is_at_least(own, to));
        parts.map(|(own, value)| self.row(own, value))
    }

    fn row(&self, own: &[u8], value: &[u8]) -> Row {
        ([self.shared(), own].concat(), value.to_vec())
    }

    /// Whether the key of a row, by its own part, is `key` or comes after it.
    fn is_at_least(&self, own: &[u8], key: &[u8]) -> bool {
        self.compare(own, key).is_ge()
    }

    /// The key of a row, by its own part, beside `key`.
    fn compare(&self, own: &[u8], key: &[u8]) -> Ordering {
        match key.strip_prefix(self.shared()) {
            Some(rest) => own.cmp(rest),
            None => self.shared().cmp(key),
        }
    }

    /// With those of `changes` over it that it covers, which are taken: as one block or as several.
    pub(super) fn with<'a>(&self, changes: &mut Peekable<impl Iterator<Item = Changed<'a>>>) -> Vec<Self> {
        let mut rows = Vec::new();
        let mut old = self.parts().peekable();
        while let Some((key, value)) = changes.next_if(|(key, _)| self.covers(key)) {
            while let Some(part) = old.next_if(|(own, _)| self.compare(own, key).is_lt()) {
                rows.push(self.laid(part));
            }
            old.next_if(|(own, _)| self.compare(own, key).is_eq());
            rows.extend(value.as_ref().map(|value| Laid { key: [&[], key], value }));
        }
        rows.extend(old.map(|part| self.laid(part)));
        self.split(&rows)
    }

    /// With the rows of the next block; nothing when those are too many.
    pub(super) fn with_next(&self, next: &Self) -> Option<Self> {
        let is_empty = next.parts().next().is_none();
        let fits = self.bytes.len() + next.bytes.len() <= BLOCK_BYTES_MAX;
        let rows: Vec<_> = self.laid_rows().chain(next.laid_rows()).collect();
        (is_empty || fits).then(|| Self::of(self.fence.clone(), next.end(), &rows))
    }

    /// Whether it is worth looking for room in the block before it, since it was longer before.
    pub(super) fn is_too_short(&self, before: &Self) -> bool {
        let is_first = self.fence.len() == WORKSPACE_BYTES + 1 && self.fence.last() == Some(&FIRST);
        self.bytes.len() < BLOCK_BYTES_MIN.min(before.bytes.len()) && !is_first
    }

    /// The same stretch with other rows, in about equal parts.
    fn split(&self, rows: &[Laid<'_>]) -> Vec<Self> {
        let all = weight(rows);
        let part_bytes = if all > BLOCK_BYTES_MAX { all.div_ceil(all.div_ceil(SPLIT_BYTES)) } else { all };
        let mut blocks = Vec::new();
        let (mut fence, mut begin, mut bytes) = (self.fence.clone(), 0, 0);
        for (place, row) in rows.iter().enumerate() {
            if bytes > 0 && (bytes >= part_bytes || bytes + row.weight() > BLOCK_BYTES_MAX) {
                let next: Box<[u8]> = row.key.concat().into();
                blocks.push(Self::of(
                    std::mem::replace(&mut fence, next.clone()),
                    &next,
                    &rows[begin..place],
                ));
                (begin, bytes) = (place, 0);
            }
            bytes += row.weight();
        }
        blocks.push(Self::of(fence, self.end(), &rows[begin..]));
        blocks
    }

    fn laid_rows(&self) -> impl Iterator<Item = Laid<'_>> {
        self.parts().map(|part| self.laid(part))
    }

    fn laid<'a>(&'a self, (own, value): Part<'a>) -> Laid<'a> {
        Laid { key: [self.shared(), own], value }
    }

    fn shared(&self) -> &[u8] {
        &self.bytes[self.shared.clone()]
    }

    /// What each key has beside the shared bytes, and its value.
    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let mut rest = &self.bytes[self.shared.end..];
        std::iter::from_fn(move || {
            let (parts, left) = row(rest)?;
            rest = left;
            Some(parts)
        })
    }
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        (&self.fence, &self.bytes) == (&other.fence, &other.bytes)
    }
}

fn beside(workspace: WorkspaceId, last: u8) -> Vec<u8> {
    let mut key = workspace.as_bytes().to_vec();
    key.push(last);
    key
}

/// A row that is laid into a block: its key in two parts, and its value.
struct Laid<'a> {
    key: [&'a [u8]; 2],
    value: &'a [u8],
}

impl Laid<'_> {
    fn weight(&self) -> usize {
        ROW_BYTES + self.key[0].len() + self.key[1].len() + self.value.len()
    }

    /// What its key has after so many bytes.
    fn key_after(&self, length: usize) -> [&[u8]; 2] {
        let [one, other] = self.key;
        match one.get(length..) {
            Some(rest) => [rest, other],
            None => [&[], &other[length - one.len()..]],
        }
    }
}

fn weight(rows: &[Laid<'_>]) -> usize {
    rows.iter().map(Laid::weight).sum()
}

/// What all keys begin with.
fn shared_by(rows: &[Laid<'_>]) -> Vec<u8> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Vec::new() };
    let both = first.key.into_iter().flatten().zip(last.key.into_iter().flatten());
    both.take_while(|(one, other)| one == other).map(|(byte, _)| *byte).collect()
}

fn put_short(bytes: &mut Vec<u8>, parts: [&[u8]; 2]) {
    let length = parts[0].len() + parts[1].len();
    bytes.extend(u16::try_from(length).expect("a key is short").to_be_bytes());
    parts.into_iter().for_each(|part| bytes.extend(part));
}

/// Bytes after their length, and what is left.
fn short(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}

/// A row's own part of the key, and its value.
type Part<'a> = (&'a [u8], &'a [u8]);

/// A row, and what is left.
fn row(bytes: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let (own, rest) = short(bytes)?;
    let (length, rest) = rest.split_first_chunk()?;
    let (value, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some(((own, value), rest))
}

#[cfg(test)]
mod tests {
    use parloir_desk::rows::{Changes, MemoryRows, Rows as _};
    use proptest::collection::{btree_map, vec};
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    fn workspace() -> WorkspaceId {
        WorkspaceId::from_bytes([7; 16])
    }

    fn key() -> impl Strategy<Value = Vec<u8>> {
        vec(1_u8..5, 1..4).prop_map(|rest| [workspace().as_bytes().as_slice(), &rest].concat())
    }

    fn changes() -> impl Strategy<Value = Changes> {
        let short = vec(any::<u8>(), 0..200);
        let long = vec(any::<u8>(), 1_500..3_000);
        btree_map(key(), option::weighted(0.8, prop_oneof![9 => short, 1 => long]), 0..40)
    }

    /// What becomes of blocks that lie side by side.
    fn lay(blocks: &[Block], changes: &Changes) -> Vec<Block> {
        let mut changes = changes.iter().peekable();
        let laid = blocks.iter().flat_map(|block| block.with(&mut changes)).collect();
        assert!(changes.peek().is_none(), "every key is covered");
        laid
    }

    proptest! {
        #[test]
        fn blocks_hold_the_rows_that_were_laid_over_them(
            (first, second) in (changes(), changes()),
            (from, to) in (key(), key()),
        ) {
            let mut rows = MemoryRows::default();
            rows.apply(&first);
            rows.apply(&second);
            let blocks = lay(&lay(&[Block::empty(workspace())], &first), &second);
            for (key, value) in &rows.0 {
                let block = blocks.iter().find(|block| block.covers(key)).expect("one covers it");
                prop_assert_eq!(block.get(key), Some(value.as_slice()));
            }
            let block = blocks.iter().find(|block| block.covers(&from)).expect("one covers it");
            prop_assert_eq!(block.get(&from).map(<[u8]>::to_vec), rows.get(&from));
            let between: Vec<Row> = blocks.iter().flat_map(|block| block.between(&from, &to)).collect();
            prop_assert_eq!(between, rows.range(&from, &to, usize::MAX));
        }

        #[test]
        fn blocks_lie_side_by_side_and_are_read_as_they_were_written(changes in changes()) {
            let empty = Block::empty(workspace());
            let blocks = lay(std::slice::from_ref(&empty), &changes);
            prop_assert_eq!((blocks[0].fence(), blocks[blocks.len() - 1].end()), (empty.fence(), empty.end()));
            for pair in blocks.windows(2) {
                prop_assert_eq!(pair[0].end(), pair[1].fence());
            }
            for block in &blocks {
                let read = Block::read(block.fence(), block.bytes().clone());
                prop_assert_eq!(read.as_ref(), Some(block));
                let count = block.parts().count();
                prop_assert!(count < 2 || block.bytes().len() < 2 * BLOCK_BYTES_MAX, "{} rows", count);
            }
        }

        #[test]
        fn bytes_that_are_no_block_are_refused(bytes in vec(any::<u8>(), 0..60)) {
            if let Some(block) = Block::read(b"fence", bytes.as_slice().into()) {
                prop_assert!(block.parts().count() <= bytes.len());
            }
        }
    }

    #[test]
    fn a_block_that_was_cut_is_refused() {
        let row = |last| ([workspace().as_bytes().as_slice(), &[1, last]].concat(), Some(b"value".to_vec()));
        let [whole] = &lay(&[Block::empty(workspace())], &[row(1), row(2)].into())[..] else {
            panic!("one is enough")
        };
        let own = whole.bytes.len() - whole.shared.end;
        for length in 0..whole.bytes.len() {
            let cut = Block::read(whole.fence(), whole.bytes[..length].into());
            let is_between_rows = (whole.bytes.len() - length) % (own / 2) == 0 && length >= whole.shared.end;
            assert_eq!(cut.is_some(), is_between_rows, "{length} of {}", whole.bytes.len());
        }
    }

    #[test]
    fn a_short_block_goes_into_the_one_before_where_there_is_room() {
        let row =
            |last, bytes| ([workspace().as_bytes().as_slice(), &[1, last]].concat(), Some(vec![last; bytes]));
        let full = Changes::from([row(1, 900), row(2, 900), row(3, 900)]);
        let [first, second] = &lay(&[Block::empty(workspace())], &full)[..] else { panic!("two are needed") };
        assert!(first.with_next(second).is_none());
        let gone = Changes::from([(row(3, 0).0, None)]);
        let [less] = &second.with(&mut gone.iter().peekable())[..] else {
            panic!("it needs no more than before")
        };
        assert!(less.is_too_short(second) && !second.is_too_short(second));
        let joined = first.with_next(less).expect("nothing is added");
        assert_eq!((joined.fence(), joined.end()), (first.fence(), second.end()));
        assert_eq!(joined.parts().count(), first.parts().count());
    }
}
