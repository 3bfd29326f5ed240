//! The log on disk: all workspaces share one run of segment files, written by one committer: on the log's thread, or on
//! that of whoever appends alone. It owns the folder; nothing is taken back and nothing is deleted but what an erasure
//! names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use tokio::sync::{Semaphore, oneshot, watch};

use super::{AppendError, EraseError, Erased, Log, Position, RECORD_BYTES_MAX, ReadError, Record, SubjectId};
use alone::{Alone, runtime_with_others};
use committer::{Append, Committer, Request};
#[cfg(test)]
pub(crate) use files::faults;
pub use files::{DiskFiles, Files, StoredFile};
use folder::Folder;
use index::Index;
pub use limits::SegmentLimits;
pub use open::{Hole, OpenError, OpenReport, TornTail};
pub use repair::Repaired;
use thread::Thread;

use crate::locks::{locked, read_locked};

mod alone;
mod batch;
mod committer;
mod damage;
mod erase;
mod files;
mod folder;
mod gather;
mod index;
mod limits;
mod open;
mod read;
mod repair;
mod scan;
#[cfg(test)]
mod tests;
mod thread;

const KIB: usize = 1024;

/// A log's folder that no other process can open, before anything of it is read.
pub struct LockedLog {
    folder: Folder,
    lock: Box<dyn Send + Sync>,
}

impl LockedLog {
    /// Takes the log in `dir`, and makes the folder when there is none.
    pub fn lock(dir: &Path, files: Arc<dyn Files>) -> Result<Self, OpenError> {
        let folder = Folder { dir: PathBuf::from(dir), files };
        let lock = open::lock(&folder)?;
        Ok(Self { folder, lock })
    }

    /// Opens it, as [`SegmentLog::open`].
    pub fn open(self, limits: SegmentLimits) -> Result<(SegmentLog, OpenReport), OpenError> {
        SegmentLog::over(self, limits)
    }
}

/// A log in a folder.
pub struct SegmentLog {
    folder: Folder,
    limits: SegmentLimits,
    index: Arc<RwLock<Index>>,
    waiting: Arc<Semaphore>,
    erasing: Mutex<()>,
    failed: watch::Receiver<bool>,
    requests: Option<SyncSender<Request>>,
    committer: Arc<Mutex<Committer>>,
    alone: Arc<Alone>,
    thread: Option<JoinHandle<()>>,
    _lock: Box<dyn Send + Sync>,
}

impl SegmentLog {
    /// Opens the log in `dir`, makes it when there is none, and drops a torn tail. Reads every byte.
    pub fn open(
        dir: &Path,
        files: Arc<dyn Files>,
        limits: SegmentLimits,
    ) -> Result<(Self, OpenReport), OpenError> {
        LockedLog::lock(dir, files)?.open(limits)
    }

