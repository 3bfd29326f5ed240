//! Where catalogues lie: each in a folder of its own, numbered, the highest whole one in use. The others go.

use std::path::{Path, PathBuf};

/// The folder that holds the catalogues.
#[derive(Debug, Clone)]
pub(super) struct Folders(PathBuf);

impl Folders {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The folder, or the nearest one above it that is there.
    pub(super) fn existing(&self) -> PathBuf {
        self.0.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new(".")).to_owned()
    }

    /// Every catalogue's folder, the newest first.
    pub(super) fn all(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut numbered: Vec<(u64, PathBuf)> = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries.filter_map(|entry| numbered(&entry.ok()?.path())).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        numbered.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        Ok(numbered.into_iter().map(|(_, folder)| folder).collect())
    }

    /// A folder for a new catalogue.
    pub(super) fn next(&self) -> std::io::Result<PathBuf> {
        let newest = self.all()?.first().and_then(|folder| numbered(folder));
        let number = newest.map_or(1, |(number, _)| number + 1);
        let folder = self.0.join(number.to_string());
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Deletes every catalogue but this one.
    pub(super) fn keep_only(&self, kept: &Path) -> std::io::Result<()> {
        for folder in self.all()?.into_iter().filter(|folder| folder != kept) {
            std::fs::remove_dir_all(folder)?;
        }
        Ok(())
    }
}

fn numbered(folder: &Path) -> Option<(u64, PathBuf)> {
    let number = folder.file_name()?.to_str()?.parse().ok()?;
    Some((number, folder.to_owned()))
}
