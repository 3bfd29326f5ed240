//! Folders of data that no server uses: how large one is, and a copy of one. It starts nothing.

use std::path::Path;

/// The size of all files in a folder; nothing when there is no such folder.
pub(crate) fn folder_bytes(folder: &Path) -> anyhow::Result<Option<u64>> {
    if !folder.exists() {
        return Ok(None);
    }
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { folder_bytes(&entry.path())?.unwrap_or(0) } else { about.len() };
    }
    Ok(Some(bytes))
}

/// Copies a folder that no server uses. What is in the files is on the disk when this returns: whoever starts a
/// server on it would wait for that at its first sync.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.metadata()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
            std::fs::File::open(target)?.sync_all()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_folder_is_as_large() {
        let folder = std::env::temp_dir().join(format!("parloir-copies-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(folder.join("a/b")).expect("a folder");
        std::fs::write(folder.join("a/b/c"), [7; 300]).expect("a file");
        copy_folder(&folder.join("a"), &folder.join("d")).expect("a copy");
        assert_eq!(folder_bytes(&folder.join("d")).expect("readable"), Some(300));
        assert_eq!(folder_bytes(&folder.join("e")).expect("readable"), None);
        std::fs::remove_dir_all(folder).expect("it was made here");
    }
}
