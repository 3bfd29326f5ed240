//! The state: rows of all workspaces in one tree of sled, a projection that the log can rebuild at any time.
//! It decides nothing, and nothing is acknowledged because it is here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use parloir_desk::rows::{Changes, Row, Rows};
use parloir_protocol::ids::WorkspaceId;

pub use failure::StateError;
pub use open::{Damage, Opened, OpenedHow};
pub use options::Options;
pub use position::Applied;
pub use rebuild::{CatchUpError, Done, NotInLog, Source, catch_up, catch_up_all};
pub use swap::StateHandle;
pub use verify::{Progress, Verifier};

use failure::guard;
use folders::{Folders, file_names, sync_folder};
use ledger::{Ledger, rows_of};
use position::{TALLY_KEY, WORKSPACE_BYTES, is_of_the_rules, position_key};

mod check;
mod clean;
mod failure;
mod flushed;
mod folders;
mod ledger;
mod open;
mod options;
mod position;
mod rebuild;
mod release;
mod set;
mod swap;
mod verify;

#[cfg(test)]
mod tests;

/// The largest value of a row; far above what the rules write, and sled slows down long before.
pub const VALUE_BYTES_MAX: usize = 100 * 1024;

/// Bytes of rows in sled's buffers before a write waits for them. sled 0.34 writes each buffer on one of
/// seven threads that a truncation of its file also needs: a burst that takes all of them never ends.
const BUFFERED_BYTES_MAX: usize = 512 * 1024;

/// An open state. All of its calls block.
pub struct State {
    /// Empty only while it is dropped.
    db: Option<sled::Db>,
    /// Our own handle on sled's file, since sled's flush does not survive a power cut.
    file: File,
    folder: PathBuf,
    folders: Folders,
    options: Options,
    ledger: Mutex<Ledger>,
    /// Blob files never change once written.
    synced_blobs: Mutex<BTreeSet<String>>,
    condemned: AtomicBool,
    /// When each write and flush that runs now began.
    running: Mutex<Vec<Instant>>,
}

impl State {
    /// Writes the rows of a record or of a group of records and the positions after them: all or nothing.
    /// After an error every further call is refused.
    pub fn apply(&self, batch: &[(WorkspaceId, &Changes, Applied)]) -> Result<(), StateError> {
        let rows = rows_of(batch);
        let mut ledger = locked(&self.ledger);
        if ledger.failed {
            return Err(StateError::Stopped);
        }
        let written = self.timed(|| self.write(&mut ledger, &rows));
        ledger.failed = written.is_err();
        written
    }

    /// The newest event that the rows of `workspace` include.
    pub fn position(&self, workspace: WorkspaceId) -> Applied {
        let bytes = self.read("read a position", |db| db.get(position_key(workspace))).flatten();
        bytes
            .map_or(Applied::START, |bytes| Applied::decode(&bytes).expect("the row of a position holds one"))
    }

    /// Every workspace that has a position, in order.
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        let mut workspaces = Vec::new();
        let mut from = [0; WORKSPACE_BYTES];
        while let Some(id) = self.read("list workspaces", |db| first_workspace(db, from)).flatten() {
            workspaces.push(WorkspaceId::from_bytes(id));
            match u128::from_be_bytes(id).checked_add(1) {
                Some(next) => from = next.to_be_bytes(),
                None => break,
            }
        }
        workspaces
    }

    /// Makes everything applied so far durable. After an error nothing more is written or synced.
    pub fn flush(&self) -> Result<(), StateError> {
        if locked(&self.ledger).failed {
            return Err(StateError::Stopped);
        }
        self.timed(|| self.sync()).inspect_err(|_| locked(&self.ledger).failed = true)
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

    /// Closes the state and marks its folder, so that the next open needs no scan.
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

    fn write(&self, ledger: &mut Ledger, rows: &BTreeMap<&[u8], Option<Vec<u8>>>) -> Result<(), StateError> {
        let mut tally = ledger.tally;
        let mut batch = sled::Batch::default();
        let mut changed = Vec::new();
        for (key, new) in rows {
            let old = guard("read a row", || self.db().get(key))?;
            if old.as_deref() == new.as_deref() {
                continue;
            }
            tally.set.change(key, old.as_deref(), new.as_deref());
            match new {
                Some(value) => batch.insert(*key, value.as_slice()),
                None => batch.remove(*key),
            }
            ledger.buffered_bytes += key.len() + new.as_ref().map_or(0, Vec::len);
            changed.push((*key, old, new.as_deref()));
        }
        tally.writes += 1;
        batch.insert(TALLY_KEY, &tally.encode());
        guard("write rows", || self.db().apply_batch(batch))?;
        ledger.tally = tally;
        ledger.follow(&changed);
        if ledger.buffered_bytes > BUFFERED_BYTES_MAX {
            guard("empty its buffers", || self.db().flush())?;
            ledger.buffered_bytes = 0;
        }
        Ok(())
    }

    fn read<T>(&self, doing: &'static str, ask: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Option<T> {
        guard(doing, || ask(self.db())).inspect_err(|error| self.fail(error)).ok()
    }

    fn fail(&self, error: &StateError) {
        tracing::error!(%error, folder = %self.folder.display(), "state.unreadable");
        self.give_up();
        (self.options.on_failure)(&error.to_string());
    }

    fn sync(&self) -> Result<(), StateError> {
        let writes = locked(&self.ledger).tally.writes;
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

impl Rows for State {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.read("read a row", |db| db.get(key)).flatten().map(|value| value.to_vec())
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        if from >= to {
            return Vec::new();
        }
        self.read("read rows", |db| rows_between(db, from, to, limit)).unwrap_or_default()
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

fn rows_between(db: &sled::Db, from: &[u8], to: &[u8], limit: usize) -> sled::Result<Vec<Row>> {
    let rows = db.range(from..to).filter(|row| row.as_ref().map_or(true, |(key, _)| is_of_the_rules(key)));
    rows.take(limit).map(|row| row.map(|(key, value)| (key.to_vec(), value.to_vec()))).collect()
}

fn first_workspace(
    db: &sled::Db,
    from: [u8; WORKSPACE_BYTES],
) -> sled::Result<Option<[u8; WORKSPACE_BYTES]>> {
    let mut keys = db.range(from..).keys();
    let found = keys.find_map(|key| key.map(|key| key.first_chunk().copied()).transpose());
    found.transpose()
}

/// A blob may go while its name is read.
fn sync_blob(path: &Path) -> Result<(), StateError> {
    match fs::File::open(path) {
        Ok(file) => file.sync_data().map_err(StateError::file("sync", path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StateError::file("sync", path)(error)),
    }
}

/// The value under a lock; a panic elsewhere leaves it as it was.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
