//! One message on its way: the intent is durable before the provider is called, and its answer before the
//! next message of the conversation goes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use parloir_desk::command::{self, Command};
use parloir_desk::commit::{Actor, Key, OutboxStep};
use parloir_desk::entity::{Delivery, Failure, Message};
use parloir_desk::view::View;
use parloir_protocol::ids::MessageId;

use crate::insist::insist;
use crate::node::Node;
use crate::providers::{Outcome, Outgoing, Provider, Providers, message_digest};
use crate::workspace::{Rejected, Workspace};

/// How long a provider may take to answer; after it nobody knows whether the message left.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The rules refused a step, or failed on it: trying again would not help.
#[derive(Debug)]
pub(super) struct SetAside(pub(super) Rejected);

/// A message, and all that is needed to send it.
pub(super) struct Parcel {
    node: Arc<Node>,
    providers: Arc<Providers>,
    workspace: Arc<Workspace>,
    message_id: MessageId,
}

impl Parcel {
    pub(super) fn new(
        node: &Arc<Node>,
        providers: &Arc<Providers>,
        workspace: &Arc<Workspace>,
        message_id: MessageId,
    ) -> Self {
        let (node, providers, workspace) = (Arc::clone(node), Arc::clone(providers), Arc::clone(workspace));
        Self { node, providers, workspace, message_id }
    }

    /// Takes the message from where it is to the provider's answer.
    pub(super) async fn deliver(self) -> Result<(), SetAside> {
        match self.message() {
            Some(message) if message.delivery == Some(Delivery::Queued) => self.dispatch(&message).await,
            Some(message) if message.delivery == Some(Delivery::Sending) => self.ask_again(&message).await,
            Some(_) | None => Ok(()),
        }
    }

    /// Writes down that the provider is about to be called, and calls it if the rules still let it leave.
    async fn dispatch(&self, message: &Message) -> Result<(), SetAside> {
        let command = Command::Dispatch { message_id: message.id, attempt: message.attempt };
        self.report(message, OutboxStep::Started, &command).await?;
        match self.message() {
            Some(now) if now.delivery == Some(Delivery::Sending) && now.attempt == message.attempt => {
                self.send(&now).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A message whose answer was lost with an earlier run of this server.
    async fn ask_again(&self, message: &Message) -> Result<(), SetAside> {
        let is_safe = self.provider(message).is_some_and(|provider| provider.is_idempotent());
        if is_safe { self.send(message).await } else { self.answered(message, Outcome::Unknown).await }
    }

    async fn send(&self, message: &Message) -> Result<(), SetAside> {
        let outcome = match (self.outgoing(message), self.provider(message)) {
            (Some(outgoing), Some(provider)) => called(&*provider, outgoing).await,
            (None, _) => Outcome::Unknown,
            (_, None) => Outcome::Failed { failure: Failure::Unsupported },
        };
        self.answered(message, outcome).await
    }

    async fn answered(&self, message: &Message, outcome: Outcome) -> Result<(), SetAside> {
        let outcome = match outcome {
            Outcome::Accepted { provider_message_id: name } => match self.digest(&name) {
                Some(provider_message) => command::Outcome::Accepted { provider_message },
                None => command::Outcome::Unknown,
            },
            Outcome::Failed { failure } => command::Outcome::Failed { failure },
            Outcome::Unknown => command::Outcome::Unknown,
        };
        let command = Command::Answered { message_id: message.id, attempt: message.attempt, outcome };
        self.report(message, OutboxStep::Answered, &command).await
    }

    async fn report(&self, message: &Message, step: OutboxStep, command: &Command) -> Result<(), SetAside> {
        let key = Key::Outcome(message.id, message.attempt, step);
        insist(&self.workspace, key, Actor::System, command).await.map(drop).map_err(SetAside)
    }

    fn message(&self) -> Option<Message> {
        let state = self.node.state.current();
        View::new(&*state, self.workspace.id).message(self.message_id)
    }

    fn provider(&self, message: &Message) -> Option<Arc<dyn Provider>> {
        let state = self.node.state.current();
        let channel = View::new(&*state, self.workspace.id).channel(message.channel_id)?;
        self.providers.get(&channel.provider).cloned()
    }

    fn outgoing(&self, message: &Message) -> Option<Outgoing> {
        Some(Outgoing {
            workspace: self.workspace.id,
            channel_id: message.channel_id,
            message_id: message.id,
            attempt: message.attempt,
            to: message.address.known()?.clone(),
            text: message.text.known()?.clone(),
        })
    }

    fn digest(&self, name: &str) -> Option<parloir_desk::commit::Digest> {
        let state = self.node.state.current();
        let settings = View::new(&*state, self.workspace.id).workspace()?;
        Some(message_digest(&settings, name))
    }
}

/// The provider's answer; whatever goes wrong in it, the message may have left.
async fn called(provider: &dyn Provider, outgoing: Outgoing) -> Outcome {
    let answer = AssertUnwindSafe(provider.send(outgoing)).catch_unwind();
    match tokio::time::timeout(ANSWER_MAX, answer).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => {
            tracing::error!(provider = provider.name(), "provider.failed");
            Outcome::Unknown
        }
        Err(_) => Outcome::Unknown,
    }
}
