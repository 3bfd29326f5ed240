//! The folder of one import: the file, the journal, the rows that failed, and the word that it is to stop. Every one of
//! them is whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use parloir_protocol::ids::AttachmentId;

use super::journal::{How, Journal};
use crate::private_file;

/// One import's folder, whether it is there or not.
#[derive(Debug, Clone)]
pub struct Place(PathBuf);

impl Place {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Makes the folder with its file and its journal, in this order.
    pub(super) fn make(
        &self,
        copy: impl FnOnce(&Path) -> io::Result<()>,
        journal: &Journal,
    ) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        copy(&self.file_path())?;
        self.keep(journal)
    }

    pub(super) fn keep(&self, journal: &Journal) -> io::Result<()> {
        private_file::write(&self.0.join("journal.json"), &serde_json::to_vec(journal)?)
    }

    /// The file whose import has this folder; nothing where the folder is of nobody's making.
    pub(super) fn id(&self) -> Option<AttachmentId> {
        self.0.file_name()?.to_str()?.parse().ok()
    }

    /// As [`Place::journal`], where it matters why there is none.
    pub(super) fn read_journal(&self) -> io::Result<Option<Journal>> {
        match fs::read(self.0.join("journal.json")) {
            Ok(bytes) => Ok(Journal::parse(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is known of it; nothing before it was begun.
    pub fn journal(&self) -> Option<Journal> {
        Journal::parse(&fs::read(self.0.join("journal.json")).ok()?)
    }

    /// The rows that failed, as a file; nothing when there are none, or none any more.
    pub fn failed(&self) -> Option<File> {
        File::open(self.failed_path()).ok()
    }

    pub(super) fn open_file(&self) -> io::Result<File> {
        File::open(self.file_path())
    }

    /// A file for rows that fail, which holds the first `bytes` of what was written before.
    pub(super) fn failed_from(&self, bytes: u64) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(private_file::MODE)
            .open(self.failed_path())?;
        file.set_len(bytes)?;
        Ok(file)
    }

    /// Says that it is to stop, and why. Who said so first is right.
    ///
    /// # Errors
    /// Those of the file system; it goes on then.
    pub fn ask_to_stop(&self, how: &How) -> io::Result<()> {
        if self.asked_to_stop().is_some() || !self.0.exists() {
            return Ok(());
        }
        private_file::write(&self.0.join("stop.json"), &serde_json::to_vec(how)?)
    }

    pub(super) fn asked_to_stop(&self) -> Option<How> {
        serde_json::from_slice(&fs::read(self.0.join("stop.json")).ok()?).ok()
    }

    /// Deletes the file whose rows are settled.
    pub(super) fn forget_file(&self) -> io::Result<()> {
        gone(fs::remove_file(self.file_path()))
    }

    /// Deletes the rows that failed.
    pub(super) fn forget_failed(&self) -> io::Result<()> {
        gone(fs::remove_file(self.failed_path()))
    }

    /// Takes all of it off: it was not begun.
    pub fn forget(&self) {
        if let Err(error) = self.remove() {
            tracing::error!(%error, "imports.not_removed");
        }
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        gone(fs::remove_dir_all(&self.0))
    }

    fn file_path(&self) -> PathBuf {
        self.0.join("file")
    }

    fn failed_path(&self) -> PathBuf {
        self.0.join("errors.csv")
    }
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
