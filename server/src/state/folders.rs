//! The folders of the state: `state.<n>`, one of which `state.current` names, and `state.damaged-<n>`. A
//! number is never used twice, since a thread of sled that hangs goes on writing to the path it was given.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::failure::StateError;

const POINTER: &str = "state.current";
const ATTEMPTS: &str = "state.opening";
const FOLDER: &str = "state.";
const DAMAGED: &str = "state.damaged-";

/// Damaged folders kept for inspection; each may be as large as the state.
const DAMAGED_KEPT_MAX: usize = 2;

/// Where all folders of one state lie.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    root: PathBuf,
}

impl Folders {
    pub(super) fn new(root: &Path) -> Result<Self, StateError> {
        fs::create_dir_all(root).map_err(StateError::file("create", root))?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// The folder in use, if the pointer names one that exists.
    pub(super) fn current(&self) -> Result<Option<PathBuf>, StateError> {
        let folder = self.pointed()?.map(|number| self.numbered(FOLDER, number));
        Ok(folder.filter(|folder| folder.is_dir()))
    }

    /// A new, empty folder; nothing points to it yet.
    pub(super) fn create(&self) -> Result<PathBuf, StateError> {
        let newest = self.numbers(FOLDER)?.last().copied().max(self.pointed()?);
        let folder = self.numbered(FOLDER, newest.unwrap_or(0) + 1);
        fs::create_dir(&folder).map_err(StateError::file("create", &folder))?;
        Ok(folder)
    }

    /// Makes `folder` the one in use, durably and in one step.
    pub(super) fn point_to(&self, folder: &Path) -> Result<(), StateError> {
        sync_folder(folder)?;
        let name = folder.file_name().unwrap_or_default().as_encoded_bytes();
        write_whole(&self.root.join(POINTER), name)
    }

    /// Moves a damaged folder out of the way and forgets the oldest of those before it.
    pub(super) fn set_aside(&self, folder: &Path) -> Result<PathBuf, StateError> {
        let earlier = self.numbers(DAMAGED)?;
        let aside = self.numbered(DAMAGED, earlier.last().map_or(1, |number| number + 1));
        fs::rename(folder, &aside).map_err(StateError::file("set aside", folder))?;
        for number in earlier.iter().rev().skip(DAMAGED_KEPT_MAX - 1) {
            remove_folder(&self.numbered(DAMAGED, *number))?;
        }
        sync_folder(&self.root)?;
        Ok(aside)
    }

    /// Deletes a folder that is no longer in use.
    pub(super) fn delete(&self, folder: &Path) -> Result<(), StateError> {
        remove_folder(folder)?;
        sync_folder(&self.root)
    }

    /// Deletes what was set aside.
    pub(super) fn delete_damaged(&self) -> Result<(), StateError> {
        for number in self.numbers(DAMAGED)? {
            remove_folder(&self.numbered(DAMAGED, number))?;
        }
        sync_folder(&self.root)
    }

    /// Deletes the folders that a crash left beside the one in use.
    pub(super) fn sweep(&self, in_use: &Path) -> Result<(), StateError> {
        for number in self.numbers(FOLDER)? {
            let folder = self.numbered(FOLDER, number);
            if folder != in_use {
                remove_folder(&folder)?;
            }
        }
        Ok(())
    }

    /// Notes that an open begins; how many before it began and never ended.
    pub(super) fn begin_attempt(&self) -> Result<usize, StateError> {
        let path = self.root.join(ATTEMPTS);
        let mut attempts = read_if_there(&path)?.unwrap_or_default();
        attempts.push(b'.');
        fs::write(&path, &attempts).map_err(StateError::file("write", &path))?;
        Ok(attempts.len() - 1)
    }

    /// Notes that the open ended, in whatever way.
    pub(super) fn end_attempt(&self) -> Result<(), StateError> {
        remove_file(&self.root.join(ATTEMPTS))
    }

    fn pointed(&self) -> Result<Option<u64>, StateError> {
        let name = read_if_there(&self.root.join(POINTER))?.unwrap_or_default();
        let name = String::from_utf8_lossy(&name);
        Ok(name.strip_prefix(FOLDER).and_then(|number| number.parse().ok()))
    }

    fn numbered(&self, prefix: &str, number: u64) -> PathBuf {
        self.root.join(format!("{prefix}{number}"))
    }

    /// The numbers of the folders whose names begin with `prefix`, ascending.
    fn numbers(&self, prefix: &str) -> Result<Vec<u64>, StateError> {
        let names = file_names(&self.root)?;
        let mut numbers: Vec<u64> =
            names.iter().filter_map(|name| name.strip_prefix(prefix)?.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }
}

/// The names of everything in `folder`, in order.
pub(super) fn file_names(folder: &Path) -> Result<Vec<String>, StateError> {
    let names = || -> io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    };
    let mut names = names().map_err(StateError::file("list", folder))?;
    names.sort_unstable();
    Ok(names)
}

/// Replaces the file at `path` so that a crash leaves the old bytes or the new ones.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let beside = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(StateError::file("write", path))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes the names in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StateError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(StateError::file("sync", folder))
}

/// Deletes a folder that may be gone already.
fn remove_folder(folder: &Path) -> Result<(), StateError> {
    gone(fs::remove_dir_all(folder)).map_err(StateError::file("delete", folder))
}

/// Deletes a file that may be gone already.
pub(super) fn remove_file(path: &Path) -> Result<(), StateError> {
    gone(fs::remove_file(path)).map_err(StateError::file("delete", path))
}

/// The bytes of a file that need not exist.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StateError::file("read", path)(error)),
    }
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Ok(()) | Err(_) => removed,
    }
}
