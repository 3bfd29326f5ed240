//! Rows that lie side by side, as one row of sled: sled works for each of its rows, however short they are. A block
//! stands under its end, which is where the next one begins, so that the block of a key is the first one behind it. Of
//! sled it knows only the bytes.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::OnceLock;

use parloir_desk::rows::Row;
use parloir_protocol::ids::WorkspaceId;

use super::position::{WORKSPACE_BYTES, is_of_the_rules};
use super::set::digest;

/// Bytes from which on a block becomes several.
pub(super) const BLOCK_BYTES_MAX: usize = 1024;

/// Bytes that each of several blocks has, about, and that two which become one have at most.
const SPLIT_BYTES: usize = BLOCK_BYTES_MAX * 3 / 4;

/// Bytes below which a block that has become shorter goes into one beside it.
const BLOCK_BYTES_MIN: usize = BLOCK_BYTES_MAX / 4;

/// After the workspace's id: before all of its rows, and after them. No table has these numbers.
const FIRST: u8 = 0;
const LAST: u8 = u8::MAX;

/// What a row takes beside its bytes.
const ROW_BYTES: usize = 2 + 4;

/// Rows of a workspace with `begin <= key < end`.
#[derive(Debug)]
pub(super) struct Block {
    end: Box<[u8]>,
    /// Its begin, what all keys begin with, then each row: what else its key has, and its value.
    bytes: sled::IVec,
    begin: Range<usize>,
    shared: Range<usize>,
    digest: OnceLock<u128>,
}

/// A row that may change: nothing as the value means that it goes.
pub(super) type Changed<'a> = (&'a Vec<u8>, &'a Option<Vec<u8>>);

impl Block {
    /// The block of a workspace that has no row.
    pub(super) fn empty(workspace: WorkspaceId) -> Self {
        Self::of(&Self::first_begin(workspace), Self::last_end(workspace).into(), &[])
    }

    /// Where the first block of a workspace begins.
    pub(super) fn first_begin(workspace: WorkspaceId) -> Vec<u8> {
        [workspace.as_bytes().as_slice(), &[FIRST]].concat()
    }

    /// Where the last block of a workspace ends.
    pub(super) fn last_end(workspace: WorkspaceId) -> Vec<u8> {
        [workspace.as_bytes().as_slice(), &[LAST]].concat()
    }

    /// A block as sled has it; nothing when it is not one.
    pub(super) fn read(end: &[u8], bytes: sled::IVec) -> Option<Self> {
        let (begin, rest) = short(&bytes)?;
        let (shared, mut rest) = short(rest)?;
        let mut last: Option<&[u8]> = None;
        while !rest.is_empty() {
            let ((own, _), left) = row(rest)?;
            (last.is_none_or(|last| last < own)).then_some(())?;
            (last, rest) = (Some(own), left);
        }
        let begin = 2..2 + begin.len();
        let shared = begin.end + 2..begin.end + 2 + shared.len();
        let block = Self { end: end.into(), bytes, begin, shared, digest: OnceLock::new() };
        block.is_whole().then_some(block)
    }

    /// Whether it is a stretch of one workspace, and its rows are in it; that they are in order is known.
    fn is_whole(&self) -> bool {
        let (begin, end) = (self.begin(), &self.end[..]);
        let is_of_one = is_of_the_rules(begin) && end.starts_with(&begin[..WORKSPACE_BYTES]);
        let mut rows = self.parts();
        let first = rows.next();
        let last = rows.last().or(first);
        let is_inside =
            |(own, _): Part<'_>| self.compare(own, begin).is_ge() && self.compare(own, end).is_lt();
        is_of_one && begin < end && first.into_iter().chain(last).all(is_inside)
    }

    /// The block of these rows, which are in order.
    fn of(begin: &[u8], end: Box<[u8]>, rows: &[Laid<'_>]) -> Self {
        let shared = shared_by(rows);
        let mut bytes = Vec::with_capacity(4 + begin.len() + shared.len() + weight(rows));
        put_short(&mut bytes, [begin, &[]]);
        put_short(&mut bytes, [&shared, &[]]);
        for row in rows {
            put_short(&mut bytes, row.key_after(shared.len()));
            bytes.extend(u32::try_from(row.value.len()).expect("a value is short").to_be_bytes());
            bytes.extend(row.value);
        }
        let begin = 2..2 + begin.len();
        let shared = begin.end + 2..begin.end + 2 + shared.len();
        Self { end, bytes: bytes.into(), begin, shared, digest: OnceLock::new() }
    }

    /// The first key that may be here.
    pub(super) fn begin(&self) -> &[u8] {
        &self.bytes[self.begin.clone()]
    }

    /// Where the next block begins: what this one stands under.
    pub(super) fn end(&self) -> &[u8] {
        &self.end
    }

    /// As sled has it.
    pub(super) fn bytes(&self) -> &sled::IVec {
        &self.bytes
    }

    /// What it adds to the hash of all rows of sled.
    pub(super) fn digest(&self) -> u128 {
        *self.digest.get_or_init(|| digest(&self.end, &self.bytes))
    }

    /// Whether a row with this key is here if it is anywhere.
    pub(super) fn covers(&self, key: &[u8]) -> bool {
        self.begin() <= key && *key < *self.end
    }

    /// The value under `key`.
    pub(super) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        let rest = key.strip_prefix(self.shared())?;
        self.parts().find(|(own, _)| *own >= rest).filter(|(own, _)| *own == rest).map(|(_, value)| value)
    }

