//! One upload: who it is of, how far it is, and whose turn it is to write. It decides nothing about files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use parloir_desk::entity::FileFacts;
use parloir_protocol::ids::{AgentId, AttachmentId, WorkspaceId};
use parloir_protocol::time::Time;
use tokio::sync::{Mutex, watch};

use super::record::Record;
use super::spool::Spool;
use super::{Progress, Purpose, UploadError};
use crate::blobs::BlobDigest;
use crate::stored::Waiting;

/// One upload.
#[derive(Debug)]
pub struct Upload {
    record: Record,
    record_path: PathBuf,
    spool_path: PathBuf,
    offset: AtomicU64,
    spool: Arc<Mutex<Spool>>,
    /// Counted up by whoever wants to write, so that whoever does lets go.
    turns: watch::Sender<u64>,
    facts: OnceLock<FileFacts>,
    is_over: AtomicBool,
    /// When somebody last did something with it.
    touched: AtomicI64,
}

impl Upload {
    /// One that begins.
    pub(super) fn fresh(folder: &Path, record: Record) -> Self {
        let now = record.created_at;
        Self::at(folder, record, now, 0)
    }

    /// One that an earlier run left; nothing when neither its spool nor its content is there.
    pub(super) fn found(folder: &Path, mut record: Record, now: Time) -> io::Result<Option<Self>> {
        let spool = spool_path(folder, &record);
        let facts = record.facts.take();
        match (fs::metadata(&spool), facts) {
            // The content had not moved yet: it is looked into again.
            (Ok(metadata), _) => {
                let offset = record.synced.min(metadata.len());
                fs::OpenOptions::new().write(true).open(&spool)?.set_len(offset)?;
                Ok(Some(Self::at(folder, record, now, offset)))
            }
            (Err(_), Some(facts)) => {
                let upload = Self::at(folder, record, now, facts.bytes);
                upload.set_facts(facts);
                Ok(Some(upload))
            }
            (Err(_), None) => Ok(None),
        }
    }

    fn at(folder: &Path, record: Record, now: Time, offset: u64) -> Self {
        let spool_path = spool_path(folder, &record);
        Self {
            record_path: spool_path.with_extension("json"),
            offset: AtomicU64::new(offset),
            spool: Arc::new(Mutex::new(Spool::new(spool_path.clone(), offset, record.purpose))),
            spool_path,
            turns: watch::Sender::new(0),
            facts: OnceLock::new(),
            is_over: AtomicBool::new(false),
            touched: AtomicI64::new(now.0),
            record,
        }
    }

    /// Makes the empty spool and what is written beside it.
    pub(super) fn make(&self) -> io::Result<()> {
        if let Some(folder) = self.spool_path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::File::create(&self.spool_path)?;
        self.record.write(&self.record_path)
    }

    /// Removes both.
    pub(super) fn remove(&self) -> io::Result<()> {
        for path in [&self.record_path, &self.spool_path] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    pub(super) fn key(&self) -> (WorkspaceId, AttachmentId) {
        (self.record.workspace, self.record.attachment_id)
    }

    /// Whose it is.
    pub fn agent(&self) -> AgentId {
        self.record.agent
    }

    /// As they call the file.
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// What it is sent for.
    pub(super) fn purpose(&self) -> Purpose {
        self.record.purpose
    }

    /// How many were announced.
    pub fn bytes(&self) -> u64 {
        self.record.bytes
    }

    /// How many are here.
    pub fn offset(&self) -> u64 {
        self.offset.load(Ordering::Acquire)
    }

    /// What is known of the file once it is stored.
    pub fn facts(&self) -> Option<&FileFacts> {
        self.facts.get()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let (_, attachment_id) = self.key();
        let facts = self.facts().cloned();
        Progress { attachment_id, offset: self.offset(), bytes: self.bytes(), facts }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.offset() == self.bytes()
    }

    pub(super) fn incomplete(&self) -> UploadError {
        UploadError::Incomplete { offset: self.offset(), bytes: self.bytes() }
    }

    pub(super) fn spool(&self) -> &Arc<Mutex<Spool>> {
        &self.spool
    }

    pub(super) fn spool_path(&self) -> &Path {
        &self.spool_path
    }

    /// Whether something may be written at `at`.
    pub(super) fn check(&self, at: u64) -> Result<(), UploadError> {
        if self.is_over.load(Ordering::Acquire) {
            return Err(UploadError::NotFound);
        }
        let offset = self.offset();
        if at == offset { Ok(()) } else { Err(UploadError::Offset { offset }) }
    }

    /// Whoever writes is asked to let go; what is given back changes when somebody else asks the same.
    pub(super) fn take_turn(&self) -> watch::Receiver<u64> {
        self.turns.send_modify(|turn| *turn += 1);
        self.turns.subscribe()
    }

    /// Nothing is written any more.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Release);
        self.turns.send_modify(|turn| *turn += 1);
    }

    pub(super) fn set_offset(&self, offset: u64) {
        self.offset.store(offset, Ordering::Release);
    }

    pub(super) fn set_facts(&self, facts: FileFacts) {
        self.facts.get_or_init(|| facts);
    }

    pub(super) fn touch(&self, now: Time) {
        self.touched.store(now.0, Ordering::Relaxed);
    }

    /// Milliseconds since somebody did something with it.
    pub(super) fn idle_ms(&self, now: Time) -> i64 {
        now.0.saturating_sub(self.touched.load(Ordering::Relaxed))
    }

    /// Writes down how much is on stable storage.
    pub(super) fn note_synced(&self, synced: u64) -> io::Result<()> {
        Record { synced, ..self.record.clone() }.write(&self.record_path)
    }

    /// Writes down what the file will be in the store, on stable storage.
    pub(super) fn note_facts(&self, facts: FileFacts) -> io::Result<()> {
        let record = Record { synced: self.offset(), facts: Some(facts), ..self.record.clone() };
        record.write_durably(&self.record_path)
    }

    /// What the store needs to know; the digest is not known yet.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        Waiting {
            workspace: self.record.workspace,
            attachment_id: self.record.attachment_id,
            name: &self.record.name,
            bytes: self.record.bytes,
            digest: BlobDigest([0; 32]),
            path: &self.spool_path,
        }
    }
}

fn spool_path(folder: &Path, record: &Record) -> PathBuf {
    folder.join(record.workspace.to_string()).join(format!("{}.part", record.attachment_id))
}
