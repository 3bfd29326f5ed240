//! What is on its way into sled in several steps, in a file beside it: after a kill in between, a start writes all of
//! it again. It holds rows and positions as they are to be, so that it does not matter how many of them sled has
//! already.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use parloir_desk::rows::Changes;
use parloir_protocol::ids::WorkspaceId;
use twox_hash::XxHash3_128;

use super::Applied;
use super::encoded::{length, put_length, put_row, row};
use super::failure::StateError;
use super::folders::{read_if_there, remove_file};
use super::memtable::Young;
use super::position::ENCODED_BYTES;
use super::set::{digest, hasher};

const FILE: &str = "redo";

/// Bytes that are encoded and written in one stretch, about.
const PIECE_BYTES: usize = 128 * 1024;

/// A file that was written, by what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Redo(u128);

impl Redo {
    /// None is needed: all is written in one step, or this is the last.
    pub(super) const NONE: Self = Self(0);

    /// Writes a file of what is to be written, a piece at a time, and calls `meanwhile` before each. A kill does not
    /// take it away, a power cut may.
    pub(super) fn write(folder: &Path, young: &Young, meanwhile: impl Fn()) -> Result<Self, StateError> {
        let path = path(folder);
        let written = Pieces::begin(&path, meanwhile).and_then(|pieces| pieces.write(young));
        // Half of it helps nobody, and takes room where there is none.
        written.map_err(StateError::file("write", &path)).inspect_err(|_| drop(Self::remove(folder)))
    }

    /// What this file says is to be written; nothing where it is not there.
    pub(super) fn read(self, folder: &Path) -> Result<Option<Young>, StateError> {
        let bytes = read_if_there(&path(folder))?;
        Ok(bytes.filter(|bytes| Self::of(bytes) == self).and_then(|bytes| decode(&bytes)))
    }

    /// Deletes whatever file there is.
    pub(super) fn remove(folder: &Path) -> Result<(), StateError> {
        remove_file(&path(folder))
    }

    pub(super) fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub(super) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        Self(digest(FILE.as_bytes(), bytes))
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// A file while it is written, of which a piece is in memory.
struct Pieces<F> {
    file: File,
    hasher: XxHash3_128,
    piece: Vec<u8>,
    meanwhile: F,
}

impl<F: Fn()> Pieces<F> {
    fn begin(path: &Path, meanwhile: F) -> io::Result<Self> {
        let (hasher, piece) = (hasher(FILE.as_bytes()), Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 8));
        Ok(Self { file: File::create(path)?, hasher, piece, meanwhile })
    }

    fn write(mut self, young: &Young) -> io::Result<Redo> {
        put_length(&mut self.piece, young.positions.len());
        for (workspace, applied) in &young.positions {
            self.piece.extend(workspace.as_bytes());
            self.piece.extend(applied.encode());
        }
        for (key, value) in &young.rows {
            if self.piece.len() >= PIECE_BYTES {
                self.pass_on()?;
            }
            put_row(&mut self.piece, (key, value.as_deref()));
        }
        self.pass_on()?;
        Ok(Redo(self.hasher.finish_128()))
    }

    fn pass_on(&mut self) -> io::Result<()> {
        (self.meanwhile)();
        self.hasher.write(&self.piece);
        self.file.write_all(&self.piece)?;
        self.piece.clear();
        Ok(())
    }
}

fn decode(bytes: &[u8]) -> Option<Young> {
    let mut rest = bytes;
    let mut positions = BTreeMap::new();
    for _ in 0..length(&mut rest)? {
        let workspace = WorkspaceId::from_bytes(*rest.split_off(..16)?.first_chunk()?);
        positions.insert(workspace, Applied::decode(rest.split_off(..ENCODED_BYTES)?)?);
    }
    let mut rows = Changes::new();
    while !rest.is_empty() {
        let (key, value) = row(&mut rest)?;
        rows.insert(key.to_vec(), value.map(<[u8]>::to_vec));
    }
    Some(Young { rows, positions, bytes: bytes.len() })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = WorkspaceId::from_bytes([1; 16]);
        let rows = [
            (b"one".to_vec(), Some(vec![1; PIECE_BYTES])),
            (b"two".to_vec(), None),
            (b"three".to_vec(), Some(Vec::new())),
        ];
        let positions = BTreeMap::from([(workspace, Applied { seq: 7, ..Applied::START })]);
        let young = Young { rows: rows.into(), positions, bytes: 20 };
        let turns = Cell::new(0);
        let meanwhile = || turns.set(turns.get() + 1);
        let redo = Redo::write(folder.path(), &young, meanwhile).expect("it is written");
        assert_eq!(turns.get(), 2, "a full piece, and the rest");
        let read = redo.read(folder.path()).expect("a file").expect("it is whole");
        assert_eq!((&read.rows, &read.positions), (&young.rows, &young.positions));
        assert!(Redo(redo.0 + 1).read(folder.path()).expect("a file").is_none(), "it is of another write");
        let whole = fs::read(path(folder.path())).expect("a file");
        for length in (0..whole.len()).rev().take(64).chain(0..64) {
            assert!(decode(&whole[..length]).is_none_or(|cut| cut.rows.len() < 3), "{length}");
        }
        Redo::remove(folder.path()).expect("it is there");
        assert!(redo.read(folder.path()).expect("no file").is_none());
    }
}
