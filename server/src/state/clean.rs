//! The mark of a clean stop: the digests of all files of a closed state. While it matches, the files are bit
//! for bit those that were closed and need no scan. It says nothing about an open state.

use std::fs::File;
use std::io;
use std::path::Path;

use super::failure::StateError;
use super::folders::{file_names, read_if_there, remove_file, sync_folder, write_whole};

const MARK: &str = "clean";
const BLOBS: &str = "blobs";

/// Whether `folder` is as it was when it was marked.
pub(super) fn is_clean(folder: &Path) -> Result<bool, StateError> {
    match read_if_there(&folder.join(MARK))? {
        Some(mark) => Ok(mark == digests(folder)?.as_bytes()),
        None => Ok(false),
    }
}

/// Marks the closed state in `folder`.
pub(super) fn mark(folder: &Path) -> Result<(), StateError> {
    write_whole(&folder.join(MARK), digests(folder)?.as_bytes())
}

/// Removes the mark, durably: what follows may change the files.
pub(super) fn unmark(folder: &Path) -> Result<(), StateError> {
    remove_file(&folder.join(MARK))?;
    sync_folder(folder)
}

/// One line for each file: its digest and its name.
fn digests(folder: &Path) -> Result<String, StateError> {
    let mut lines = String::new();
    for name in file_names(folder)? {
        match name.as_str() {
            MARK => {}
            BLOBS => lines.push_str(&digests(&folder.join(BLOBS))?),
            file => lines.push_str(&digest(&folder.join(file), file)?),
        }
    }
    Ok(lines)
}

fn digest(path: &Path, name: &str) -> Result<String, StateError> {
    let mut hasher = blake3::Hasher::new();
    File::open(path)
        .and_then(|mut file| io::copy(&mut file, &mut hasher))
        .map_err(StateError::file("read", path))?;
    Ok(format!("{} {name}\n", hasher.finalize().to_hex()))
}
