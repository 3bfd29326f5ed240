//! The only place with outside effects: it hands queued messages to providers. What is to be sent is derived
//! from the state, so nothing is lost with this task; every step is a command before its effect, so nothing
//! is sent twice; folding the log again sends nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_desk::view::View;
use parloir_protocol::ids::{ConversationId, MessageId};

use crate::node::Node;
use crate::providers::Providers;
use crate::workspace::Workspace;

use parcel::{Parcel, SetAside};

mod parcel;
#[cfg(test)]
mod tests;

/// Conversations that are written to at once, by one workspace.
const CONVERSATIONS_AT_ONCE: usize = 64;
/// Messages looked at, oldest first, to find conversations that are free.
const LOOK_AHEAD: usize = 1_024;
/// Messages remembered because the rules refused or failed on them; they wait for the next start.
const SET_ASIDE_MAX: usize = 256;

/// Sends what `workspace` has to send, for ever.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let providers = Arc::clone(node.providers());
    Outbox::new(node, providers, workspace).run().await;
}

struct Outbox {
    node: Arc<Node>,
    providers: Arc<Providers>,
    workspace: Arc<Workspace>,
    /// One message of each conversation.
    under_way: FuturesUnordered<BoxFuture<'static, Ended>>,
    busy: BTreeSet<ConversationId>,
    /// The conversations of the messages looked at last.
    known: BTreeMap<MessageId, ConversationId>,
    set_aside: BTreeSet<MessageId>,
}

/// A message that this task is done with for now.
struct Ended {
    conversation_id: ConversationId,
    message_id: MessageId,
    outcome: Result<(), SetAside>,
}

impl Outbox {
    fn new(node: Arc<Node>, providers: Arc<Providers>, workspace: Arc<Workspace>) -> Self {
        Self {
            node,
            providers,
            workspace,
            under_way: FuturesUnordered::new(),
            busy: BTreeSet::new(),
            known: BTreeMap::new(),
            set_aside: BTreeSet::new(),
        }
    }

    async fn run(mut self) {
        let workspace = Arc::clone(&self.workspace);
        loop {
            self.begin();
            tokio::select! {
                () = workspace.outbox.notified() => {}
                Some(ended) = self.under_way.next() => self.end(ended),
            }
        }
    }

    /// Starts with the oldest message of every conversation that is free.
    fn begin(&mut self) {
        for (message_id, conversation_id) in self.due() {
            if self.busy.len() >= CONVERSATIONS_AT_ONCE {
                return;
            }
            if self.busy.insert(conversation_id) {
                let parcel = Parcel::new(&self.node, &self.providers, &self.workspace, message_id);
                self.under_way.push(Box::pin(async move {
                    Ended { conversation_id, message_id, outcome: parcel.deliver().await }
                }));
            }
        }
    }

    /// What waits, oldest first.
    fn due(&mut self) -> Vec<(MessageId, ConversationId)> {
        let state = self.node.state.current();
        let view = View::new(&*state, self.workspace.id);
        let mut known = std::mem::take(&mut self.known);
        let mut due = Vec::new();
        for id in view.outbox(LOOK_AHEAD) {
            let conversation = known.remove(&id).or_else(|| Some(view.message(id)?.conversation_id));
            due.extend(conversation.filter(|_| !self.set_aside.contains(&id)).map(|found| (id, found)));
        }
        self.known = due.iter().copied().collect();
        due
    }

    fn end(&mut self, ended: Ended) {
        self.busy.remove(&ended.conversation_id);
        if let Err(SetAside(rejected)) = ended.outcome {
            tracing::error!(message = %ended.message_id, ?rejected, "outbox.set_aside");
            if self.set_aside.len() < SET_ASIDE_MAX {
                self.set_aside.insert(ended.message_id);
            }
        }
    }
}
