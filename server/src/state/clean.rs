//! The mark of a clean stop: what the file system says of all files of a closed state. While it matches, nobody has
//! written to them, and they are opened unread. It says nothing about an open state, and bits that turned on the disk
//! are left to sled's checksums and to whoever reads all rows beside service.

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::failure::StateError;
use super::folders::{file_names, read_if_there, remove_file, sync_folder, write_whole};

const MARK: &str = "clean";
const BLOBS: &str = "blobs";

/// Whether `folder` is as it was when it was marked.
pub(super) fn is_clean(folder: &Path) -> Result<bool, StateError> {
    match read_if_there(&folder.join(MARK))? {
        Some(mark) => Ok(mark == files(folder)?.as_bytes()),
        None => Ok(false),
    }
}

/// Marks the closed state in `folder`.
pub(super) fn mark(folder: &Path) -> Result<(), StateError> {
    write_whole(&folder.join(MARK), files(folder)?.as_bytes())
}

/// Removes the mark, durably: what follows may change the files.
pub(super) fn unmark(folder: &Path) -> Result<(), StateError> {
    remove_file(&folder.join(MARK))?;
    sync_folder(folder)
}

/// One line for each file: which one it is, how long, when it was last written to, and its name. The time is the one
/// that no program can set, so a copy is another file.
fn files(folder: &Path) -> Result<String, StateError> {
    let mut lines = String::new();
    for name in file_names(folder)? {
        match name.as_str() {
            MARK => {}
            BLOBS => lines.push_str(&files(&folder.join(BLOBS))?),
            file => {
                let path = folder.join(file);
                let of = path.metadata().map_err(StateError::file("look at", &path))?;
                let (device, inode, bytes) = (of.dev(), of.ino(), of.len());
                let (seconds, nanos) = (of.ctime(), of.ctime_nsec());
                writeln!(lines, "{device} {inode} {bytes} {seconds}.{nanos:09} {file}")
                    .expect("a string takes everything");
            }
        }
    }
    Ok(lines)
}
