//! Opening the state so that damage ends in a fresh one, never in wrong rows, a panic or a hang. Whether the
//! rows fit the log is decided elsewhere.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock, mpsc};
use std::thread;
use std::time::Duration;

use thiserror::Error;

use super::check::{Check, Whole, open_and_check};
use super::failure::{StateError, caught};
use super::folders::{Folders, file_names, remove_file, sync_folder};
use super::lately::Lately;
use super::ledger::Ledger;
use super::pace::Pace;
use super::reached::Reached;
use super::redo::Redo;
use super::set::Tally;
use super::steps::Steps;
use super::{Options, State, clean};

use crate::locks::locked;

/// In a folder whose rows could not be read or written while it served.
pub(super) const FAILED: &str = "failed";

/// Opens that may end with the process before the folder is no longer tried.
const OPEN_ATTEMPTS_MAX: usize = 3;

const MB_100: u64 = 100_000_000;

/// A state, and what became of the one before.
pub struct Opened {
    /// Ready for reads and writes.
    pub state: State,
    /// Whether it is the state of before.
    pub how: OpenedHow,
    /// Whether threads of sled hang or died in this process. They are shared by all that use sled, so the
    /// process should start itself anew; the folders are already in order for that.
    pub tainted: bool,
}

/// What an open found.
#[derive(Debug)]
pub enum OpenedHow {
    /// The rows are whole.
    Kept,
    /// There was none; this one is empty.
    Missing,
    /// There was one that must not be used; this one is empty.
    SetAside {
        /// What was wrong.
        reason: Damage,
        /// Where it is now.
        path: PathBuf,
    },
}

/// Why a state must not be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Damage {
    /// The open did not end in time.
    #[error("it did not open within {0:?}")]
    Hung(Duration),
    /// sled panicked, here or in the thread that served it.
    #[error("sled panicked: {0}")]
    Panicked(String),
    /// sled refused it.
    #[error("sled refused it: {0}")]
    Refused(String),
    /// It could not be read or written while it served.
    #[error("it failed while it served")]
    Failed,
    /// Several opens ended with the process.
    #[error("{0} opens before this one never ended")]
    NeverOpened(usize),
    /// The rows were written by another version of `apply`.
    #[error("its rows are of version {found}, not {expected}")]
    AnotherVersion {
        /// The version of its rows.
        found: u32,
        /// The version of this server.
        expected: u32,
    },
    /// The rows lie in sled as another version of this server had them.
    #[error("its rows lie in the way of version {found}, not {expected}")]
    AnotherLayout {
        /// The version of the way in which they lie.
        found: u32,
        /// That of this server.
        expected: u32,
    },
    /// One of the rows that every state holds is missing.
    #[error("its row '{0}' is missing or cut short")]
    Headless(&'static str),
    /// Steps are gone that were on stable storage.
    #[error("it holds {found} steps, though {flushed} were on stable storage")]
    Lost {
        /// The steps it holds.
        found: u64,
        /// The steps it held.
        flushed: u64,
    },
    /// It was left while rows came into it in several steps, and what those were is lost.
    #[error("it holds half of a write whose other half is lost")]
    Half,
    /// The rows are not those that were written.
    #[error("its rows do not match their set hash")]
    Differs,
}

impl Damage {
    /// Whether threads of sled may be hanging or dead.
    fn taints(&self) -> bool {
        match self {
            Self::Hung(_) | Self::Panicked(_) => true,
            Self::Refused(_) | Self::NeverOpened(_) | Self::Failed => false,
            Self::AnotherVersion { .. } | Self::AnotherLayout { .. } | Self::Headless(_) => false,
            Self::Lost { .. } | Self::Half | Self::Differs => false,
        }
    }
}

