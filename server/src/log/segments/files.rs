//! What the segment log needs of a file system. It promises nothing about what survives a power cut
//! beyond what was synced.

use std::io;
use std::path::Path;
use std::sync::Arc;

pub use disk::DiskFiles;

mod disk;
#[cfg(test)]
pub(crate) mod faults;

/// A file system.
pub trait Files: Send + Sync + 'static {
    /// Makes the folder and those above it, unless they are there.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// Takes the folder for this process until the guard is dropped. `WouldBlock` when another has it.
    fn lock(&self, dir: &Path) -> io::Result<Box<dyn Send + Sync>>;

    /// Names of the files in the folder, in order.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// A new, empty file; an error when there is one.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn StoredFile>>;

    /// A file that is there.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn StoredFile>>;

    /// Gives a file the name of another, which is gone then. Durable after `sync_dir`.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file. Durable after `sync_dir`.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in the folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Bytes that this process may still write.
    fn free_bytes(&self, dir: &Path) -> io::Result<u64>;
}

/// An open file. Reads and writes name their place, so that they may run side by side.
pub trait StoredFile: Send + Sync {
    /// Writes all of `bytes` at `offset`.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Fills `bytes` from `offset`; `UnexpectedEof` when there are fewer.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;

    /// Makes content and length durable.
    fn sync_data(&self) -> io::Result<()>;

    /// Cuts off everything from `len` on.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Its length in bytes.
    fn byte_len(&self) -> io::Result<u64>;
}

/// The whole content of `file`.
pub(super) fn read_all(file: &dyn StoredFile) -> io::Result<Vec<u8>> {
    let len = usize::try_from(file.byte_len()?).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = vec![0; len];
    file.read_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// Puts a durable file with this content at `path`, in one step: a crash leaves the old one or the new.
pub(super) fn replace(files: &dyn Files, path: &Path, bytes: &[u8]) -> io::Result<Arc<dyn StoredFile>> {
    let dir = path.parent().ok_or(io::ErrorKind::InvalidFilename)?;
    let unfinished = path.with_extension(UNFINISHED);
    match files.remove(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let file = files.create(&unfinished)?;
    file.write_at(bytes, 0)?;
    file.sync_data()?;
    files.rename(&unfinished, path)?;
    files.sync_dir(dir)?;
    Ok(file)
}

/// Extension of a file that `replace` has not finished; worth nothing after a crash.
pub(super) const UNFINISHED: &str = "tmp";
