//! Files on their way in from agents: each a spool that grows by offset, outlives lost connections and restarts,
//! and becomes a stored file once it is whole and let through. It holds a small piece of each in memory, never a
//! file. Whoever may not have an upload does not learn that there is one.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use bytes::Bytes;
use futures_util::Stream;
use parloir_desk::entity::FileFacts;
use parloir_protocol::ids::{AgentId, AttachmentId, WorkspaceId};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedMutexGuard, Semaphore};
use uuid::Uuid;

use crate::clock::Clock;
use crate::locks::locked;
use crate::stored::{Hold, Intake, Waiting};

pub use contents::IsUsed;
pub use limits::Limits;
pub use name::tidied;
pub use refusal::UploadError;
pub use space::Space;
use spool::Spool;
pub use upload::Upload;

mod arriving;
mod books;
mod contents;
mod limits;
mod name;
mod quota;
mod record;
mod refusal;
mod space;
mod spool;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;

/// The folder of the spools under the data folder.
const FOLDER: &str = "uploads";
/// Where files are written that are fetched.
const SCRATCH: &str = "fetching";
/// Pieces written at once: disks do not get faster with more.
const WRITES_AT_ONCE: usize = 8;

/// What an agent announces.
#[derive(Debug, Clone)]
pub struct Announced {
    pub workspace: WorkspaceId,
    pub agent: AgentId,
    /// In any form; only ever shown.
    pub name: String,
    pub bytes: u64,
    pub purpose: Purpose,
}

/// What a file is sent for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To go with a message: it comes into the store.
    #[default]
    Message,
    /// An address book: its bytes stay where they arrived until they are imported.
    Import,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub attachment_id: AttachmentId,
    pub offset: u64,
    pub bytes: u64,
    /// Once it is whole and let through.
    pub facts: Option<FileFacts>,
}

/// All uploads of a server.
pub struct Uploads {
    folder: PathBuf,
    scratch: PathBuf,
    limits: Limits,
    space: Space,
    intake: Arc<Intake>,
    clock: Clock,
    known: Mutex<BTreeMap<(WorkspaceId, AttachmentId), Arc<Upload>>>,
    /// Places for bodies that arrive.
    bodies: Semaphore,
    writes: Arc<Semaphore>,
    is_used: OnceLock<IsUsed>,
}

