//! The space on the disk that is never written into. A disk that fills heals by itself: nothing is remembered.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::statvfs;

use super::UploadError;

type Free = Arc<dyn Fn() -> io::Result<u64> + Send + Sync>;

/// How much of the disk is free, and how much of that stays so.
#[derive(Clone)]
pub struct Space {
    free: Free,
    reserve_bytes: u64,
}

impl Space {
    pub(crate) fn on_disk(folder: &Path, reserve_bytes: u64) -> Self {
        let folder = folder.to_owned();
        let free = move || {
            let space = statvfs(&folder)?;
            Ok(space.f_bavail.saturating_mul(space.f_frsize))
        };
        Self { free: Arc::new(free), reserve_bytes }
    }

    #[cfg(test)]
    pub(crate) fn of(free: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { free: Arc::new(move || Ok(free())), reserve_bytes: 0 }
    }

    /// Whether so many bytes may be written.
    ///
    /// # Errors
    /// [`UploadError::Full`], [`UploadError::File`].
    pub fn check(&self, bytes: u64) -> Result<(), UploadError> {
        let free = (self.free)()?;
        if free >= self.reserve_bytes.saturating_add(bytes) { Ok(()) } else { Err(UploadError::Full) }
    }
}

impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Space").field("reserve_bytes", &self.reserve_bytes).finish_non_exhaustive()
    }
}
