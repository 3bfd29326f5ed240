//! Facts about conversations.

use serde::{Deserialize, Serialize};

use crate::entity::{Address, Consent, Header, ReopenCause, Row};
use crate::ids::{AgentId, ChannelId, ConversationId, GroupId};

/// `conversation.started`: the thread of a channel and an address began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Started {
    /// As it is now.
    pub conversation: Header,
    /// Over which own sender.
    pub channel_id: ChannelId,
    /// The other side; nothing once erased.
    pub address: Option<Address>,
    /// What the other side calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
}

/// `conversation.named`: the other side calls itself otherwise now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Named {
    /// As it is now.
    pub conversation: Header,
    /// Nothing once erased.
    pub profile_name: Option<String>,
}

/// `conversation.moved`: to another group, for those who see both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Moved {
    /// As it is now.
    pub conversation: Header,
    /// The group it was in.
    pub from: GroupId,
}

/// `conversation.entered`: the same move for those who see only the new group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Entered {
    /// The whole row, since it was not visible before.
    pub row: Row,
}

/// `conversation.left`: the same move for those who see only the old group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Left {
    /// Which is not visible any more.
    pub conversation_id: ConversationId,
}

/// `conversation.closed`: archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Closed {
    /// As it is now.
    pub conversation: Header,
}

/// `conversation.reopened`: in the queue again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Reopened {
    /// As it is now.
    pub conversation: Header,
    /// Why.
    pub cause: ReopenCause,
}

/// `conversation.assigned`: claimed, assigned, handed out by `next`, or released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Assigned {
    /// As it is now.
    pub conversation: Header,
    /// Who had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<AgentId>,
}

/// `conversation.read`: an agent has read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Read {
    /// As it is now.
    pub conversation: Header,
    /// Who.
    pub agent_id: AgentId,
    /// The last seq read.
    pub up_to: u64,
}

/// `conversation.marked_unread`: somebody set the purple square.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct MarkedUnread {
    /// As it is now.
    pub conversation: Header,
}

/// `conversation.erased`: the person behind it was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Erased {
    /// As it is now.
    pub conversation: Header,
}

/// `consent.changed`: the other side said stop or start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ConsentChanged {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// For which own sender.
    pub channel_id: ChannelId,
    /// Which.
    pub consent: Consent,
}
