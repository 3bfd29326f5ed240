//! Getting bytes into a store: small ones at once, larger ones in parts, so that a bounded piece of them is in
//! memory. A part that fails gives the whole up.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use bytes::Bytes;
use object_store::path::Path as Location;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _};

use super::BlobError;

/// The smallest part that S3-compatible stores take, but for the last one.
const PART_BYTES: usize = 5 << 20;

/// Makes the content of the file at `path` durable.
pub(super) async fn sync(path: &Path) -> io::Result<()> {
    let path = path.to_owned();
    let synced = tokio::task::spawn_blocking(move || File::open(path)?.sync_all()).await;
    synced.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Puts bytes at `to`.
pub(super) async fn bytes(store: &dyn ObjectStore, to: &Location, mut bytes: Bytes) -> Result<(), BlobError> {
    if bytes.len() <= PART_BYTES {
        return store.put(to, bytes.into()).await.map(drop).map_err(BlobError::Store);
    }
    let mut upload = store.put_multipart(to).await.map_err(BlobError::Store)?;
    while !bytes.is_empty() {
        let part = bytes.split_to(bytes.len().min(PART_BYTES));
        put_part(&mut *upload, part).await?;
    }
    upload.complete().await.map(drop).map_err(BlobError::Store)
}

/// Copies the file at `path` to `to`.
pub(super) async fn copy(store: &dyn ObjectStore, to: &Location, path: &Path) -> Result<(), BlobError> {
    let mut file = File::open(path).map_err(BlobError::File)?;
    let first;
    (first, file) = part_of(file).await?;
    if first.len() < PART_BYTES {
        return bytes(store, to, first).await;
    }
    let mut upload = store.put_multipart(to).await.map_err(BlobError::Store)?;
    let mut part = first;
    while !part.is_empty() {
        put_part(&mut *upload, part).await?;
        (part, file) = part_of(file).await?;
    }
    upload.complete().await.map(drop).map_err(BlobError::Store)
}

async fn put_part(upload: &mut dyn MultipartUpload, part: Bytes) -> Result<(), BlobError> {
    match upload.put_part(part.into()).await {
        Ok(()) => Ok(()),
        Err(error) => {
            if let Err(left) = upload.abort().await {
                tracing::warn!(error = %left, "blobs.part_left_behind");
            }
            Err(BlobError::Store(error))
        }
    }
}

/// The next part; an empty one at the end.
async fn part_of(file: File) -> Result<(Bytes, File), BlobError> {
    let read = tokio::task::spawn_blocking(move || {
        let mut part = Vec::new();
        (&file).take(PART_BYTES as u64).read_to_end(&mut part)?;
        Ok((Bytes::from(part), file))
    });
    read.await.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(BlobError::File)
}