impl State {
    /// Opens the state under `root`. What cannot be used is set aside; an error is left for what another
    /// folder would not heal.
    pub fn open(root: &Path, options: Options) -> Result<Opened, StateError> {
        let folders = Folders::new(root)?;
        let Some(folder) = folders.current()? else {
            let state = Self::open_fresh(&folders, options)?;
            return Ok(Opened { state, how: OpenedHow::Missing, tainted: false });
        };
        match Self::attempt(&folders, &folder, &options)? {
            Ok(state) => {
                folders.sweep(&folder)?;
                Ok(Opened { state, how: OpenedHow::Kept, tainted: false })
            }
            Err(reason) => {
                tracing::error!(folder = %folder.display(), %reason, "state.set_aside");
                let path = folders.set_aside(&folder)?;
                let state = Self::open_fresh(&folders, options)?;
                let tainted = reason.taints();
                Ok(Opened { state, how: OpenedHow::SetAside { reason, path }, tainted })
            }
        }
    }

    /// An empty state in a new folder beside this one; no open finds it until it is pointed to, and unless it is its
    /// folder goes with it.
    pub(super) fn beside(&self) -> Result<Self, StateError> {
        let beside = Self::create(&self.folders, self.options.clone())?;
        beside.condemned.store(true, Ordering::Release);
        Ok(beside)
    }

    fn open_fresh(folders: &Folders, options: Options) -> Result<Self, StateError> {
        let state = Self::create(folders, options)?;
        folders.point_to(&state.folder)?;
        folders.sweep(&state.folder)?;
        Ok(state)
    }

    fn create(folders: &Folders, options: Options) -> Result<Self, StateError> {
        let folder = folders.create()?;
        let not_fresh =
            |reason: Damage| StateError::NotFresh { path: folder.clone(), reason: reason.to_string() };
        let (db, tally) = watched(&folder, &options, Check::Fresh)?.map_err(not_fresh)?;
        let state = Self::assemble(Taken { db, tally, unread: false }, folders, &folder, options)?;
        state.flush()?;
        sync_folder(&state.folder)?;
        Ok(state)
    }

    fn attempt(
        folders: &Folders,
        folder: &Path,
        options: &Options,
    ) -> Result<Result<Self, Damage>, StateError> {
        refuse_if_locked(folder)?;
        let unended = folders.begin_attempt()?;
        let outcome = if unended < OPEN_ATTEMPTS_MAX {
            open_existing(folder, options)
        } else {
            Ok(Err(Damage::NeverOpened(unended)))
        };
        let opened = outcome.and_then(|found| match found {
            Ok(taken) => Self::assemble(taken, folders, folder, options.clone())?.redo(),
            Err(damage) => Ok(Err(damage)),
        });
        folders.end_attempt()?;
        opened
    }

    /// Ends what a kill interrupted.
    fn redo(self) -> Result<Result<Self, Damage>, StateError> {
        let mut ledger = locked(&self.ledger);
        let redo = ledger.tally.redo;
        let young = if redo == Redo::NONE { None } else { Some(redo.read(&self.folder)?) };
        if matches!(young, Some(None)) {
            return Ok(Err(Damage::Half));
        }
        let done = caught("write rows again", || {
            young
                .flatten()
                .map_or(Ok(()), |young| self.write_all(&mut ledger, &young, redo, Pace::AtOnce))?;
            self.forget_redo(&mut ledger)
        });
        if let Err(error) = done {
            return damage_or_error(error).map(Err);
        }
        drop(ledger);
        Ok(Ok(self))
    }

    fn assemble(
        Taken { db, tally, unread }: Taken,
        folders: &Folders,
        folder: &Path,
        options: Options,
    ) -> Result<Self, StateError> {
        let path = folder.join("db");
        let file =
            File::options().read(true).write(true).open(&path).map_err(StateError::file("open", &path))?;
        Ok(Self {
            db: Some(db),
            unread,
            memtable: RwLock::default(),
            lately: Lately::new(options.kept_bytes),
            reached: Reached::open(folder)?,
            failed: AtomicBool::new(false),
            settling: AtomicBool::new(false),
            file,
            folder: folder.to_path_buf(),
            folders: folders.clone(),
            options,
            ledger: Mutex::new(Ledger::new(tally, Steps::open(folder)?)),
            synced_blobs: Mutex::new(BTreeSet::new()),
            condemned: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            running: Mutex::new(Vec::new()),
        })
    }
}

