//! What goes into sled together, one row after the other: all who read wait for a batch of sled 0.34, and it for
//! whoever reads a page. A step stands in a file beside sled before it is begun, so that a start ends what a kill cut
//! off. It decides nothing about rows.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::encoded::{LENGTH_BYTES, length, part, put_length, put_row, row};
use super::failure::{StateError, guard};
use super::folders::read_if_there;
use super::ledger::Change;
use super::position::TALLY_KEY;
use super::set::{Tally, digest};

const FILE: &str = "steps";

/// Of a row: that of its key, and that of its value.
const LENGTHS_BYTES: usize = 2 * LENGTH_BYTES;
const CHECKSUM_BYTES: usize = 16;

/// The steps since sled's buffers were empty, in the order in which they were begun. A kill does not take the file
/// away, a power cut may.
pub(super) struct Steps {
    file: File,
    path: PathBuf,
    /// Where the next one goes.
    at: u64,
}

impl Steps {
    /// Opens the file in `folder`, without what is in it: sled's file has that.
    pub(super) fn open(folder: &Path) -> Result<Self, StateError> {
        let path = folder.join(FILE);
        let file = File::create(&path).map_err(StateError::file("create", &path))?;
        Ok(Self { file, path, at: 0 })
    }

    /// One whose file takes nothing.
    #[cfg(test)]
    pub(super) fn unwritable(folder: &Path) -> Self {
        let path = folder.join(FILE);
        Self { file: File::open(&path).expect("it is there"), path, at: 0 }
    }

    /// Notes a step that is to be taken, with the tally after it.
    pub(super) fn note(&mut self, step: &Step<'_>, tally: &Tally) -> Result<(), StateError> {
        let bytes = step.encode(tally);
        self.file.write_all_at(&bytes, self.at).map_err(StateError::file("write", &self.path))?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Sled's file has all that were noted. What is left of them behind the next ones has lower numbers.
    pub(super) fn forget(&mut self) {
        self.at = 0;
    }
}

/// Rows for sled, and how they change the hash of all that it has.
#[derive(Default)]
pub(super) struct Step<'a> {
    rows: Vec<(&'a [u8], sled::IVec)>,
    gone: Vec<&'a [u8]>,
    changes: Vec<Change<'a>>,
    bytes: usize,
}

impl<'a> Step<'a> {
    /// Takes a row that changes, or goes. Those of the rules come in the order of their keys.
    pub(super) fn put(&mut self, change: Change<'a>, value: Option<sled::IVec>) {
        let (key, ..) = change;
        self.bytes += key.len() + value.as_ref().map_or(0, |value| value.len());
        match value {
            Some(value) => self.rows.push((key, value)),
            None => self.gone.push(key),
        }
        self.changes.push(change);
    }

    /// Of the keys and values.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn changes(&self) -> &[Change<'a>] {
        &self.changes
    }

    /// Writes it into sled, and the tally at the end.
    pub(super) fn write(&self, db: &sled::Db, tally: &Tally) -> sled::Result<()> {
        for (key, value) in self.rows() {
            match value {
                Some(value) => db.insert(key, value)?,
                None => db.remove(key)?,
            };
        }
        db.insert(TALLY_KEY, &tally.encode()[..]).map(drop)
    }

    /// In the order in which they are written, so that whoever looks for the first block behind a key finds one that
    /// covers it, as it was or as it is to be: where a block becomes several, the last of them takes its place when
    /// the others are there; where several become one, those of before go when it is there, the last of them first.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a [u8], Option<&sled::IVec>)> {
        let rows = self.rows.iter().map(|(key, value)| (*key, Some(value)));
        rows.chain(self.gone.iter().rev().map(|key| (*key, None)))
    }

    fn encode(&self, tally: &Tally) -> Vec<u8> {
        let rows = self.bytes + self.changes.len() * LENGTHS_BYTES;
        let mut bytes = Vec::with_capacity(LENGTH_BYTES + Tally::BYTES + rows + CHECKSUM_BYTES);
        put_length(&mut bytes, Tally::BYTES + rows);
        bytes.extend(tally.encode());
        self.rows.iter().for_each(|(key, value)| put_row(&mut bytes, (key, Some(value))));
        self.gone.iter().for_each(|key| put_row(&mut bytes, (key, None)));
        bytes.extend(checksum(&bytes[LENGTH_BYTES..]));
        bytes
    }

    /// Takes a step from the front, with the tally after it; nothing where there is none that is whole.
    pub(super) fn decode(rest: &mut &'a [u8]) -> Option<(Self, Tally)> {
        let length = length(rest)?;
        let said = part(rest, length)?;
        (rest.split_off(..CHECKSUM_BYTES)? == checksum(said)).then_some(())?;
        let (tally, mut rows) = said.split_at_checked(Tally::BYTES)?;
        let mut step = Self::default();
        while !rows.is_empty() {
            let (key, value) = row(&mut rows)?;
            match value {
                Some(value) => step.rows.push((key, value.into())),
                None => step.gone.push(key),
            }
        }
        Some((step, Tally::decode(tally)?))
    }
}

