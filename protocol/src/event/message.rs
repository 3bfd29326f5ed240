//! Facts about messages and notes.

use serde::{Deserialize, Serialize};

use crate::entity::{Delivery, Failure, Header, Message, Note};
use crate::ids::{ConversationId, MessageId};

/// `message.received`: the other side wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// As it is now.
    pub conversation: Header,
    /// It.
    pub message: Message,
}

/// `message.queued`: an agent wrote; it is on stable storage and will leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// As it is now.
    pub conversation: Header,
    /// It.
    pub message: Message,
}

/// `message.delivery_changed`: it is further on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryChanged {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
    /// Of which try.
    pub attempt: u32,
    /// Where it is.
    pub delivery: Delivery,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// `note.added`: a line for colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAdded {
    /// As it is now.
    pub conversation: Header,
    /// It.
    pub note: Note,
}