    fn over(
        LockedLog { folder, lock }: LockedLog,
        limits: SegmentLimits,
    ) -> Result<(Self, OpenReport), OpenError> {
        let (index, report) = open::open(&folder, &limits)?;
        let index = Arc::new(RwLock::new(index));
        let (failing, failed) = watch::channel(false);
        let (requests, received) = sync_channel(limits.waiting_kib as usize + 2);
        let committer = Committer::new(folder.clone(), limits, index.clone(), failing, report.batches_end);
        let (committer, alone) = (Arc::new(Mutex::new(committer)), Arc::new(Alone::default()));
        let thread =
            Thread { committer: Arc::clone(&committer), alone: Arc::clone(&alone), requests: received };
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || thread.run());
        let log = Self {
            folder,
            limits,
            index,
            waiting: Arc::new(Semaphore::new(limits.waiting_kib as usize)),
            erasing: Mutex::new(()),
            failed,
            requests: Some(requests),
            committer,
            alone,
            thread: Some(thread.map_err(OpenError::Io)?),
            _lock: lock,
        };
        Ok((log, report))
    }

    /// Makes a damaged log writable again: every damaged workspace ends with its last good record, and
    /// what came after stands in files set aside. The caller starts a new epoch in each of them.
    pub fn repair(dir: &Path, files: Arc<dyn Files>, limits: SegmentLimits) -> Result<Repaired, OpenError> {
        let folder = Folder { dir: PathBuf::from(dir), files };
        let _lock = open::lock(&folder)?;
        repair::repair(&folder, &limits)
    }

    /// Waits until writing has failed. Nothing is appended from then on: the process should end, and
    /// the log be opened anew.
    pub async fn failed(&self) {
        let mut failed = self.failed.clone();
        // An error would mean that nobody is left who could tell of one, which is a failure too.
        let _gone = failed.wait_for(|failed| *failed).await.is_err();
    }

    async fn append_encoded(
        &self,
        expect: Position,
        record: Record,
        is_alone: bool,
    ) -> Result<Position, AppendError> {
        let (workspace, position, bytes) = (record.workspace, record.position(), record.encode());
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(AppendError::TooLarge { bytes: bytes.len(), max: RECORD_BYTES_MAX });
        }
        let kib =
            u32::try_from(bytes.len().div_ceil(KIB)).map_or(u32::MAX, |kib| kib.min(self.limits.waiting_kib));
        let is_alone = is_alone && self.waiting.available_permits() == self.limits.waiting_kib as usize;
        let waited = self.waiting.clone().acquire_many_owned(kib).await;
        let place = waited.map_err(|_| AppendError::Unavailable)?;
        let (answer, answered) = oneshot::channel();
        let append = Append { workspace, expect, position, bytes, answer, place };
        let handed_over = if is_alone { self.write_alone(append) } else { Some(append) };
        if let Some(append) = handed_over {
            self.request(Request::Append(append)).map_err(|()| AppendError::Unavailable)?;
        }
        answered.await.unwrap_or(Err(AppendError::Unknown))
    }

    /// Makes a record durable on this thread, where that is soon done; otherwise it is given back.
    fn write_alone(&self, append: Append) -> Option<Append> {
        let Some(runtime) = runtime_with_others() else { return Some(append) };
        let Ok(mut committer) = self.committer.try_lock() else { return Some(append) };
        if !committer.is_quick_for(append.bytes.len()) {
            return Some(append);
        }
        let _writing = self.alone.begin(|| {
            // A log without a thread is about to fail whoever comes next.
            let _unwatched = self.request(Request::Watch(runtime)).is_err();
        });
        committer.commit(vec![append]);
        None
    }

    /// Hands a request to the log's thread. There is room: every append holds a place, and two more are left for the
    /// only erasure and the only watch.
    fn request(&self, request: Request) -> Result<(), ()> {
        self.requests.as_ref().ok_or(())?.try_send(request).map_err(|_| ())
    }
}

impl Log for SegmentLog {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        assert!(record.follows(expect), "the record of {} does not follow {expect:?}", record.workspace);
        self.append_encoded(expect, record, false).boxed()
    }

    fn append_alone(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        assert!(record.follows(expect), "the record of {} does not follow {expect:?}", record.workspace);
        self.append_encoded(expect, record, true).boxed()
    }

    fn read(&self, workspace: WorkspaceId, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
        read::read(&self.index, self.limits.mark_bytes, workspace, after, max_bytes)
    }

    fn tail(&self, workspace: WorkspaceId) -> Position {
        read_locked(&self.index).tail(workspace)
    }

    fn workspaces(&self) -> Vec<WorkspaceId> {
        read_locked(&self.index).runs.keys().copied().collect()
    }

    fn erase(&self, workspace: WorkspaceId, subjects: &BTreeSet<SubjectId>) -> Result<Erased, EraseError> {
        let _only = locked(&self.erasing);
        self.erase_alone(workspace, subjects)
    }
}

impl Drop for SegmentLog {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was already told to everyone who waited.
            let _panicked = thread.join().is_err();
        }
    }
}
