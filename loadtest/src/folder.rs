//! A folder that goes when nobody needs it any more.

use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A folder for the time being.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// In `parent`, or among the temporary files.
    pub(crate) fn new(parent: Option<&Path>, name: &str) -> std::io::Result<Self> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        let path = parent.join(format!("parloir-{name}-{}", Uuid::now_v7().simple()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to whoever cleans the folder for temporary files.
        std::fs::remove_dir_all(&self.0).ok();
    }
}
