//! What is written beside a spool, so that an upload outlives the server: a small JSON document, replaced as a
//! whole. After a power cut it may say less than there is, never more.

use std::fs;
use std::io;
use std::path::Path;

use parloir_desk::entity::FileFacts;
use parloir_protocol::ids::{AgentId, AttachmentId, WorkspaceId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::{Announced, Purpose, Upload, tidied};

/// What the documents of this version are read as.
const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) version: u32,
    pub(super) attachment_id: AttachmentId,
    pub(super) workspace: WorkspaceId,
    pub(super) agent: AgentId,
    pub(super) name: String,
    pub(super) bytes: u64,
    #[serde(default)]
    pub(super) purpose: Purpose,
    pub(super) created_at: Time,
    /// So much of the spool is on stable storage.
    pub(super) synced: u64,
    /// Of a file that was let through and is in the store, or about to be.
    pub(super) facts: Option<FileFacts>,
}

impl Record {
    pub(super) fn new(attachment_id: AttachmentId, announced: &Announced, now: Time) -> Self {
        Self {
            version: VERSION,
            attachment_id,
            workspace: announced.workspace,
            agent: announced.agent,
            name: tidied(&announced.name),
            bytes: announced.bytes,
            purpose: announced.purpose,
            created_at: now,
            synced: 0,
            facts: None,
        }
    }

    /// Puts it at `path` in one step.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("tmp");
        fs::write(&beside, serde_json::to_vec(self)?)?;
        fs::rename(&beside, path)
    }

    /// Puts it at `path` in one step, on stable storage.
    pub(super) fn write_durably(&self, path: &Path) -> io::Result<()> {
        crate::private_file::write(path, &serde_json::to_vec(self)?)
    }
}

/// The uploads that an earlier run left in `folder`. What belongs to none of them is removed.
pub(super) fn found(folder: &Path, now: Time) -> io::Result<Vec<Upload>> {
    let mut uploads = Vec::new();
    for workspace in fs::read_dir(folder)? {
        let workspace = workspace?.path();
        if !workspace.is_dir() {
            continue;
        }
        let mut kept = Vec::new();
        for path in files(&workspace, "json")? {
            if let Some(upload) = read(folder, &path, now)? {
                kept.push(upload.spool_path().to_owned());
                uploads.push(upload);
            } else {
                fs::remove_file(&path)?;
            }
        }
        let strays = files(&workspace, "part")?.into_iter().chain(files(&workspace, "tmp")?);
        for path in strays.filter(|path| !kept.contains(path)) {
            fs::remove_file(path)?;
        }
    }
    Ok(uploads)
}

fn files(folder: &Path, extension: &str) -> io::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ends| ends == extension) {
            found.push(path);
        }
    }
    Ok(found)
}

/// The upload that is written down at `path`; nothing when that cannot be read, or its spool is gone.
fn read(folder: &Path, path: &Path, now: Time) -> io::Result<Option<Upload>> {
    let record: Result<Record, _> = serde_json::from_slice(&fs::read(path)?);
    let record = record.ok().filter(|record| record.version == VERSION);
    match record {
        Some(record) => Upload::found(folder, record, now),
        None => {
            tracing::warn!(path = %path.display(), "uploads.unreadable");
            Ok(None)
        }
    }
}
