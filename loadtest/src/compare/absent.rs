//! Why a peer takes no part, in words, and where programs are looked for.

use std::path::{Path, PathBuf};

/// A peer that cannot be had here.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Absent(pub(crate) String);

/// A program on the path, or where Debian keeps those for administrators.
pub(crate) fn program(name: &str) -> Result<PathBuf, Absent> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .ok_or_else(|| Absent(format!("{name} is not on the path")))
}

/// A file that has to be there.
pub(crate) fn file(path: &Path) -> Result<PathBuf, Absent> {
    path.is_file().then(|| path.to_owned()).ok_or_else(|| Absent(format!("{} is not there", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert!(program("sh").is_ok());
        let absent = program("no-such-server").expect_err("there is none");
        assert_eq!(absent.to_string(), "no-such-server is not on the path");
    }
}