/// What an existing folder holds.
struct Taken {
    db: sled::Db,
    tally: Tally,
    unread: bool,
}

fn open_existing(folder: &Path, options: &Options) -> Result<Result<Taken, Damage>, StateError> {
    if folder.join(FAILED).exists() {
        return Ok(Err(Damage::Failed));
    }
    remove_half_snapshots(folder)?;
    let clean = clean::is_clean(folder).unwrap_or_else(|error| {
        tracing::warn!(%error, "state.mark_unreadable");
        false
    });
    clean::unmark(folder)?;
    let opened = watched(folder, options, if clean { Check::Heads } else { Check::AllRows })?;
    Ok(opened.map(|(db, tally)| Taken { db, tally, unread: clean }))
}

/// A kill during recovery leaves these, and sled takes them for snapshots.
fn remove_half_snapshots(folder: &Path) -> Result<(), StateError> {
    for name in file_names(folder)? {
        if name.starts_with("snap.") && name.ends_with(".generating") {
            remove_file(&folder.join(name))?;
        }
    }
    Ok(())
}

/// The folder of a running server is not damaged, only taken.
fn refuse_if_locked(folder: &Path) -> Result<(), StateError> {
    let Ok(file) = File::options().read(true).write(true).open(folder.join("db")) else { return Ok(()) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StateError::InUse { path: folder.to_path_buf() }),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Opens and checks on a thread of its own, which is left behind when it does not end in time.
fn watched(folder: &Path, options: &Options, check: Check) -> Result<Result<Whole, Damage>, StateError> {
    let limit = limit(folder, options);
    let (opened, wait) = mpsc::sync_channel(0);
    let (path, own) = (folder.to_path_buf(), options.clone());
    thread::Builder::new()
        .name("state-open".to_owned())
        .spawn(move || {
            // Nobody waits any more once the limit has passed.
            opened.send(open_and_check(&path, &own, check)).ok();
        })
        .map_err(StateError::file("start a thread to open", folder))?;
    match wait.recv_timeout(limit) {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(error)) => damage_or_error(error).map(Err),
        Err(mpsc::RecvTimeoutError::Timeout) => Ok(Err(Damage::Hung(limit))),
        Err(mpsc::RecvTimeoutError::Disconnected) => Ok(Err(Damage::Panicked("the thread died".to_owned()))),
    }
}

fn limit(folder: &Path, options: &Options) -> Duration {
    let bytes = folder.join("db").metadata().map_or(0, |file| file.len());
    let steps = u32::try_from(bytes.div_ceil(MB_100)).unwrap_or(u32::MAX);
    options.open_limit.saturating_add(options.open_limit_per_100_mb.saturating_mul(steps))
}

/// What sled says about a damaged folder is damage; what the machine lacks is an error.
fn damage_or_error(error: StateError) -> Result<Damage, StateError> {
    match error {
        StateError::Sled { source: sled::Error::Io(ref io), .. } if is_of_the_machine(io.kind()) => {
            Err(error)
        }
        StateError::Sled { source, .. } => Ok(Damage::Refused(source.to_string())),
        StateError::Panicked { message, .. } => Ok(Damage::Panicked(message)),
        StateError::NotRows { .. } => Ok(Damage::Differs),
        StateError::File { .. } | StateError::InUse { .. } => Err(error),
        StateError::NotFresh { .. } | StateError::Stopped => Err(error),
    }
}

fn is_of_the_machine(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::OutOfMemory
    )
}
