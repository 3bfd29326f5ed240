//! What a message may hold beside its text: a card, a template, a place, a sign; and how it goes.

use parloir_protocol::ids::{AttachmentId, MessageId, TemplateId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use crate::commit::Digest;

/// In which form a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Carriage {
    Text,
    Native,
    Document,
    Link,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionKind {
    Reply,
    Link,
    Call,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub kind: ActionKind,
    pub label: String,
    pub value: String,
}

/// A card; its media is one of the message's files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageCard {
    pub title: Option<String>,
    pub text: Option<String>,
    pub media: Option<AttachmentId>,
    pub actions: Vec<Action>,
}

/// The template that a message was made of, and the values in the order of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentTemplate {
    pub template_id: TemplateId,
    pub name: String,
    pub language: String,
    /// What WhatsApp calls it; nothing when it goes as a plain text.
    pub provider_name: Option<String>,
    pub header: Vec<String>,
    pub body: Vec<String>,
}

/// A place on earth, in millionths of a degree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub latitude: i32,
    pub longitude: i32,
    pub name: Option<String>,
    pub address: Option<String>,
}

/// A sign at a message, as the provider told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Empty when it is taken back.
    pub emoji: String,
    /// The provider's name of the message.
    pub provider_message: Option<Digest>,
}

/// The same with the message that was found under that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reacted {
    pub emoji: String,
    pub message_id: Option<MessageId>,
}

/// The hash of a link's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinkHash(pub [u8; 32]);

/// The link that a message's file goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageLink {
    pub hash: LinkHash,
    pub expires_at: Time,
    pub revoked: bool,
    pub opened: u32,
    pub opened_at: Option<Time>,
}

/// What stands behind a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    pub message_id: MessageId,
    pub attachment_id: AttachmentId,
    pub expires_at: Time,
    pub revoked: bool,
}
