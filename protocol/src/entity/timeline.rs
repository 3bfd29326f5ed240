//! A conversation's messages and events in one order.

use serde::{Deserialize, Serialize};

use super::{Actor, Consent, Message, Note};
use crate::ids::{AgentId, GroupId, MessageId};
use crate::time::Time;

/// Why a closed conversation is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReopenCause {
    /// The other side wrote.
    Reply,
    /// An agent wrote.
    Send,
    /// An agent reopened it.
    Agent,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct TimelineItem {
    /// Its place.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor: Actor,
    /// What.
    pub item: Item,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "most lines are messages")]
pub enum Item {
    /// The conversation began.
    Started,
    /// A message, with its status now.
    Message {
        /// It.
        message: Message,
    },
    /// A note.
    Note {
        /// It.
        note: Note,
    },
    /// Moved to another group.
    Moved {
        /// From.
        from: GroupId,
        /// To.
        to: GroupId,
    },
    /// Archived.
    Closed,
    /// Open again.
    Reopened {
        /// Why.
        cause: ReopenCause,
    },
    /// Another owner, or none.
    Assigned {
        /// Who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<AgentId>,
        /// Who has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<AgentId>,
    },
    /// Somebody marked it unread.
    MarkedUnread,
    /// The other side said stop or start.
    ConsentChanged {
        /// Which.
        consent: Consent,
    },
    /// The other side opened a message's link.
    LinkOpened {
        /// Which message's.
        message_id: MessageId,
    },
    /// A message's link was ended.
    LinkRevoked {
        /// Which message's.
        message_id: MessageId,
    },
    /// The person was erased.
    Erased,
}
