//! One upload's bytes on disk while they arrive: written at their place, hashed as they come, made durable
//! every few megabytes. What a failed write left behind its offset is written over.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use blake3::Hasher;

use super::space::Space;
use super::{Purpose, UploadError, books};
use crate::blobs::BlobDigest;
use crate::media;

/// After so many bytes the spool is made durable: what a kill of the server costs at most.
pub(super) const SYNC_BYTES: u64 = 4 << 20;
const READ_BYTES: usize = 64 << 10;

/// The bytes of an upload.
#[derive(Debug)]
pub(super) struct Spool {
    path: PathBuf,
    hasher: Hasher,
    /// How much of the file went into the hasher.
    hashed: u64,
    offset: u64,
    synced: u64,
    purpose: Purpose,
}

impl Spool {
    /// A spool of which so much is there.
    pub(super) fn new(path: PathBuf, offset: u64, purpose: Purpose) -> Self {
        Self { path, hasher: Hasher::new(), hashed: 0, offset, synced: offset, purpose }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn synced(&self) -> u64 {
        self.synced
    }

    /// Writes a piece behind what is there. A file that begins wrongly is refused with its first piece.
    pub(super) fn write(&mut self, space: &Space, piece: &[u8]) -> Result<(), UploadError> {
        match self.purpose {
            Purpose::Message if self.offset == 0 && piece.len() >= media::HEAD_BYTES => {
                media::claimed(&piece[..media::HEAD_BYTES])?;
            }
            Purpose::Import => books::check_text(piece)?,
            Purpose::Message => {}
        }
        space.check(piece.len() as u64)?;
        self.catch_up()?;
        let offset = self.offset;
        self.file()?.write_all_at(piece, offset).map_err(full_or_failed)?;
        self.hasher.update(piece);
        self.offset += piece.len() as u64;
        self.hashed = self.offset;
        Ok(())
    }

    /// Whether enough arrived to make it durable.
    pub(super) fn is_due(&self) -> bool {
        self.offset - self.synced >= SYNC_BYTES
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        if self.synced < self.offset {
            self.file()?.sync_data()?;
            self.synced = self.offset;
        }
        Ok(())
    }

    /// The digest of everything that is there.
    pub(super) fn digest(&mut self) -> io::Result<BlobDigest> {
        self.catch_up()?;
        // A write that failed may have left something behind the end.
        let offset = self.offset;
        self.file()?.set_len(offset)?;
        Ok(BlobDigest(*self.hasher.finalize().as_bytes()))
    }

    /// Hashes what an earlier run of the server wrote.
    fn catch_up(&mut self) -> io::Result<()> {
        if self.hashed == self.offset {
            return Ok(());
        }
        let mut left = File::open(&self.path)?.take(self.offset);
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; READ_BYTES];
        let mut hashed = 0;
        loop {
            let read = left.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            hashed += read as u64;
        }
        if hashed < self.offset {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (self.hasher, self.hashed) = (hasher, hashed);
        Ok(())
    }

    /// Opened for every piece: of a thousand slow uploads each would hold one otherwise.
    fn file(&self) -> io::Result<File> {
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&self.path)
    }
}

fn full_or_failed(error: io::Error) -> UploadError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => UploadError::Full,
        _ => UploadError::File(error),
    }
}
