//! The state: rows of all workspaces in blocks in one tree of sled, the newest of them still in memory, a projection that
//! the log can rebuild at any time. It decides nothing, and nothing is acknowledged because it is here.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

pub use failure::StateError;
pub use open::{Damage, Opened, OpenedHow};
pub use options::{CACHE_BYTES, Options};
pub use position::Applied;
pub use rebuild::{CatchUpError, Done, NotInLog, Source, catch_up, catch_up_all};
pub use swap::StateHandle;
pub use verify::{Progress, Verifier};

use failure::guard;
use folders::{Folders, file_names, sync_folder};
use lately::Lately;
use ledger::Ledger;
use memtable::Memtable;
use pace::Pace;
use reached::Reached;

use crate::locks::locked;

mod aside;
mod block;
mod check;
mod clean;
mod encoded;
mod failure;
mod flushed;
mod folders;
mod lately;
mod ledger;
mod memtable;
mod moment;
mod open;
mod options;
mod pace;
mod position;
mod reached;
mod read;
mod rebuild;
mod redo;
mod release;
mod set;
mod settle;
mod steps;
mod swap;
mod verify;
mod weave;

#[cfg(test)]
mod tests;

/// The largest value of a row; far above what the rules write, and sled slows down long before.
pub const VALUE_BYTES_MAX: usize = 100 * 1024;

/// An open state. All of its calls block.
pub struct State {
    /// Empty only while it is dropped.
    db: Option<sled::Db>,
    unread: bool,
    memtable: RwLock<Memtable>,
    lately: Lately,
    reached: Reached,
    /// Whoever wrote into it has failed: nothing further is.
    failed: AtomicBool,
    /// Somebody settles, or is about to.
    settling: AtomicBool,
    /// Our own handle on sled's file, since sled's flush does not survive a power cut.
    file: File,
    folder: PathBuf,
    folders: Folders,
    options: Options,
    ledger: Mutex<Ledger>,
    /// Blob files never change once written.
    synced_blobs: Mutex<BTreeSet<String>>,
    condemned: AtomicBool,
    /// Who waits for the ledger and is in a hurry.
    waiting: AtomicUsize,
    /// When each write and flush that runs now began.
    running: Mutex<Vec<Instant>>,
}

impl State {
    /// Makes everything applied so far durable. After an error nothing more is written or synced. A power cut while later
    /// rows are written may still leave a state that the next open sets aside.
    pub fn flush(&self) -> Result<(), StateError> {
        self.flush_at(Pace::AtOnce)
    }

    /// The same beside commands, which it leaves most of the machine.
    pub fn flush_giving_way(&self) -> Result<(), StateError> {
        self.flush_at(Pace::GivingWay)
    }

    fn flush_at(&self, pace: Pace) -> Result<(), StateError> {
        let writes = self.settle_at(pace)?;
        self.timed(|| self.sync(writes)).inspect_err(|_| self.failed.store(true, Ordering::Release))
    }

    /// Whether its rows were taken over as a clean stop left them, unread: a [`Verifier`] reads them beside service.
    pub fn is_unread(&self) -> bool {
        self.unread
    }

    /// How long the oldest write or flush that runs now has been running. sled can wait for itself for ever;
    /// the process then has to exit, which loses nothing that the log does not hold.
    pub fn busy_for(&self) -> Option<Duration> {
        locked(&self.running).iter().min().map(Instant::elapsed)
    }

    /// Notes that this folder failed while it served, so that the next open sets it aside. For when the
    /// process is about to end because of it.
    pub fn give_up(&self) {
        if let Err(error) = File::create(self.folder.join(open::FAILED)) {
            tracing::error!(%error, folder = %self.folder.display(), "state.not_given_up");
        }
    }

    /// Closes the state and marks its folder, so that the next open need not read all rows.
    pub fn close(mut self) -> Result<(), StateError> {
        self.flush()?;
        if self.release() {
            self.sync_file()?;
            clean::mark(&self.folder)?;
        }
        Ok(())
    }

    fn db(&self) -> &sled::Db {
        self.db.as_ref().expect("the database is open until it is dropped")
    }

    fn timed<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        locked(&self.running).push(began);
        let done = work();
        let mut running = locked(&self.running);
        if let Some(place) = running.iter().position(|other| *other == began) {
            running.swap_remove(place);
        }
        done
    }

    /// Makes so many steps durable, and what else sled has.
    fn sync(&self, writes: u64) -> Result<(), StateError> {
        guard("flush", || self.db().flush())?;
        self.sync_blobs()?;
        self.sync_file()?;
        flushed::note(&self.folder, writes)
    }

    fn sync_file(&self) -> Result<(), StateError> {
        self.file.sync_data().map_err(StateError::file("sync the rows in", &self.folder))
    }

    fn sync_blobs(&self) -> Result<(), StateError> {
        let blobs = self.folder.join("blobs");
        let mut synced = locked(&self.synced_blobs);
        let names: BTreeSet<String> = file_names(&blobs)?.into_iter().collect();
        if *synced == names {
            return Ok(());
        }
        for name in names.difference(&synced) {
            sync_blob(&blobs.join(name))?;
        }
        sync_folder(&blobs)?;
        *synced = names;
        Ok(())
    }

    /// Drops the database; whether all of its threads let go of it in time.
    fn release(&mut self) -> bool {
        let db = self.db.take();
        db.is_none_or(|db| release::release(db, &self.file, self.options.close_limit))
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let released = self.release();
        if !released {
            tracing::error!(folder = %self.folder.display(), "state.not_released");
        }
        if self.condemned.load(Ordering::Acquire)
            && let Err(error) = self.folders.delete(&self.folder)
        {
            tracing::error!(%error, "state.not_deleted");
        }
    }
}

/// A blob may go while its name is read.
fn sync_blob(path: &Path) -> Result<(), StateError> {
    match fs::File::open(path) {
        Ok(file) => file.sync_data().map_err(StateError::file("sync", path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StateError::file("sync", path)(error)),
    }
}
