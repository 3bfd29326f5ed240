//! How many steps a folder has had on stable storage. sled opens a damaged file with its newest rows
//! gone as if they had never been; this number, kept beside it, tells.

use std::path::Path;

use super::Damage;
use super::failure::StateError;
use super::folders::{read_if_there, write_whole};

const FILE: &str = "flushed";

/// Notes that the first `writes` steps are on stable storage.
pub(super) fn note(folder: &Path, writes: u64) -> Result<(), StateError> {
    // Who writes at the same time may have come first with more.
    if noted(folder)? >= writes {
        return Ok(());
    }
    write_whole(&folder.join(FILE), &writes.to_be_bytes())
}

/// Whether all steps noted are among the `writes` that the folder holds.
pub(super) fn check(folder: &Path, writes: u64) -> Result<Result<(), Damage>, StateError> {
    let flushed = noted(folder)?;
    Ok(if writes < flushed { Err(Damage::Lost { found: writes, flushed }) } else { Ok(()) })
}

fn noted(folder: &Path) -> Result<u64, StateError> {
    let bytes = read_if_there(&folder.join(FILE))?;
    Ok(bytes.and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?))).unwrap_or(0))
}
