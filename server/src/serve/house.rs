//! What a server does every now and then beside its work: signals expire, the state's pages reach the disk, a
//! hung write ends the process, and what nobody needs any more goes. Nothing waits for it.

use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parloir_desk::view::View;
use parloir_protocol::ids::{AttachmentId, WorkspaceId};

use crate::node::Node;
use crate::poison::Poison;
use crate::sent;
use crate::writer::exit;

/// How often sled's pages are made durable, so that a start has little to replay.
const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// A write of the state that takes longer will not end: a restart loses nothing.
const STATE_BUSY_MAX: Duration = Duration::from_secs(30);
/// How often signals that were not renewed are looked for, and snapshots and memory let go.
const SIGNALS_EVERY: Duration = Duration::from_secs(1);
/// How often uploads that nobody came back for are looked for.
const UPLOADS_EVERY: Duration = Duration::from_secs(30);
/// How long after a start contents that nobody needs are looked for: it reads the whole store.
const CONTENTS_FIRST: Duration = Duration::from_secs(600);
/// And how often then.
const CONTENTS_EVERY: Duration = Duration::from_secs(24 * 3_600);

/// Begins with all of it.
pub(super) fn keep_house(node: &Arc<Node>, poison: &Arc<Poison>) {
    let signals = Arc::downgrade(node);
    tokio::spawn(async move {
        while let Some(node) = signals.upgrade() {
            for workspace in node.workspaces() {
                workspace.hub.signals.expire(node.clock.millis());
                workspace.hub.snapshots.clear();
            }
            if node.state.current().busy_for().is_some_and(|busy| busy > STATE_BUSY_MAX) {
                tracing::error!("state.hung");
                std::process::exit(exit::STATE_FAILED);
            }
            drop(node);
            give_back_memory();
            tokio::time::sleep(SIGNALS_EVERY).await;
        }
    });
    sweep_uploads(node);
    sweep_contents(node, poison);
    let pages = Arc::downgrade(node);
    tokio::spawn(async move {
        while let Some(node) = pages.upgrade() {
            let state = node.state.current();
            drop(node);
            let flushed = tokio::task::spawn_blocking(move || state.flush_giving_way()).await;
            if let Ok(Err(error)) = flushed {
                tracing::error!(%error, "state.flush_failed");
                std::process::exit(exit::STATE_FAILED);
            }
            tokio::time::sleep(FLUSH_EVERY).await;
        }
    });
}

/// Pages that came free and were not taken again within a second go back to the system: the allocator looks for them
/// where a thread ends that had memory of its own, and else only while others allocate and free, which is over once a
/// start or a storm is.
fn give_back_memory() {
    let ending = thread::Builder::new().name("rest".to_owned()).spawn(|| drop(black_box(Box::new(0_u8))));
    // Where no thread is to be had now, there may be one in a second.
    let _not_now = ending.is_err();
}

/// Uploads that nobody came back for, with contents that nobody else needs.
fn sweep_uploads(node: &Arc<Node>) {
    let node = Arc::downgrade(node);
    tokio::spawn(async move {
        while let Some(node) = node.upgrade() {
            let is_sent = |workspace: WorkspaceId, id: AttachmentId| {
                sent::is_sent(&View::new(&*node.state.current(), workspace), id)
            };
            node.uploads.claim_sent(&is_sent).await;
            node.uploads.sweep().await;
            let (imports, asked) = (Arc::clone(node.imports()), Arc::clone(&node));
            if let Err(error) = tokio::task::spawn_blocking(move || imports.sweep(&asked)).await {
                tracing::error!(%error, "imports.not_swept");
            }
            drop(node);
            tokio::time::sleep(UPLOADS_EVERY).await;
        }
    });
}

/// What a crash left in the store, and webhooks that nobody tried again.
fn sweep_contents(node: &Arc<Node>, poison: &Arc<Poison>) {
    let (node, poison) = (Arc::downgrade(node), Arc::clone(poison));
    tokio::spawn(async move {
        tokio::time::sleep(CONTENTS_FIRST).await;
        while let Some(node) = node.upgrade() {
            for workspace in node.workspaces() {
                if let Err(error) = node.uploads.sweep_contents(workspace.id).await {
                    tracing::warn!(workspace = %workspace.id, %error, "contents.not_swept");
                }
            }
            drop(node);
            sweep_poison(&poison).await;
            tokio::time::sleep(CONTENTS_EVERY).await;
        }
    });
}

async fn sweep_poison(poison: &Arc<Poison>) {
    let poison = Arc::clone(poison);
    let swept = tokio::task::spawn_blocking(move || poison.sweep()).await;
    if let Ok(Err(error)) = swept {
        tracing::warn!(%error, "poison.not_swept");
    }
}