/// Ends in sled the step after `tally`, which a kill may have cut off, and takes those that followed it and went with
/// sled's buffers; the tally then.
pub(super) fn end(db: &sled::Db, folder: &Path, tally: Tally) -> Result<Tally, StateError> {
    let bytes = read_if_there(&folder.join(FILE))?.unwrap_or_default();
    guard("end what was cut off", || {
        let ended = write_following(db, &bytes, tally)?;
        if ended != tally {
            db.flush()?;
        }
        Ok(ended)
    })
}

fn write_following(db: &sled::Db, mut bytes: &[u8], mut tally: Tally) -> sled::Result<Tally> {
    while let Some((step, after)) = Step::decode(&mut bytes) {
        if after.writes == tally.writes + 1 {
            step.write(db, &after)?;
            tally = after;
        }
    }
    Ok(tally)
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    digest(FILE.as_bytes(), bytes).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tally(writes: u64) -> Tally {
        Tally { writes, ..Tally::default() }
    }

    fn step(value: &[u8]) -> Step<'static> {
        let mut step = Step::default();
        step.put((b"stays", None, None), Some(value.into()));
        step.put((b"goes", None, None), None);
        step
    }

    fn noted(folder: &Path) -> Vec<u64> {
        let bytes = fs::read(folder.join(FILE)).expect("a file");
        let mut rest = &bytes[..];
        std::iter::from_fn(|| Step::decode(&mut rest)).map(|(_, tally)| tally.writes).collect()
    }

    /// What a kill left of sled: a row of before each of the steps.
    fn ended(folder: &Path, writes: u64) -> (u64, Option<sled::IVec>) {
        let beside = tempfile::tempdir().expect("a folder");
        let db = sled::open(beside.path()).expect("an empty database");
        db.insert(b"goes", b"before").expect("it is written");
        let after = end(&db, folder, tally(writes)).expect("it is written").writes;
        let in_file = fs::read(beside.path().join("db")).expect("sled's file");
        let is_in_file = in_file.windows(Tally::BYTES).any(|bytes| bytes == tally(after).encode());
        assert_eq!(is_in_file, after != writes);
        assert_eq!(db.contains_key(b"goes").expect("it is read"), after == writes);
        (after, db.get(b"stays").expect("it is read"))
    }

    #[test]
    fn steps_that_follow_are_taken_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(ended(folder.path(), 7), (7, None), "there is no file");
        let mut steps = Steps::open(folder.path()).expect("it opens");
        (5..8).for_each(|writes| steps.note(&step(&[7; 300]), &tally(writes)).expect("noted"));
        assert_eq!(noted(folder.path()), [5, 6, 7]);
        assert_eq!(ended(folder.path(), 4), (7, Some([7; 300][..].into())));
        for (writes, after) in [(2, 2), (3, 3), (5, 7), (6, 7), (7, 7), (8, 8)] {
            assert_eq!(ended(folder.path(), writes).0, after);
        }
        steps.forget();
        steps.note(&step(b"8"), &tally(8)).expect("noted");
        assert_eq!(ended(folder.path(), 7), (8, Some(b"8"[..].into())));
        assert_eq!(ended(folder.path(), 8), (8, None));
        Steps::open(folder.path()).expect("it opens");
        assert_eq!(ended(folder.path(), 7), (7, None), "sled has what was there");
    }

    #[test]
    fn a_step_that_is_not_whole_is_none() {
        let (first, second) = (step(b"1").encode(&tally(1)), step(b"2").encode(&tally(2)));
        let both = [&first[..], &second].concat();
        for length in 0..both.len() {
            let mut rest = &both[..length];
            let whole = std::iter::from_fn(|| Step::decode(&mut rest)).count();
            assert_eq!(whole, usize::from(length >= first.len()), "{length}");
            let mut turned = both.clone();
            turned[length] ^= 1;
            let mut rest = &turned[..];
            let whole = std::iter::from_fn(|| Step::decode(&mut rest)).count();
            assert!(whole < 2, "{length}");
        }
    }
}
