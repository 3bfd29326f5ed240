//! A folder as tantivy's own, whose files are written by threads that offer their core: those that merge as well as
//! those that index.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use crate::search::offers::Offers;

#[derive(Debug, Clone)]
pub(super) struct Offering {
    pub(super) folder: MmapDirectory,
    pub(super) offers: Offers,
}

impl Directory for Offering {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.folder.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.folder.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.folder.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let unbuffered = self.folder.open_write(path)?.into_inner();
        let file =
            unbuffered.map_err(|error| OpenWriteError::wrap_io_error(error.into_error(), path.to_owned()))?;
        Ok(BufWriter::new(Box::new(Written { file, offers: self.offers.clone() })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.folder.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.folder.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.folder.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.folder.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.folder.watch(callback)
    }
}

/// A file that is written.
struct Written {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    offers: Offers,
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.offers.offer();
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for Written {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.file.terminate_ref(token)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use super::*;
    use crate::search::offers::tests::offers;

    /// Counts how often it is ended.
    struct Ends(Arc<AtomicU32>);

    impl Write for Ends {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl TerminatingWrite for Ends {
        fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
            self.0.fetch_add(1, SeqCst);
            Ok(())
        }
    }

    /// Whether whoever writes a file there offers. It is what was written.
    pub(in crate::search::book) fn writer_offers(folder: &dyn Directory) -> bool {
        let (path, bytes) = (Path::new("a file"), [7; 100_000]);
        let has_offered = offers(|| {
            let mut file = folder.open_write(path).expect("a file");
            bytes.chunks(1_000).for_each(|piece| file.write_all(piece).expect("it is written"));
            file.terminate().expect("it ends");
        });
        let read = folder.open_read(path).expect("it is there").read_bytes().expect("it is read");
        assert_eq!(read.as_slice(), bytes);
        folder.delete(path).expect("it goes");
        has_offered
    }

    #[test]
    fn whoever_writes_a_file_offers() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = MmapDirectory::open(dir.path()).expect("it opens");
        for is_built in [true, false] {
            let folder = Offering { folder: folder.clone(), offers: Offers::of(is_built) };
            assert_eq!(writer_offers(&folder), is_built);
        }
    }

    #[test]
    fn a_file_is_ended_as_it_would_be() {
        let ended = Arc::default();
        let written = Written { file: Box::new(Ends(Arc::clone(&ended))), offers: Offers::default() };
        written.terminate().expect("it ends");
        assert_eq!(ended.load(SeqCst), 1);
    }
}
