//! Outbound files for providers, read from the store of one workspace.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;

use crate::blobs::{BlobDigest, Blobs};
use crate::providers::{ByteStream, FileRef, Files, NoFile};

/// The files of a workspace.
pub(super) struct StoredFiles {
    pub(super) blobs: Arc<Blobs>,
    pub(super) workspace: WorkspaceId,
}

impl Files for StoredFiles {
    fn open<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, Result<ByteStream, NoFile>> {
        Box::pin(async move {
            let pieces = self.blobs.read(self.workspace, BlobDigest(file.digest), 0..file.bytes).await;
            match pieces {
                Ok(pieces) => Ok(pieces.map(|piece| piece.map_err(std::io::Error::other)).boxed()),
                Err(error) => Err(NoFile { name: file.name.clone(), reason: error.to_string() }),
            }
        })
    }
}
