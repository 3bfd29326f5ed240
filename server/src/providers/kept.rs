//! Files of one workspace, from the store of contents, for carriers that are handed their bytes.

use std::io;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use parloir_protocol::ids::WorkspaceId;

use super::{ByteStream, FileRef, Files, NoFile};
use crate::blobs::{BlobDigest, Blobs};

/// What a workspace keeps.
pub struct KeptFiles {
    blobs: Arc<Blobs>,
    workspace: WorkspaceId,
}

impl KeptFiles {
    pub fn new(blobs: &Arc<Blobs>, workspace: WorkspaceId) -> Self {
        Self { blobs: Arc::clone(blobs), workspace }
    }
}

impl Files for KeptFiles {
    fn open<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, Result<ByteStream, NoFile>> {
        async move {
            let pieces = self.blobs.read(self.workspace, BlobDigest(file.digest), 0..file.bytes).await;
            let pieces =
                pieces.map_err(|error| NoFile { name: file.name.clone(), reason: error.to_string() })?;
            Ok(pieces.map(|piece| piece.map_err(io::Error::other)).boxed())
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::TryStreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_carrier_reads_files_of_the_workspace_alone() {
        let [ours, theirs] = [1, 2].map(|byte| WorkspaceId::from_bytes([byte; 16]));
        let blobs = Arc::new(Blobs::in_memory());
        let digest = blobs.put_bytes(ours, Bytes::from_static(b"%PDF-1.4")).await.expect("it is kept");
        let file = FileRef {
            media_type: "application/pdf".to_owned(),
            name: "devis.pdf".to_owned(),
            bytes: 8,
            digest: digest.0,
            url: None,
        };
        let pieces = KeptFiles::new(&blobs, ours).open(&file).await.expect("it is there");
        let pieces: Vec<Bytes> = pieces.try_collect().await.expect("it can be read");
        assert_eq!(pieces.concat(), b"%PDF-1.4");
        let missing = KeptFiles::new(&blobs, theirs).open(&file).await.err().expect("it is not theirs");
        assert_eq!(missing.name, "devis.pdf");
    }
}
