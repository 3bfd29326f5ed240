//! The log on disk: all workspaces share one run of segment files, written by one committer. It owns the
//! folder; nothing is taken back and nothing is deleted but what an erasure names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::{self, JoinHandle};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use tokio::sync::{Semaphore, oneshot, watch};

use super::{AppendError, EraseError, Erased, Log, Position, RECORD_BYTES_MAX, ReadError, Record, SubjectId};
use committer::{Append, Committer, Request};
#[cfg(test)]
pub(crate) use files::faults;
pub use files::{DiskFiles, Files, StoredFile};
use folder::Folder;
use index::Index;
pub use limits::SegmentLimits;
pub use open::{Hole, OpenError, OpenReport, TornTail};
pub use repair::Repaired;

use crate::locks::{locked, read_locked};

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
    committer: Option<JoinHandle<()>>,
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
        let (requests, received) = sync_channel(limits.waiting_kib as usize + 1);
        let committer = Committer::new(folder.clone(), limits, index.clone(), failing, report.batches_end);
        let committer = thread::Builder::new().name("log".to_owned()).spawn(move || committer.run(&received));
        let log = Self {
            folder,
            limits,
            index,
            waiting: Arc::new(Semaphore::new(limits.waiting_kib as usize)),
            erasing: Mutex::new(()),
            failed,
            requests: Some(requests),
            committer: Some(committer.map_err(OpenError::Io)?),
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
        // An error means that the committer is gone, which is a failure too.
        let _gone = failed.wait_for(|failed| *failed).await.is_err();
    }

    async fn append_encoded(&self, expect: Position, record: Record) -> Result<Position, AppendError> {
        let (workspace, position, bytes) = (record.workspace, record.position(), record.encode());
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(AppendError::TooLarge { bytes: bytes.len(), max: RECORD_BYTES_MAX });
        }
        let kib =
            u32::try_from(bytes.len().div_ceil(KIB)).map_or(u32::MAX, |kib| kib.min(self.limits.waiting_kib));
        let waited = self.waiting.clone().acquire_many_owned(kib).await;
        let place = waited.map_err(|_| AppendError::Unavailable)?;
        let (answer, answered) = oneshot::channel();
        let append = Append { workspace, expect, position, bytes, answer, place };
        self.request(Request::Append(append)).map_err(|()| AppendError::Unavailable)?;
        answered.await.unwrap_or(Err(AppendError::Unknown))
    }

    /// Hands a request to the committer. There is room: every append holds a place, and one more is
    /// left for the only erasure.
    fn request(&self, request: Request) -> Result<(), ()> {
        self.requests.as_ref().ok_or(())?.try_send(request).map_err(|_| ())
    }
}

impl Log for SegmentLog {
    fn append(&self, expect: Position, record: Record) -> BoxFuture<'_, Result<Position, AppendError>> {
        assert!(record.follows(expect), "the record of {} does not follow {expect:?}", record.workspace);
        self.append_encoded(expect, record).boxed()
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
        if let Some(committer) = self.committer.take() {
            // A panic there was already told to everyone who waited.
            let _panicked = committer.join().is_err();
        }
    }
}
