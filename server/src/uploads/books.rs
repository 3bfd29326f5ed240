//! Address books on their way in: they are text, stay where they arrived, and are taken from there once, by the import.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use parloir_protocol::ids::{AgentId, AttachmentId, WorkspaceId};
use tokio::sync::OwnedMutexGuard;

use super::spool::Spool;
use super::{Purpose, Upload, UploadError, Uploads, blocking};
use crate::media::Refused;
use crate::private_file;

/// Refuses bytes that no address book has: they are of a program, a picture or a workbook.
pub(super) fn check_text(piece: &[u8]) -> Result<(), UploadError> {
    if piece.contains(&0) {
        return Err(Refused::Unsupported {
            found: "no text: save it as CSV in UTF-8, or as vCard".to_owned(),
        }
        .into());
    }
    Ok(())
}

impl Uploads {
    /// Makes what arrived durable where it is.
    pub(super) async fn keep_book(
        &self,
        upload: &Arc<Upload>,
        mut spool: OwnedMutexGuard<Spool>,
    ) -> Result<(), UploadError> {
        let upload = Arc::clone(upload);
        blocking(move || {
            // A write that failed may have left something behind the end.
            spool.digest()?;
            spool.sync()?;
            upload.note_synced(spool.synced())
        })
        .await?;
        Ok(())
    }

    /// The whole address book of an agent, to be read.
    ///
    /// # Errors
    /// [`UploadError::NotFound`], [`UploadError::Incomplete`].
    pub fn book(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        id: AttachmentId,
    ) -> Result<Arc<Upload>, UploadError> {
        let upload = self.of_agent(workspace, agent, id)?;
        if upload.purpose() != Purpose::Import {
            return Err(UploadError::NotFound);
        }
        upload.touch(self.clock.now());
        if upload.is_whole() { Ok(upload) } else { Err(upload.incomplete()) }
    }

    /// Gives up all address books of a workspace that nobody imported yet.
    pub async fn give_up_books(&self, workspace: WorkspaceId) {
        let known = self.known().clone();
        let of_workspace =
            known.into_iter().filter(|((of, _), _)| *of == workspace).map(|(_, upload)| upload);
        let books = of_workspace.filter(|upload| upload.purpose() == Purpose::Import);
        for book in books {
            self.give_up(&book).await;
        }
    }

    /// Copies an address book to `to`, on stable storage; the upload is there until it is given up.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn copy_book(&self, upload: &Upload, to: &Path) -> io::Result<()> {
        let mut from = File::open(upload.spool_path())?.take(upload.bytes());
        let mut options = File::options();
        let mut file = options.write(true).create(true).truncate(true).mode(private_file::MODE).open(to)?;
        io::copy(&mut from, &mut file)?;
        file.sync_all()
    }
}

impl Upload {
    /// The bytes of an address book from the first one on.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open_book(&self) -> io::Result<impl io::Read> {
        Ok(File::open(self.spool_path())?.take(self.bytes()))
    }
}
