//! How a file comes into the store and how its contents go: looked into, with what is made of a picture, and
//! known by its facts; deleted when nobody holds them. It asks nobody who may have it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use parloir_desk::entity::{Clean, FileFacts};
use parloir_protocol::ids::{AttachmentId, WorkspaceId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::blobs::{BlobDigest, BlobError, Blobs};
use crate::media::{self, Examined, Refused};

use holds::Holds;

pub use holds::Hold;

mod holds;

/// Files looked into at once: each may hold a decoded picture.
const LOOKS_AT_ONCE: usize = 2;

/// Every content that belongs to a file.
pub fn contents(facts: &FileFacts) -> impl Iterator<Item = BlobDigest> {
    let clean = facts.clean.map(|clean| clean.digest);
    [Some(facts.digest), facts.thumbnail, clean].into_iter().flatten().map(BlobDigest)
}

/// A file that waits to be looked into and stored.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    pub workspace: WorkspaceId,
    pub attachment_id: AttachmentId,
    pub name: &'a str,
    pub bytes: u64,
    pub digest: BlobDigest,
    pub path: &'a Path,
}

/// Where files come into the store.
#[derive(Debug)]
pub struct Intake {
    pub blobs: Arc<Blobs>,
    looks: Arc<Semaphore>,
    holds: Arc<Holds>,
}

/// What became of a content that somebody wanted gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Kept,
    Deleted,
}

/// A file that is in the store, and stays there for as long as this lives.
#[derive(Debug)]
pub struct Stored {
    pub facts: FileFacts,
    pub hold: Hold,
}

/// A file that was looked into: what will be known of it, and the contents to put. It holds a turn.
#[derive(Debug)]
pub struct Looked {
    pub facts: FileFacts,
    picture: Option<media::Picture>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Intake {
    pub fn new(blobs: Arc<Blobs>) -> Self {
        Self { blobs, looks: Arc::new(Semaphore::new(LOOKS_AT_ONCE)), holds: Holds::new() }
    }

    /// Keeps what belongs to a file from being deleted, if it is still there.
    pub fn hold(&self, workspace: WorkspaceId, facts: &FileFacts) -> Hold {
        self.holds.hold(workspace, contents(facts))
    }

    /// Deletes a content that nobody holds, unless it `is_needed`.
    ///
    /// # Errors
    /// [`BlobError::Store`].
    pub async fn delete_unless(
        &self,
        workspace: WorkspaceId,
        digest: BlobDigest,
        is_needed: impl Fn() -> bool,
    ) -> Result<Fate, BlobError> {
        let _turn = self.holds.turn(digest).await;
        // In this order: whoever lets go has made it needed before.
        if self.holds.is_held(workspace, digest) || is_needed() {
            return Ok(Fate::Kept);
        }
        self.blobs.delete(workspace, digest).await?;
        Ok(Fate::Deleted)
    }

    /// Looks into a file that an agent wants to send. Nothing is stored yet.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn look(&self, file: Waiting<'_>) -> Result<Looked, Refused> {
        let turn = Arc::clone(&self.looks).acquire_owned().await.ok();
        let path = file.path.to_owned();
        let examined = tokio::task::spawn_blocking(move || media::outbound(&path)).await;
        let examined = examined.unwrap_or_else(|error| Err(io::Error::other(error).into()))?;
        Ok(looked(&file, examined, turn))
    }

    /// Moves a file that was looked into into the store. When it returns, an event may name it.
    ///
    /// # Errors
    /// [`BlobError`]; the file may still be where it was, and be put again.
    pub async fn put(&self, file: Waiting<'_>, looked: Looked) -> Result<Stored, BlobError> {
        let hold = self.hold(file.workspace, &looked.facts);
        if let Some(picture) = looked.picture {
            for made in [picture.thumbnail, picture.clean].into_iter().filter(|made| !made.is_empty()) {
                let _turn = self.holds.turn(BlobDigest::of(&made)).await;
                self.blobs.put_bytes(file.workspace, made.into()).await?;
            }
        }
        let _turn = self.holds.turn(file.digest).await;
        self.blobs.put_file(file.workspace, file.digest, file.path).await?;
        Ok(Stored { facts: looked.facts, hold })
    }

    /// Looks into a file that was received and moves it into the store, whatever it is.
    ///
    /// # Errors
    /// [`BlobError`]: the file cannot be read, or the store not be used.
    pub async fn receive(&self, file: Waiting<'_>) -> Result<Stored, BlobError> {
        let turn = Arc::clone(&self.looks).acquire_owned().await.ok();
        let path = file.path.to_owned();
        let examined = tokio::task::spawn_blocking(move || media::inbound(&path)).await;
        let examined = examined.unwrap_or_else(|error| Err(io::Error::other(error)));
        let mut looked = looked(&file, examined.map_err(BlobError::File)?, turn);
        // What was received does not leave again.
        looked.facts.clean = None;
        if let Some(picture) = &mut looked.picture {
            picture.clean = Vec::new();
        }
        self.put(file, looked).await
    }
}

fn looked(file: &Waiting<'_>, examined: Examined, turn: Option<OwnedSemaphorePermit>) -> Looked {
    let picture = examined.picture;
    let facts = FileFacts {
        id: file.attachment_id,
        name: file.name.to_owned(),
        media_type: examined.media_type,
        bytes: file.bytes,
        digest: file.digest.0,
        size: picture.as_ref().map(|picture| (picture.width, picture.height)),
        thumbnail: picture.as_ref().map(|picture| BlobDigest::of(&picture.thumbnail).0),
        clean: picture.as_ref().map(|picture| Clean {
            digest: BlobDigest::of(&picture.clean).0,
            bytes: picture.clean.len() as u64,
        }),
    };
    Looked { facts, picture, _turn: turn }
}
