//! What can be done with conversations.

use serde::{Deserialize, Serialize};

use crate::entity::{Address, Consent};
use crate::ids::{AgentId, ChannelId, ConversationId, GroupId};

/// `conversation.start`: the thread of a channel and an address; an existing one is answered, and a closed one stays closed until something is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Start {
    /// Over which own sender.
    pub channel_id: ChannelId,
    /// The other side; a number in any writing.
    pub address: Address,
    /// Where a new one goes; the default group otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
}

/// `conversation.move`: to another group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Move {
    /// Which.
    pub conversation_id: ConversationId,
    /// Where it goes.
    pub group_id: GroupId,
    /// Where the author saw it; refused when it is elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_group: Option<GroupId>,
}

/// `conversation.close`: to the archive; closing twice is one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Close {
    /// Which.
    pub conversation_id: ConversationId,
}

/// `conversation.reopen`: back to the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Reopen {
    /// Which.
    pub conversation_id: ConversationId,
}

/// `conversation.assign`: to an agent who sees its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Assign {
    /// Which.
    pub conversation_id: ConversationId,
    /// Whose it becomes; nobody's without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
}

/// `conversation.claim`: for oneself; refused when somebody else has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Claim {
    /// Which.
    pub conversation_id: ConversationId,
}

/// `conversation.release`: one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Release {
    /// Which.
    pub conversation_id: ConversationId,
}

/// `conversation.next`: the longest waiting open one that nobody has, claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Next {
    /// Only from this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
}

/// `conversation.mark_read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct MarkRead {
    /// Which.
    pub conversation_id: ConversationId,
    /// The last seq on screen.
    pub up_to: u64,
}

/// `conversation.mark_unread`: the purple square, for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct MarkUnread {
    /// Which.
    pub conversation_id: ConversationId,
}

/// `consent.change`: what somebody said elsewhere, as on the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ChangeConsent {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub consent: Consent,
}
