//! Files that came in and are still with their providers: fetched, looked into and stored, or given up when
//! they are not to be had. What is to be fetched stands in the state, so a restart goes on where this was.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Attachment, FileFacts};
use parloir_desk::view::View;
use parloir_protocol::ids::MessageId;
use tokio::io::AsyncWriteExt as _;

use crate::backoff::Backoff;
use crate::blobs::BlobDigest;
use crate::insist::insist;
use crate::node::Node;
use crate::providers::{FetchError, MediaRef};
use crate::stored::Waiting;
use crate::uploads::tidied;
use crate::workspace::Workspace;

/// Files of one workspace that are fetched at once.
const AT_ONCE: usize = 8;
/// Files looked at, oldest first.
const LOOK_AHEAD: usize = 256;
/// Times that a file is asked for before it is given up.
const TRIES_MAX: u32 = 8;
/// The largest file that is taken; the largest that any provider lets through.
const BYTES_MAX: u64 = 100_000_000;
/// From the first byte asked for to the last.
const FETCH_MAX: Duration = Duration::from_secs(300);

/// A file of a message.
type Place = (MessageId, u32);

/// Fetches what `workspace` has to fetch, for ever.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let mut under_way: FuturesUnordered<BoxFuture<'static, Place>> = FuturesUnordered::new();
    let mut begun = BTreeSet::new();
    loop {
        for place in waiting(&node, &workspace) {
            if under_way.len() >= AT_ONCE {
                break;
            }
            if begun.insert(place) {
                let errand = Errand { node: Arc::clone(&node), workspace: Arc::clone(&workspace), place };
                under_way.push(Box::pin(async move {
                    errand.settle().await;
                    place
                }));
            }
        }
        tokio::select! {
            () = workspace.fetching.notified() => {}
            Some(place) = under_way.next() => { begun.remove(&place); }
        }
    }
}

fn waiting(node: &Node, workspace: &Workspace) -> Vec<Place> {
    let state = node.state.current();
    View::new(&*state, workspace.id).fetches(LOOK_AHEAD)
}

/// One file until it is here or given up.
struct Errand {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    place: Place,
}

impl Errand {
    async fn settle(self) {
        let (message_id, index) = self.place;
        let Some((attachment, provider)) = self.what() else { return };
        let command = match self.fetch(&attachment, &provider).await {
            Some(facts) => Command::StoreMedia { message_id, index, facts },
            None => Command::GiveUpMedia { message_id, index },
        };
        let key = Key::Media(message_id, index);
        if let Err(rejected) = insist(&self.workspace, key, Actor::System, &command).await {
            tracing::error!(message = %message_id, ?rejected, "fetching.not_recorded");
        }
    }

    /// The file as it is known, and the name of the provider that has it.
    fn what(&self) -> Option<(Attachment, String)> {
        let state = self.node.state.current();
        let view = View::new(&*state, self.workspace.id);
        let message = view.message(self.place.0)?;
        let attachment = message.attachments.get(usize::try_from(self.place.1).ok()?)?.clone();
        Some((attachment, view.channel(message.channel_id)?.provider))
    }

    /// Asks again for what may come later.
    async fn fetch(&self, attachment: &Attachment, provider: &str) -> Option<FileFacts> {
        let mut backoff = Backoff::of(attachment.id.as_bytes());
        for _ in 0..TRIES_MAX {
            let fetched = tokio::time::timeout(FETCH_MAX, self.fetch_once(attachment, provider)).await;
            match fetched.unwrap_or_else(|_| Err(FetchError::Later("it takes too long".to_owned()))) {
                Ok(facts) => return Some(facts),
                Err(FetchError::Later(reason)) => {
                    tracing::warn!(attachment = %attachment.id, reason, "fetching.put_off");
                    backoff.wait().await;
                }
                Err(error @ (FetchError::Gone(_) | FetchError::Refused(_))) => {
                    tracing::warn!(attachment = %attachment.id, %error, "fetching.given_up");
                    return None;
                }
            }
        }
        None
    }

    async fn fetch_once(&self, attachment: &Attachment, provider: &str) -> Result<FileFacts, FetchError> {
        let gone = |reason: &str| FetchError::Gone(reason.to_owned());
        let provider = self.node.providers().get(provider).ok_or_else(|| gone("its provider is not here"))?;
        let media = MediaRef {
            reference: attachment.source.clone().ok_or_else(|| gone("it has no reference"))?,
            media_type: Some(attachment.media_type.clone()),
            name: attachment.name.known().cloned(),
        };
        let fetched = provider.fetch(&media).await?;
        let scratch = Scratch(self.node.uploads.scratch(attachment.id));
        let written = write(&scratch.0, fetched.content).await?;
        let name = attachment.name.known().map(|name| tidied(name)).unwrap_or_default();
        let waiting = Waiting {
            workspace: self.workspace.id,
            attachment_id: attachment.id,
            name: &name,
            bytes: written.bytes,
            digest: written.digest,
            path: &scratch.0,
        };
        let received = self.node.uploads.intake().receive(waiting).await;
        received.map_err(|error| FetchError::Later(error.to_string()))
    }
}

/// A file of ours that goes when it is not needed any more.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What was stored is not here any more.
        let _was_moved = std::fs::remove_file(&self.0);
    }
}

struct Written {
    bytes: u64,
    digest: BlobDigest,
}

async fn write(path: &Path, mut content: crate::providers::ByteStream) -> Result<Written, FetchError> {
    let later = |error: std::io::Error| FetchError::Later(error.to_string());
    let mut file = tokio::fs::File::create(path).await.map_err(later)?;
    let (mut hasher, mut bytes) = (blake3::Hasher::new(), 0);
    while let Some(piece) = content.next().await {
        let piece = piece.map_err(later)?;
        bytes += piece.len() as u64;
        if bytes > BYTES_MAX {
            return Err(FetchError::Refused(format!("it has more than {BYTES_MAX} bytes")));
        }
        hasher.update(&piece);
        file.write_all(&piece).await.map_err(later)?;
    }
    file.flush().await.map_err(later)?;
    Ok(Written { bytes, digest: BlobDigest(*hasher.finalize().as_bytes()) })
}
