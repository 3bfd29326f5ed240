//! The file that is imported: read, never written, and by one import at a time.

use std::fs::{File, TryLockError};
use std::io::{Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, bail, ensure};

/// A file that stays open while it is imported.
pub(super) struct Source {
    file: File,
    bytes: u64,
}

impl Source {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        ensure!(metadata.is_file(), "it is no file, so an import could not go on after a stop");
        Ok(Self { file, bytes: metadata.len() })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A reader that begins at the first byte. There is one place for all readers: use one at a time.
    pub(super) fn reader(&self) -> std::io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// Keeps other imports of the file away as long as this one runs.
    pub(super) fn lock(&self) -> anyhow::Result<()> {
        match self.file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => bail!("another import of this file is at work"),
            // Some shared folders know no locks; an import of them is still possible.
            Err(TryLockError::Error(_)) => Ok(()),
        }
    }

    /// BLAKE3 of all of it, in hexadecimal.
    pub(super) fn digest(&self) -> anyhow::Result<String> {
        let mut file = self.file.try_clone()?;
        let at = file.stream_position()?;
        file.seek(SeekFrom::Start(0))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&file).context("cannot read the file")?;
        file.seek(SeekFrom::Start(at))?;
        Ok(hasher.finalize().to_hex().to_string())
    }
}