    /// Its rows with `from <= key < to`, in order.
    pub(super) fn between(&self, from: &[u8], to: &[u8]) -> impl Iterator<Item = Row> {
        let parts = self.parts().skip_while(|(own, _)| self.compare(own, from).is_lt());
        let parts = parts.take_while(|(own, _)| self.compare(own, to).is_lt());
        parts.map(|(own, value)| ([self.shared(), own].concat(), value.to_vec()))
    }

    /// The key of a row, by its own part, beside `key`.
    fn compare(&self, own: &[u8], key: &[u8]) -> Ordering {
        match key.strip_prefix(self.shared()) {
            Some(rest) => own.cmp(rest),
            None => self.shared().cmp(key),
        }
    }

    /// With those of `changes` over it that it covers, which are taken: as one block or as several. Once they have about
    /// so many bytes, no more are taken.
    pub(super) fn with<'a>(
        &self,
        changes: &mut Peekable<impl Iterator<Item = Changed<'a>>>,
        bytes_max: usize,
    ) -> Vec<Self> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        let mut old = self.parts().peekable();
        while let Some((key, value)) = changes.next_if(|(key, _)| bytes < bytes_max && self.covers(key)) {
            while let Some(part) = old.next_if(|(own, _)| self.compare(own, key).is_lt()) {
                rows.push(self.laid(part));
            }
            old.next_if(|(own, _)| self.compare(own, key).is_eq());
            let row = value.as_ref().map(|value| Laid { key: [&[], key], value });
            bytes += row.as_ref().map_or(ROW_BYTES, Laid::weight);
            rows.extend(row);
        }
        rows.extend(old.map(|part| self.laid(part)));
        self.split(&rows)
    }

    /// With the rows of the next block; nothing when those are too many.
    pub(super) fn with_next(&self, next: &Self) -> Option<Self> {
        let is_empty = |block: &Self| block.parts().next().is_none();
        let fits = self.bytes.len() + next.bytes.len() <= SPLIT_BYTES;
        (fits || is_empty(self) || is_empty(next)).then(|| {
            let rows: Vec<_> = self.laid_rows().chain(next.laid_rows()).collect();
            Self::of(self.begin(), next.end.clone(), &rows)
        })
    }

    /// Whether it is worth looking for room in a block beside it, since it was longer before.
    pub(super) fn is_too_short(&self, before: &Self) -> bool {
        self.bytes.len() < BLOCK_BYTES_MIN.min(before.bytes.len())
    }

    /// The same stretch with other rows, in about equal parts.
    fn split(&self, rows: &[Laid<'_>]) -> Vec<Self> {
        let all = weight(rows);
        let part_bytes = if all > BLOCK_BYTES_MAX { all.div_ceil(all.div_ceil(SPLIT_BYTES)) } else { all };
        let mut blocks = Vec::new();
        let (mut begin, mut first, mut bytes) = (self.begin().to_vec(), 0, 0);
        for (place, row) in rows.iter().enumerate() {
            if bytes > 0 && (bytes >= part_bytes || bytes + row.weight() > BLOCK_BYTES_MAX) {
                let next = row.key.concat();
                blocks.push(Self::of(&begin, next.clone().into(), &rows[first..place]));
                (begin, first, bytes) = (next, place, 0);
            }
            bytes += row.weight();
        }
        blocks.push(Self::of(&begin, self.end.clone(), &rows[first..]));
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
        (&self.end, &self.bytes) == (&other.end, &other.bytes)
    }
}

/// A row that is laid into a block: its key in two parts, and its value.
struct Laid<'a> {
    key: [&'a [u8]; 2],
    value: &'a [u8],
}