impl Uploads {
    /// Opens the spools in `data_dir` and takes up what an earlier run of the server left there. It blocks.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(
        data_dir: &Path,
        limits: Limits,
        reserve_bytes: u64,
        intake: Arc<Intake>,
        clock: Clock,
    ) -> io::Result<Self> {
        let folder = data_dir.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        let scratch = emptied(data_dir.join(SCRATCH))?;
        let known = record::found(&folder, clock.now())?;
        let known = known.into_iter().map(|upload| (upload.key(), Arc::new(upload))).collect();
        Ok(Self {
            space: Space::on_disk(&folder, reserve_bytes),
            folder,
            scratch,
            bodies: Semaphore::new(limits.bodies),
            limits,
            intake,
            clock,
            known: Mutex::new(known),
            writes: Arc::new(Semaphore::new(WRITES_AT_ONCE)),
            is_used: OnceLock::new(),
        })
    }

    /// Where a file that is fetched may be written until it is stored.
    pub fn scratch(&self, id: AttachmentId) -> PathBuf {
        self.scratch.join(id.to_string())
    }

    /// How much may be written.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Where files come into the store.
    pub fn intake(&self) -> &Arc<Intake> {
        &self.intake
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// [`UploadError`]: too large, empty, over a quota, no space.
    pub async fn begin(&self, announced: Announced) -> Result<Progress, UploadError> {
        quota::check_size(&self.limits, announced.bytes)?;
        self.space.check(announced.bytes)?;
        let id = AttachmentId(Uuid::now_v7());
        let record = record::Record::new(id, &announced, self.clock.now());
        let upload = Arc::new(Upload::fresh(&self.folder, record));
        {
            let mut known = self.known();
            quota::check(&self.limits, &known, &announced)?;
            known.insert(upload.key(), Arc::clone(&upload));
        }
        let made = Arc::clone(&upload);
        if let Err(error) = blocking(move || made.make()).await {
            self.known().remove(&upload.key());
            return Err(error.into());
        }
        Ok(upload.progress())
    }

    /// The upload of this id, when it is this agent's.
    ///
    /// # Errors
    /// [`UploadError::NotFound`].
    pub fn of_agent(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        id: AttachmentId,
    ) -> Result<Arc<Upload>, UploadError> {
        let found = self.known().get(&(workspace, id)).cloned();
        found.filter(|upload| upload.agent() == agent).ok_or(UploadError::NotFound)
    }

    /// What is known of a whole upload, for a command that will name it: it is not swept for a while.
    ///
    /// # Errors
    /// [`UploadError::NotFound`], [`UploadError::Incomplete`].
    pub fn finished(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        id: AttachmentId,
    ) -> Result<FileFacts, UploadError> {
        let upload = self.of_agent(workspace, agent, id)?;
        upload.touch(self.clock.now());
        upload.facts().cloned().ok_or_else(|| upload.incomplete())
    }

    /// The same for a command that names the file now: its contents stay for as long as the hold lives, also
    /// when the upload is swept meanwhile.
    ///
    /// # Errors
    /// Those of [`Uploads::finished`].
    pub fn held(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        id: AttachmentId,
    ) -> Result<(FileFacts, Hold), UploadError> {
        let facts = self.finished(workspace, agent, id)?;
        let hold = self.intake.hold(workspace, &facts);
        // Somebody may have given it up before it was held.
        let facts = self.finished(workspace, agent, id)?;
        Ok((facts, hold))
    }

    /// An event names the file: the upload is over, its content stays.
    pub async fn claimed(&self, workspace: WorkspaceId, id: AttachmentId) {
        let upload = self.known().remove(&(workspace, id));
        if let Some(upload) = upload {
            self.leave(&upload).await;
        }
    }

    /// Takes what arrives from `at` on, until the body ends, fails or stalls, or somebody goes on elsewhere.
    ///
    /// # Errors
    /// [`UploadError`]; but for refusals of the file, what arrived is kept and the upload goes on from there.
    pub async fn receive<E>(
        self: &Arc<Self>,
        upload: &Arc<Upload>,
        at: u64,
        body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Progress, UploadError> {
        let _place = self.bodies.try_acquire().map_err(|_| UploadError::Busy)?;
        let turn = upload.take_turn();
        let spool = Arc::clone(upload.spool()).lock_owned().await;
        upload.check(at)?;
        if upload.facts().is_some() {
            return Ok(upload.progress());
        }
        let (spool, ended) = self.take_in(upload, spool, turn, body).await;
        upload.touch(self.clock.now());
        match ended {
            Err(error) if error.is_refusal() => {
                drop(spool);
                self.forget(upload).await;
                Err(error)
            }
            Ok(()) if upload.is_whole() => self.finish(upload, spool).await,
            ended => ended.map(|()| upload.progress()),
        }
    }

    /// Gives an upload up; one that is whole leaves no content behind.
    pub async fn give_up(&self, upload: &Arc<Upload>) {
        upload.end();
        // Whoever writes lets go now.
        drop(Arc::clone(upload.spool()).lock_owned().await);
        self.forget(upload).await;
    }

    /// Goes on to the end also when nobody waits for it any more.
    async fn finish(
        self: &Arc<Self>,
        upload: &Arc<Upload>,
        spool: OwnedMutexGuard<Spool>,
    ) -> Result<Progress, UploadError> {
        let (uploads, upload) = (Arc::clone(self), Arc::clone(upload));
        let finished =
            tokio::spawn(async move { uploads.store(&upload, spool).await.map(|()| upload.progress()) });
        finished.await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
    }

    async fn store(
        &self,
        upload: &Arc<Upload>,
        mut spool: OwnedMutexGuard<Spool>,
    ) -> Result<(), UploadError> {
        if upload.purpose() == Purpose::Import {
            return self.keep_book(upload, spool).await;
        }
        let (digest, spool) = blocking(move || Ok((spool.digest()?, spool))).await?;
        let path = spool.path().to_owned();
        let waiting = Waiting { digest, path: &path, ..upload.waiting() };
        let stored = match self.intake.look(waiting).await {
            Ok(looked) => {
                let noted = Arc::clone(upload);
                let facts = looked.facts.clone();
                // Before the content moves, so that a crash leaves nothing that nobody knows.
                blocking(move || noted.note_facts(facts)).await?;
                self.intake.put(waiting, looked).await.map_err(UploadError::from)
            }
            Err(refused) => Err(UploadError::from(refused)),
        };
        drop(spool);
        match stored {
            Ok(stored) => {
                upload.set_facts(stored.facts);
                Ok(())
            }
            Err(error) => {
                if error.is_refusal() {
                    self.forget(upload).await;
                }
                Err(error)
            }
        }
    }

    /// Takes an upload off, with its spool and with contents that no other upload has and no event names.
    async fn forget(&self, upload: &Arc<Upload>) {
        upload.end();
        self.known().remove(&upload.key());
        self.leave(upload).await;
        if let Some(facts) = upload.facts() {
            self.delete_unused_of(upload.key().0, facts).await;
        }
    }

    async fn leave(&self, upload: &Arc<Upload>) {
        let left = Arc::clone(upload);
        if let Err(error) = blocking(move || left.remove()).await {
            tracing::warn!(%error, "uploads.spool_left_behind");
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<(WorkspaceId, AttachmentId), Arc<Upload>>> {
        locked(&self.known)
    }
}

/// The folder without what an earlier run left in it.
fn emptied(folder: PathBuf) -> io::Result<PathBuf> {
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// On a thread that may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
