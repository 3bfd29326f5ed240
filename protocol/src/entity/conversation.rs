//! Conversations as rows of a queue, and the views that choose and order them.

use serde::{Deserialize, Serialize};

use super::{Address, ContactRef, Direction};
use crate::ids::{AgentId, ChannelId, ConversationId, GroupId};
use crate::time::Time;

/// Whether a conversation is in the queue or in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In the queue.
    Open,
    /// Archived.
    Closed,
}

/// What orders, counts and filters a conversation; every event about one carries it as it is afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Header {
    /// Its id.
    pub conversation_id: ConversationId,
    /// Open or closed.
    pub status: Status,
    /// The shared purple square.
    pub unread: bool,
    /// Exactly one.
    pub group_id: GroupId,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AgentId>,
    /// Order key of `activity`: the seq of the newest message.
    pub activity_seq: u64,
    /// When that was.
    pub activity_at: Time,
    /// Order key of `waiting`: the seq of the message that is waiting for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_seq: Option<u64>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Time>,
    /// How often it was opened.
    pub episode: u32,
    /// On WhatsApp: until when anything may be written, 24 h after the other side last wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_until: Option<Time>,
}

/// The one line that a queue shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct LastLine {
    /// The message's place.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// From whom.
    pub direction: Direction,
    /// At most 160 characters; nothing once erased.
    pub text: Option<String>,
}

/// A conversation in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Row {
    /// The seq of the event that last changed the conversation: an event at or below it is already in here.
    pub seq: u64,
    /// What orders, counts and filters it.
    pub conversation: Header,
    /// Over which own sender.
    pub channel_id: ChannelId,
    /// The other side; nothing once erased.
    pub address: Option<Address>,
    /// The name that the other side gave itself, shown as `~Name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// The contact that the address belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRef>,
    /// Whether the other side wants no more messages from this channel.
    pub opted_out: bool,
    /// The newest message's line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastLine>,
}

/// How rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Newest activity first.
    #[default]
    Activity,
    /// Only those in which somebody waits, the longest wait first.
    Waiting,
}

/// Whose conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssigneeFilter {
    /// The asking agent's.
    Me,
    /// Nobody's.
    Nobody,
    /// That agent's.
    Agent(AgentId),
}

/// Which rows, and in which order: all that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct View {
    /// Open or closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// One group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AssigneeFilter>,
    /// With or without the mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    /// One own sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// How they are ordered.
    pub order: Order,
}

impl View {
    /// The queue that a desk opens with.
    pub fn open() -> Self {
        Self { status: Some(Status::Open), ..Self::default() }
    }
}