impl Laid<'_> {
    /// What it takes in a block, about: rows of a table share the workspace and the table at least.
    fn weight(&self) -> usize {
        let key = self.key[0].len() + self.key[1].len();
        ROW_BYTES + key.saturating_sub(WORKSPACE_BYTES + 1) + self.value.len()
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
        let short = vec(any::<u8>(), 0..BLOCK_BYTES_MAX / 10);
        let long = vec(any::<u8>(), BLOCK_BYTES_MAX..2 * BLOCK_BYTES_MAX);
        btree_map(key(), option::weighted(0.8, prop_oneof![9 => short, 1 => long]), 0..40)
    }

    /// What becomes of blocks that lie side by side.
    fn lay(blocks: &[Block], changes: &Changes) -> Vec<Block> {
        let mut changes = changes.iter().peekable();
        let laid = blocks.iter().flat_map(|block| block.with(&mut changes, usize::MAX)).collect();
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
            prop_assert_eq!((blocks[0].begin(), blocks[blocks.len() - 1].end()), (empty.begin(), empty.end()));
            for pair in blocks.windows(2) {
                prop_assert_eq!(pair[0].end(), pair[1].begin());
            }
            for block in &blocks {
                let read = Block::read(block.end(), block.bytes().clone());
                prop_assert_eq!(read.as_ref(), Some(block));
                let count = block.parts().count();
                prop_assert!(count < 2 || block.bytes().len() < 2 * BLOCK_BYTES_MAX, "{} rows", count);
            }
        }
    }

    fn key_of(last: u8) -> Vec<u8> {
        [workspace().as_bytes().as_slice(), &[1, last]].concat()
    }

    fn row_of(last: u8, bytes: usize) -> (Vec<u8>, Option<Vec<u8>>) {
        (key_of(last), Some(vec![last; bytes]))
    }

    #[test]
    fn what_is_no_block_of_its_place_is_refused() {
        let rows = [([1, 2], b"one"), ([1, 3], b"two")]
            .map(|(key, value)| ([workspace().as_bytes().as_slice(), &key].concat(), value));
        let laid = |rows: &[(Vec<u8>, &[u8; 3])], begin: &[u8]| {
            let rows: Vec<_> =
                rows.iter().map(|(key, value)| Laid { key: [&[], key], value: &value[..] }).collect();
            Block::of(begin, key_of(9).into(), &rows).bytes
        };
        let whole = laid(&rows, &key_of(1));
        assert!(Block::read(&key_of(9), whole.clone()).is_some());
        assert!(Block::read(&key_of(9), laid(&[], &key_of(1))).is_some());
        let other = [&[8; 16][..], &[1, 9]].concat();
        for end in [key_of(1), key_of(0), key_of(3), other, workspace().as_bytes().to_vec()] {
            assert!(Block::read(&end, whole.clone()).is_none(), "{end:?}");
        }
        assert!(Block::read(&key_of(9), laid(&rows, &key_of(3))).is_none(), "a row before its begin");
        assert!(Block::read(&key_of(9), laid(&[rows[0].clone(), rows[0].clone()], &key_of(1))).is_none());
        for length in 0..whole.len() {
            let is_between_rows = length == whole.len() - 10 || length == whole.len() - 20;
            assert_eq!(
                Block::read(&key_of(9), whole[..length].into()).is_some(),
                is_between_rows,
                "{length}"
            );
        }
    }

    #[test]
    fn a_short_block_goes_into_one_beside_it_where_there_is_room() {
        let large = BLOCK_BYTES_MAX * 4 / 9;
        let full = Changes::from([
            row_of(1, large),
            row_of(2, large),
            row_of(3, large),
            row_of(4, BLOCK_BYTES_MAX / 20),
        ]);
        let [first, second] = &lay(&[Block::empty(workspace())], &full)[..] else { panic!("two are needed") };
        assert!(first.with_next(second).is_none() && !second.is_too_short(second));
        let gone = Changes::from([(key_of(3), None)]);
        let [less] = &second.with(&mut gone.iter().peekable(), usize::MAX)[..] else {
            panic!("it needs no more than before")
        };
        assert!(less.is_too_short(second));
        assert!(first.with_next(less).is_none(), "there is no room");
        let gone = Changes::from([(key_of(1), None)]);
        let [half] = &first.with(&mut gone.iter().peekable(), usize::MAX)[..] else {
            panic!("it needs no more than before")
        };
        let joined = half.with_next(less).expect("there is room");
        assert_eq!((joined.begin(), joined.end()), (first.begin(), second.end()));
        let rows: Vec<Row> = joined.between(first.begin(), second.end()).collect();
        assert_eq!(rows.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), [key_of(2), key_of(4)]);
    }
}
