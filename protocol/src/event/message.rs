//! Facts about messages and notes.

use serde::{Deserialize, Serialize};

use crate::entity::{Attachment, Delivery, Failure, Header, Message, Note};
use crate::ids::{AttachmentId, ConversationId, MessageId};
use crate::time::Time;

/// `message.received`: the other side wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Received {
    /// As it is now.
    pub conversation: Header,
    /// It.
    pub message: Message,
}

/// `message.queued`: an agent wrote; it is on stable storage and will leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Queued {
    /// As it is now.
    pub conversation: Header,
    /// It.
    pub message: Message,
}

/// `message.delivery_changed`: it is further on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
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
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct NoteAdded {
    /// As it is now.
    pub conversation: Header,
    /// It.
    pub note: Note,
}

/// `message.planned`: an agent wrote what goes later. It is no line of the timeline yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Planned {
    /// As it is; nothing in it moved.
    pub conversation: Header,
    /// It.
    pub message: Message,
}

/// `message.plan_changed`: a planned message goes at another time, or waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct PlanChanged {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
    /// `scheduled` or `held`.
    pub delivery: Delivery,
    /// When it goes; nothing when somebody must say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
}

/// `message.cancelled`: it will not leave. A planned one is gone, a queued one stays in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Cancelled {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
}

/// `attachment.stored`: a file that came in is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct AttachmentStored {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
    /// It, in the place of the one with its id.
    pub attachment: Attachment,
}

/// `attachment.missing`: a file that came in could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct AttachmentMissing {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
    /// Which file.
    pub attachment_id: AttachmentId,
}

/// `link.opened`: the other side opened a message's link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct LinkOpened {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
}

/// `link.revoked`: a message's link was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct LinkRevoked {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Which.
    pub message_id: MessageId,
}
