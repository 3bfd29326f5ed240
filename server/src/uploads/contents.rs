//! Which contents may go: those that no event names, no upload has and nobody is about to name. It asks the
//! same of a file, its thumbnail and its clean copy, and never what they are.

use futures_util::TryStreamExt as _;
use parloir_desk::entity::FileFacts;
use parloir_protocol::ids::{AttachmentId, WorkspaceId};
use uuid::Uuid;

use super::Uploads;
use crate::blobs::{BlobDigest, BlobError};
use crate::stored::{self, Fate};

/// Whether a file that an event of the workspace names needs these bytes.
pub type IsUsed = Box<dyn Fn(WorkspaceId, &[u8; 32]) -> bool + Send + Sync>;

/// Sorts before every upload of a workspace.
const FIRST: AttachmentId = AttachmentId(Uuid::nil());

impl Uploads {
    /// Who knows which contents events name; said once. Until then all of them do.
    pub fn set_used(&self, is_used: IsUsed) {
        let first = self.is_used.set(is_used);
        assert!(first.is_ok(), "it is said once who knows of used contents");
    }

    /// Deletes a content that nobody needs.
    ///
    /// # Errors
    /// [`BlobError::Store`]; then it may still be there.
    pub async fn delete_if_unused(
        &self,
        workspace: WorkspaceId,
        digest: BlobDigest,
    ) -> Result<Fate, BlobError> {
        self.intake.delete_unless(workspace, digest, || self.is_needed(workspace, digest)).await
    }

    /// The same for everything that belongs to a file. What cannot be deleted is left for the sweep.
    pub async fn delete_unused_of(&self, workspace: WorkspaceId, facts: &FileFacts) {
        for digest in stored::contents(facts) {
            if let Err(error) = self.delete_if_unused(workspace, digest).await {
                tracing::warn!(%error, "uploads.content_left_behind");
            }
        }
    }

    /// Deletes all contents of a workspace that nobody needs; how many that were.
    ///
    /// # Errors
    /// [`BlobError::Store`]: the store cannot be listed or does not delete.
    pub async fn sweep_contents(&self, workspace: WorkspaceId) -> Result<usize, BlobError> {
        let mut listed = self.intake.blobs.list(workspace);
        let mut deleted = 0;
        while let Some(digest) = listed.try_next().await? {
            if self.delete_if_unused(workspace, digest).await? == Fate::Deleted {
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// In this order: an upload that was claimed is in the state before it is no longer known here.
    fn is_needed(&self, workspace: WorkspaceId, digest: BlobDigest) -> bool {
        self.has(workspace, digest) || self.is_used(workspace, digest)
    }

    fn has(&self, workspace: WorkspaceId, digest: BlobDigest) -> bool {
        let known = self.known();
        let ours = known.range((workspace, FIRST)..).take_while(|((of, _), _)| *of == workspace);
        ours.filter_map(|(_, upload)| upload.facts())
            .any(|facts| stored::contents(facts).any(|one| one == digest))
    }

    fn is_used(&self, workspace: WorkspaceId, digest: BlobDigest) -> bool {
        self.is_used.get().is_none_or(|is_used| is_used(workspace, &digest.0))
    }
}
