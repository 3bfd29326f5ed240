//! Where catalogues lie: each in a folder of its own, numbered, the highest whole one in use. The others go.

use std::path::{Path, PathBuf};

/// How often a folder is deleted again because there is something in it once more.
const REMOVE_AGAIN_MAX: u32 = 1_000;

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

    /// Deletes a catalogue that came to nothing.
    pub(super) fn discard(&self, folder: &Path) -> std::io::Result<()> {
        remove(folder)
    }

    /// Deletes every catalogue but this one.
    pub(super) fn keep_only(&self, kept: &Path) -> std::io::Result<()> {
        for folder in self.all()?.into_iter().filter(|folder| folder != kept) {
            remove(&folder)?;
        }
        Ok(())
    }
}

/// Deletes a folder into which a thread that is about to end may write another file meanwhile.
fn remove(folder: &Path) -> std::io::Result<()> {
    for _ in 0..REMOVE_AGAIN_MAX {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => std::thread::yield_now(),
            removed => return removed,
        }
    }
    std::fs::remove_dir_all(folder)
}

fn numbered(folder: &Path) -> Option<(u64, PathBuf)> {
    let number = folder.file_name()?.to_str()?.parse().ok()?;
    Some((number, folder.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a thread that merges writes at its end.
    const FILES: u32 = 500;

    #[test]
    fn a_folder_goes_that_is_still_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let folders = Folders::in_folder(folder.path());
        let (old, new) = (folders.next().expect("a folder"), folders.next().expect("another"));
        std::thread::scope(|scope| {
            // It ends where the folder is gone.
            scope.spawn(|| (0..FILES).all(|n| std::fs::write(old.join(n.to_string()), "a segment").is_ok()));
            while std::fs::read_dir(&old).expect("it is there").next().is_none() {}
            folders.keep_only(&new).expect("it goes");
        });
        assert_eq!(folders.all().expect("they can be read"), [new]);
    }
}
