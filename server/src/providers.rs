//! Who carries messages between a channel and phones, behind one interface. A provider reads and writes its
//! own shapes; it sees no state, and only the outbox asks it to send.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use parloir_desk::commit::Digest;
use parloir_desk::entity::{Address, AddressKind, Attempt, Delivery, Failure, Workspace};
use parloir_protocol::ids::{ChannelId, MessageId, WorkspaceId};
use thiserror::Error;

use crate::node::Node;
use simulator::{Pace, Simulator};

pub mod simulator;

/// What the simulator's chances come from: the same on every server.
const SIMULATOR_SEED: u64 = 1;

/// One carrier.
pub trait Provider: Send + Sync + 'static {
    /// What channels and the configuration call it.
    fn name(&self) -> &'static str;

    /// Hands one message over. The message's id and attempt are the idempotency key.
    fn send(&self, outgoing: Outgoing) -> BoxFuture<'_, Outcome>;

    /// Whether the same message and attempt, sent again, leaves once.
    fn is_idempotent(&self) -> bool;

    /// What the body of a webhook for `channel` reports.
    ///
    /// # Errors
    /// [`BadPayload`] when it is not of this provider's shape; then nothing of it counts.
    fn receive(&self, channel: ChannelId, body: &[u8]) -> Result<Vec<Received>, BadPayload>;
}

/// One message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub workspace: WorkspaceId,
    pub channel_id: ChannelId,
    pub message_id: MessageId,
    pub attempt: Attempt,
    pub to: Address,
    pub text: String,
}

/// What the provider says to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Accepted {
        /// Its own name for the message, which receipts will carry.
        provider_message_id: String,
    },
    Failed {
        failure: Failure,
    },
    /// No answer: it may have left.
    Unknown,
}

/// Something that a webhook reports, under a name that is the same when it is reported again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub event_id: String,
    pub report: Report,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// Somebody wrote.
    Message { kind: AddressKind, from: String, profile_name: Option<String>, text: String },
    /// Where an outbound message is now.
    Receipt { provider_message_id: String, delivery: Delivery, failure: Option<Failure> },
}

/// Why a webhook's body is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the body is not what {provider} sends: {reason}")]
pub struct BadPayload {
    /// The provider that should have sent it.
    pub provider: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// The name under which receipts find the message that a provider calls `id`.
pub fn message_digest(workspace: &Workspace, id: &str) -> Digest {
    Digest::keyed(&workspace.digest_key, &[b"message", id.as_bytes()])
}

/// The carriers of this server by name.
#[derive(Default)]
pub struct Providers {
    by_name: BTreeMap<&'static str, Arc<dyn Provider>>,
    simulator: Option<Arc<Simulator>>,
}

impl Providers {
    /// Those that need no configuration: the simulator, whose calls back come in as webhooks do.
    pub fn new(node: &Arc<Node>) -> Self {
        let (simulator, calls) = Simulator::new(SIMULATOR_SEED, Pace::LIVE);
        let simulator = Arc::new(simulator);
        tokio::spawn(calls.run(simulator::door(node, &simulator)));
        let mut providers = Self::default().with(Arc::clone(&simulator) as Arc<dyn Provider>);
        providers.simulator = Some(simulator);
        providers
    }

    /// These and one more.
    #[must_use]
    pub fn with(mut self, provider: Arc<dyn Provider>) -> Self {
        self.by_name.insert(provider.name(), provider);
        self
    }

    /// Every name that a channel may carry.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.by_name.keys().copied()
    }

    /// The carrier of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.by_name.get(name)
    }

    /// The simulator, for whoever plays the phones.
    pub fn simulator(&self) -> Option<&Arc<Simulator>> {
        self.simulator.as_ref()
    }
}
