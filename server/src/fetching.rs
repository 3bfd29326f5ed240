//! Files that came in and are still with their providers: fetched, looked into and stored, or given up when
//! they are not to be had. What is to be fetched stands in the state, so a restart goes on where this was.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Attachment, Message};
use parloir_desk::view::View;

use crate::backoff::Backoff;
use crate::blobs::BlobDigest;
use crate::figures;
use crate::insist::insist;
use crate::node::Node;
use crate::outbox::media::{self, Patience, Trouble};
use crate::providers::{FetchError, MediaRef};
use crate::stored::{Stored, Waiting};
use crate::uploads::tidied;
use crate::workspace::Workspace;

use course::{Course, Turn};

mod course;
#[cfg(test)]
mod tests;

/// Times that the rules are asked to record a file; one that they do not take waits for the next start.
const RECORD_TRIES_MAX: u32 = 8;

/// Fetches what `workspace` has to fetch, for ever. How much at once is bounded for each provider.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let mut under_way: FuturesUnordered<BoxFuture<'static, String>> = FuturesUnordered::new();
    let mut course = Course::default();
    loop {
        for turn in begin(&mut course, &node, &workspace) {
            let errand = Errand { node: Arc::clone(&node), workspace: Arc::clone(&workspace), turn };
            under_way.push(Box::pin(errand.settle()));
        }
        for (provider, before, now) in course.news() {
            if let Some(account) = node.providers().account(&provider) {
                account.gate.files_waiting(before, now);
            }
        }
        tokio::select! {
            () = workspace.fetching.notified() => {}
            Some(provider) = under_way.next() => course.end(&provider),
        }
    }
}

fn begin(course: &mut Course, node: &Node, workspace: &Workspace) -> Vec<Turn> {
    let state = node.state.current();
    course.begin(&View::new(&*state, workspace.id))
}

/// One file until it is here or given up.
struct Errand {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    turn: Turn,
}

impl Errand {
    /// The name of the provider that has one file less to give.
    async fn settle(self) -> String {
        if let Some(attachment) = self.attachment() {
            match self.fetch(&attachment).await {
                Some(stored) => self.store(stored).await,
                None => {
                    let (message_id, index) = (self.turn.message_id, self.turn.index);
                    self.record(&Command::GiveUpMedia { message_id, index }).await;
                }
            }
        }
        self.turn.provider
    }

    /// A file of somebody who was erased meanwhile is not named, and does not stay.
    async fn store(&self, stored: Stored) {
        let (message_id, index) = (self.turn.message_id, self.turn.index);
        let Stored { facts, hold } = stored;
        figures::count(figures::FILES_FETCHED, &self.turn.provider);
        self.record(&Command::StoreMedia { message_id, index, facts: facts.clone() }).await;
        drop(hold);
        self.node.uploads.delete_unused_of(self.workspace.id, &facts).await;
    }

    async fn record(&self, command: &Command) {
        let message_id = self.turn.message_id;
        let key = Key::Media(message_id, self.turn.index);
        let mut backoff = Backoff::of(message_id.as_bytes());
        for _ in 0..RECORD_TRIES_MAX {
            match insist(&self.workspace, key, Actor::System, command).await {
                Ok(_) => return,
                Err(rejected) => tracing::error!(message = %message_id, ?rejected, "fetching.not_recorded"),
            }
            backoff.wait().await;
        }
        tracing::error!(message = %message_id, "fetching.set_aside");
    }

    /// The file as it is known, as long as it is to be fetched.
    fn attachment(&self) -> Option<Attachment> {
        self.message()?.attachments.get(usize::try_from(self.turn.index).ok()?).cloned()
    }

    /// How long ago its message came in.
    fn age(&self) -> Duration {
        let at = self.message().map_or(i64::MAX, |message| message.at.0);
        Duration::from_millis(u64::try_from(self.node.clock.now().0.saturating_sub(at)).unwrap_or(0))
    }

    fn message(&self) -> Option<Message> {
        let state = self.node.state.current();
        View::new(&*state, self.workspace.id).message(self.turn.message_id)
    }

    /// Asks again for what may come later.
    async fn fetch(&self, attachment: &Attachment) -> Option<Stored> {
        let reference = attachment.source.as_deref().unwrap_or_default();
        let mut patience = Patience::default();
        loop {
            let trouble = match self.fetch_once(attachment).await {
                Ok(stored) => return Some(stored),
                Err(trouble) => trouble,
            };
            let Some(wait) = patience.after(&trouble, reference, self.age()) else {
                figures::count(figures::FILES_GIVEN_UP, &self.turn.provider);
                tracing::warn!(attachment = %attachment.id, %trouble, "fetching.given_up");
                return None;
            };
            figures::count(figures::FILES_PUT_OFF, &self.turn.provider);
            tracing::warn!(attachment = %attachment.id, %trouble, "fetching.put_off");
            tokio::time::sleep(wait).await;
        }
    }

    async fn fetch_once(&self, attachment: &Attachment) -> Result<Stored, Trouble> {
        let gone = |reason: &str| Trouble::Theirs(FetchError::Gone(reason.to_owned()));
        let later = |reason: &str| Trouble::Theirs(FetchError::Later(reason.to_owned()));
        let account = self.node.providers().account_of(self.workspace.id, &self.turn.provider);
        let provider = &account.ok_or_else(|| later("its account is not configured"))?.provider;
        let asked = MediaRef {
            reference: attachment.source.clone().ok_or_else(|| gone("it has no reference"))?,
            media_type: Some(attachment.media_type.clone()),
            name: attachment.name.known().cloned(),
        };
        let _turn = self.turn.arriving.acquire().await.map_err(|_| later("the server stops"))?;
        let uploads = &self.node.uploads;
        let scratch = Scratch(uploads.scratch(attachment.id));
        let downloaded = media::download(&**provider, &asked, &scratch.0, uploads.space()).await?;
        let path = scratch.0.clone();
        let digest = tokio::task::spawn_blocking(move || BlobDigest::of_file(&path)).await;
        let digest = digest.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        let digest = digest.map_err(|error| Trouble::Ours(error.to_string()))?;
        let name = attachment.name.known().map(|name| tidied(name)).unwrap_or_default();
        let waiting = Waiting {
            workspace: self.workspace.id,
            attachment_id: attachment.id,
            name: &name,
            bytes: downloaded.bytes,
            digest,
            path: &scratch.0,
        };
        uploads.intake().receive(waiting).await.map_err(|error| Trouble::Ours(error.to_string()))
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
