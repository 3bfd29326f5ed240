//! The contents of files, each under the digest of its bytes inside its workspace, in a local folder or in an
//! S3-compatible store. What `put_*` returned from is on stable storage, so that an event may name it. It knows
//! neither names nor kinds of files, and never whether somebody still needs one.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, future};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as Location;
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt as _};
use parloir_protocol::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use settings::Settings;

#[cfg(test)]
mod contract;
mod pieces;
mod settings;
mod written;

/// The folder under the data folder, or the first part of the name in a bucket.
const ROOM: &str = "blobs";

/// blake3 of a content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobDigest(pub [u8; 32]);

impl BlobDigest {
    /// Of bytes that are at hand.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Of a file, read piece by piece. It blocks.
    ///
    /// # Errors
    /// Those of reading.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }
}

impl fmt::Display for BlobDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&blake3::Hash::from_bytes(self.0).to_hex(), f)
    }
}

impl fmt::Debug for BlobDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a content was not kept or given.
#[derive(Debug, Error)]
pub enum BlobError {
    #[error("there is no content {0}")]
    Missing(BlobDigest),
    #[error("the store of contents cannot be used: {0}")]
    Store(#[source] object_store::Error),
    #[error("a file on its way into the store cannot be read: {0}")]
    File(#[source] io::Error),
}

/// A content, piece by piece.
pub type Pieces = BoxStream<'static, Result<Bytes, BlobError>>;

/// The store.
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The folder of the store on this machine, from below which a file is moved instead of copied.
    home: Option<PathBuf>,
    prefix: Location,
}

impl Blobs {
    /// Where `settings` say.
    ///
    /// # Errors
    /// [`BlobError::Store`]: the folder cannot be used, or the settings of the bucket are not whole.
    pub fn configured(settings: &Settings, data_dir: &Path) -> Result<Self, BlobError> {
        match settings {
            Settings::Folder => Self::in_folder(data_dir),
            Settings::S3(bucket) => Ok(Self {
                store: bucket.open().map_err(BlobError::Store)?,
                home: None,
                prefix: Location::from(bucket.prefix.as_str()),
            }),
        }
    }

    /// In the folder `blobs` of `data_dir`, which has to be there.
    ///
    /// # Errors
    /// [`BlobError::Store`]: the folder cannot be used.
    pub fn in_folder(data_dir: &Path) -> Result<Self, BlobError> {
        let home = data_dir.canonicalize().map_err(BlobError::File)?;
        let store = LocalFileSystem::new_with_prefix(&home).map_err(BlobError::Store)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), home: Some(home), prefix: Location::default() })
    }

    /// In memory, for tests.
    pub fn in_memory() -> Self {
        Self { store: Arc::new(InMemory::new()), home: None, prefix: Location::default() }
    }

    /// Takes the file at `path`, whose digest this is, and leaves nothing there. A content that is there
    /// already is kept.
    ///
    /// # Errors
    /// [`BlobError`]; then the file may still be where it was.
    pub async fn put_file(
        &self,
        workspace: WorkspaceId,
        digest: BlobDigest,
        path: &Path,
    ) -> Result<(), BlobError> {
        let to = self.location(workspace, digest);
        match self.below_home(path) {
            Some(from) => {
                written::sync(path).await.map_err(BlobError::File)?;
                self.store.rename(&from, &to).await.map_err(BlobError::Store)
            }
            None => {
                written::copy(&*self.store, &to, path).await?;
                tokio::fs::remove_file(path).await.map_err(BlobError::File)
            }
        }
    }

    /// Keeps bytes that are at hand.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn put_bytes(&self, workspace: WorkspaceId, bytes: Bytes) -> Result<BlobDigest, BlobError> {
        let digest = BlobDigest::of(&bytes);
        let to = self.location(workspace, digest);
        written::bytes(&*self.store, &to, bytes).await?;
        Ok(digest)
    }

    /// The bytes of `range`, which lies inside the content.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Store`]; a piece may fail later.
    pub async fn read(
        &self,
        workspace: WorkspaceId,
        digest: BlobDigest,
        range: Range<u64>,
    ) -> Result<Pieces, BlobError> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let got = self.store.get_opts(&self.location(workspace, digest), options).await;
        let got = got.map_err(|error| missing_or(digest, error))?;
        let range = got.range.clone();
        Ok(match got.payload {
            GetResultPayload::File(file, _) => pieces::of(file, range),
            GetResultPayload::Stream(stream) => stream.map_err(BlobError::Store).boxed(),
        })
    }

    /// A content of at most `bytes_max`, whole.
    ///
    /// # Errors
    /// Those of [`Blobs::read`].
    pub async fn read_small(
        &self,
        workspace: WorkspaceId,
        digest: BlobDigest,
        bytes_max: u64,
    ) -> Result<Bytes, BlobError> {
        let size = self.size(workspace, digest).await?.min(bytes_max);
        let pieces = self.read(workspace, digest, 0..size).await?;
        let whole = pieces.try_fold(Vec::new(), |mut whole, piece| async move {
            whole.extend_from_slice(&piece);
            Ok(whole)
        });
        whole.await.map(Bytes::from)
    }

    /// How many bytes a content has.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Store`].
    pub async fn size(&self, workspace: WorkspaceId, digest: BlobDigest) -> Result<u64, BlobError> {
        let head = self.store.head(&self.location(workspace, digest)).await;
        head.map(|meta| meta.size).map_err(|error| missing_or(digest, error))
    }

    /// Removes a content; one that is not there is fine.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn delete(&self, workspace: WorkspaceId, digest: BlobDigest) -> Result<(), BlobError> {
        match self.store.delete(&self.location(workspace, digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(BlobError::Store(error)),
        }
    }

    /// The contents of a workspace, as they are found: what is put or removed meanwhile may be missed.
    pub fn list(
        &self,
        workspace: WorkspaceId,
    ) -> impl Stream<Item = Result<BlobDigest, BlobError>> + Unpin + use<> {
        let listed = self.store.list(Some(&self.room(workspace)));
        listed
            .map_err(BlobError::Store)
            .try_filter_map(|found| future::ok(digest_at(&found.location)))
            .boxed()
    }

    /// No name spans workspaces: what one holds tells nothing of another, and one can be erased by itself.
    fn location(&self, workspace: WorkspaceId, digest: BlobDigest) -> Location {
        let digest = digest.to_string();
        [&digest[..2], &digest].into_iter().fold(self.room(workspace), Location::join)
    }

    fn room(&self, workspace: WorkspaceId) -> Location {
        [ROOM, &workspace.to_string()].into_iter().fold(self.prefix.clone(), Location::join)
    }

    fn below_home(&self, path: &Path) -> Option<Location> {
        let home = self.home.as_ref()?;
        let inside = path.canonicalize().ok()?.strip_prefix(home).ok()?.to_owned();
        Location::parse(inside.to_str()?).ok()
    }
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blobs").field("home", &self.home).finish_non_exhaustive()
    }
}

/// Nothing when it is no content of ours.
fn digest_at(location: &Location) -> Option<BlobDigest> {
    let hash = blake3::Hash::from_hex(location.filename()?).ok()?;
    Some(BlobDigest(*hash.as_bytes()))
}

fn missing_or(digest: BlobDigest, error: object_store::Error) -> BlobError {
    match error {
        object_store::Error::NotFound { .. } => BlobError::Missing(digest),
        error => BlobError::Store(error),
    }
}
