//! Files that came in and are still with their providers: fetched, looked into and stored, or given up when
//! they are not to be had. What is to be fetched stands in the state, so a restart goes on where this was.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Attachment, FileFacts};
use parloir_desk::view::View;
use parloir_protocol::ids::MessageId;
use tokio::sync::Semaphore;

use crate::blobs::BlobDigest;
use crate::insist::insist;
use crate::node::Node;
use crate::outbox::media::{self, TRIES_MAX};
use crate::providers::{FetchError, MediaRef};
use crate::stored::Waiting;
use crate::uploads::tidied;
use crate::workspace::Workspace;

/// Files of one workspace that are fetched at once.
const AT_ONCE: usize = 8;
/// Those and the ones that are put off.
const UNDER_WAY_MAX: usize = 128;
/// Files looked at, oldest first.
const LOOK_AHEAD: usize = 256;

/// A file of a message.
type Place = (MessageId, u32);

/// Fetches what `workspace` has to fetch, for ever.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let mut under_way: FuturesUnordered<BoxFuture<'static, Place>> = FuturesUnordered::new();
    let mut begun = BTreeSet::new();
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        for place in waiting(&node, &workspace) {
            if under_way.len() >= UNDER_WAY_MAX {
                break;
            }
            if begun.insert(place) {
                let (node, workspace) = (Arc::clone(&node), Arc::clone(&workspace));
                let errand = Errand { node, workspace, turns: Arc::clone(&turns), place };
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
    turns: Arc<Semaphore>,
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
        for tries in 0..TRIES_MAX {
            match self.fetch_once(attachment, provider).await {
                Ok(facts) => return Some(facts),
                Err(FetchError::Later(reason)) => {
                    tracing::warn!(attachment = %attachment.id, reason, "fetching.put_off");
                    let reference = attachment.source.as_deref().unwrap_or_default();
                    tokio::time::sleep(media::wait(reference, tries)).await;
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
        let later = |error: std::io::Error| FetchError::Later(error.to_string());
        let provider = self.node.providers().get(provider).ok_or_else(|| gone("its provider is not here"))?;
        let asked = MediaRef {
            reference: attachment.source.clone().ok_or_else(|| gone("it has no reference"))?,
            media_type: Some(attachment.media_type.clone()),
            name: attachment.name.known().cloned(),
        };
        let _turn = self.turns.acquire().await.map_err(|_| gone("the server stops"))?;
        let scratch = Scratch(self.node.uploads.scratch(attachment.id));
        let downloaded = media::download(&**provider, &asked, &scratch.0).await?;
        let path = scratch.0.clone();
        let digest = tokio::task::spawn_blocking(move || BlobDigest::of_file(&path)).await;
        let digest = digest.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(later)?;
        let name = attachment.name.known().map(|name| tidied(name)).unwrap_or_default();
        let waiting = Waiting {
            workspace: self.workspace.id,
            attachment_id: attachment.id,
            name: &name,
            bytes: downloaded.bytes,
            digest,
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
