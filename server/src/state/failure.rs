//! How the state fails, and the one place where a panic of sled becomes an error.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why the state could not do what it was asked. After a failed write it does nothing more until it is
/// opened again.
#[derive(Debug, Error)]
pub enum StateError {
    /// sled answered with an error.
    #[error("the state could not {doing}: {source}")]
    Sled {
        /// What was to be done.
        doing: &'static str,
        /// What sled said.
        source: sled::Error,
    },
    /// sled panicked, or what writes into it.
    #[error("the state panicked when it was to {doing}: {message}")]
    Panicked {
        /// What was to be done.
        doing: &'static str,
        /// The text of the panic.
        message: String,
    },
    /// A file or folder beside sled's own could not be handled.
    #[error("cannot {doing} '{}': {source}", path.display())]
    File {
        /// What was to be done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has the folder open.
    #[error("the state in '{}' is open in another process", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// Not even an empty state could be opened.
    #[error("a fresh state in '{}' could not be opened: {reason}", path.display())]
    NotFresh {
        /// The folder.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// Bytes that the state wrote are not rows any more, or not those that should be at their place.
    #[error("the state holds {bytes} bytes under {end:?} that are not the rows of this place")]
    NotRows {
        /// Their key.
        end: Vec<u8>,
        /// How many there are.
        bytes: usize,
    },
    /// An earlier write failed.
    #[error("the state has stopped after a failed write and must be opened again")]
    Stopped,
}

impl StateError {
    pub(super) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { doing, path, source }
    }
}

/// Runs what asks sled; whatever way it fails comes back as an error.
pub(super) fn guard<T>(doing: &'static str, ask: impl FnOnce() -> sled::Result<T>) -> Result<T, StateError> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => answer.map_err(|source| StateError::Sled { doing, source }),
        Err(panic) => Err(StateError::Panicked { doing, message: text_of(panic.as_ref()) }),
    }
}

/// Runs what may fail as the state does; a panic comes back as an error too.
pub(super) fn caught<T>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, StateError>,
) -> Result<T, StateError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(StateError::Panicked { doing, message: text_of(panic.as_ref()) }))
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text").to_owned()
}
