//! What one command became: its key, its author and its events, never split.

use parloir_protocol::ids::{AgentId, ChannelId, CommandId, JobId, MessageId, WebhookId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use crate::entity::{Attempt, LinkHash};
use crate::event::Event;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Actor {
    Agent(AgentId),
    /// The other side, through a channel's provider.
    Contact(ChannelId),
    /// The provider itself, with a receipt.
    Provider(ChannelId),
    /// Parloir: deadlines, jobs, outbox, the operator.
    System,
}

/// Blake3 keyed with the workspace's digest key, cut to 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Digest(pub [u8; 16]);

impl Digest {
    /// The digest of `parts`, one after the other.
    pub fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(key);
        for part in parts {
            hasher.update(part);
        }
        let mut digest = [0; 16];
        hasher.finalize_xof().fill(&mut digest);
        Self(digest)
    }
}

/// Which step of an outbound message's way an outbox command reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OutboxStep {
    Started,
    Answered,
}

/// Whose time came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeadlineKind {
    /// A planned message's.
    Release,
}

/// What makes a command happen once: the same key again gives the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    Client(AgentId, CommandId),
    Provider(ChannelId, Digest),
    /// An agent's absence that was due at this moment.
    Away(AgentId, Time),
    Outcome(MessageId, Attempt, OutboxStep),
    /// Something whose time came.
    Deadline(DeadlineKind, [u8; 16], Time),
    /// The file at this place of an inbound message.
    Media(MessageId, u32),
    /// One visit of the page behind a link.
    Link(LinkHash, [u8; 16]),
    Job(JobId, u32),
    /// A word about a webhook's place, by its step.
    Webhook(WebhookId, u64),
    /// The operator's command line, before any agent exists.
    Operator(CommandId),
}

/// One command's events under its key. `params` is the digest of what was asked: the same key with other
/// params is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    pub key: Key,
    pub params: Digest,
    pub actor: Actor,
    pub events: Vec<Event>,
}
