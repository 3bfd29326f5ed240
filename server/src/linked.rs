//! The links of all workspaces, as the page behind them asks for them: found by the hash of their code, and
//! told to the rules when somebody opens one.

use std::sync::{Arc, Weak};

use futures_util::future::BoxFuture;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Attachment, AttachmentState, LinkHash, Message};
use parloir_desk::view::View;

use crate::blobs::BlobDigest;
use crate::http::link::{LinkBook, LinkTarget};
use crate::node::Node;
use crate::workspace::{Rejected, Workspace};

/// What the state knows of links.
pub struct StateLinks(Weak<Node>);

impl StateLinks {
    pub fn new(node: &Arc<Node>) -> Self {
        Self(Arc::downgrade(node))
    }

    /// Where a link leads, and whose it is; nothing when it was taken back.
    fn look(&self, hash: LinkHash) -> Option<(Arc<Workspace>, LinkTarget)> {
        let node = self.0.upgrade()?;
        let state = node.state.current();
        node.workspaces().into_iter().find_map(|workspace| {
            let view = View::new(&*state, workspace.id);
            let link = view.link(&hash).filter(|link| !link.revoked)?;
            let message = view.message(link.message_id).filter(Message::may_be_open)?;
            let is_it =
                |file: &&Attachment| file.id == link.attachment_id && file.state == AttachmentState::Stored;
            let file = message.attachments.iter().find(is_it)?;
            let out = file.clean.map_or((file.digest, file.bytes), |clean| (clean.digest, clean.bytes));
            let target = LinkTarget {
                workspace: workspace.id,
                name: file.name.known().cloned(),
                media_type: file.media_type.clone(),
                digest: BlobDigest(out.0),
                bytes: out.1,
                expires_at: link.expires_at,
            };
            Some((workspace, target))
        })
    }
}

impl LinkBook for StateLinks {
    fn find(&self, hash: &[u8; 32]) -> Option<LinkTarget> {
        self.look(LinkHash(*hash)).map(|(_, target)| target)
    }

    fn opened<'a>(&'a self, hash: &'a [u8; 32], visit: [u8; 16]) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let hash = LinkHash(*hash);
            let Some((workspace, _)) = self.look(hash) else { return };
            let command = Command::OpenLink { hash };
            match workspace.ask(Key::Link(hash, visit), Actor::System, command, None).await {
                // Who opens it often is told of no more.
                Ok(_) | Err(Rejected::Refused(_)) => {}
                Err(rejected) => tracing::warn!(workspace = %workspace.id, ?rejected, "link.not_recorded"),
            }
        })
    }
}
