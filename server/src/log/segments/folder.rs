//! The names in the log's folder: segments, what a repair set aside, what was left unfinished.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::files::{Files, StoredFile, UNFINISHED, replace};

const SEGMENT: &str = ".log";
const SET_ASIDE: &str = "set-aside-";

/// Where the log is.
#[derive(Clone)]
pub(super) struct Folder {
    pub(super) dir: PathBuf,
    pub(super) files: Arc<dyn Files>,
}

impl Folder {
    /// First batch numbers of all segments, in order.
    pub(super) fn segments(&self) -> io::Result<Vec<u64>> {
        Ok(self.files.list(&self.dir)?.iter().filter_map(|name| segment_number(name)).collect())
    }

    /// Names of what repairs set aside.
    pub(super) fn set_aside(&self) -> io::Result<Vec<String>> {
        let names = self.files.list(&self.dir)?;
        Ok(names.into_iter().filter(|name| name.starts_with(SET_ASIDE)).collect())
    }

    pub(super) fn open_segment(&self, number: u64) -> io::Result<Arc<dyn StoredFile>> {
        self.files.open(&self.segment_path(number))
    }

    /// A new segment, whose name survives a crash.
    pub(super) fn create_segment(&self, number: u64) -> io::Result<Arc<dyn StoredFile>> {
        let file = self.files.create(&self.segment_path(number))?;
        file.sync_data()?;
        self.files.sync_dir(&self.dir)?;
        Ok(file)
    }

    /// Puts a segment with this content in the place of the one with this number.
    pub(super) fn replace_segment(&self, number: u64, bytes: &[u8]) -> io::Result<Arc<dyn StoredFile>> {
        replace(&*self.files, &self.segment_path(number), bytes)
    }

    /// Keeps these bytes of a segment beside the log, under a name that is returned.
    pub(super) fn keep_aside(&self, number: u64, bytes: &[u8]) -> io::Result<String> {
        let taken = self.set_aside()?;
        let name = (1_u32..).map(|copy| format!("{SET_ASIDE}{number:020}-{copy}{SEGMENT}"));
        let name = name.into_iter().find(|name| !taken.contains(name)).ok_or(io::ErrorKind::AlreadyExists)?;
        replace(&*self.files, &self.dir.join(&name), bytes)?;
        Ok(name)
    }

    /// Removes what a crash left unfinished.
    pub(super) fn clean(&self) -> io::Result<()> {
        for name in self.files.list(&self.dir)? {
            if name.strip_suffix(UNFINISHED).is_some_and(|stem| stem.ends_with('.')) {
                self.files.remove(&self.dir.join(name))?;
            }
        }
        Ok(())
    }

    fn segment_path(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{number:020}{SEGMENT}"))
    }
}

fn segment_number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SEGMENT)?;
    let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}
