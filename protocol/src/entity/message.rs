//! Messages, notes and consent.

use serde::{Deserialize, Serialize};

use super::{Attachment, Location, RichCard, TemplateRef};
use crate::ids::{AgentId, MessageId, NoteId};
use crate::time::Time;

/// From the other side or to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the other side.
    Inbound,
    /// To the other side.
    Outbound,
}

/// Where an outbound message is. It rises in this order and never falls; `failed` and `unknown` may still
/// rise to `sent` or beyond on a late receipt, and `cancelled` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Waits for its time.
    Scheduled,
    /// Held for a few seconds, or until somebody decides.
    Held,
    /// Accepted by Parloir and on stable storage.
    Queued,
    /// Being handed to the provider.
    Sending,
    /// Taken by the provider.
    Accepted,
    /// On its way to the phone.
    Sent,
    /// On the phone.
    Delivered,
    /// Seen.
    Read,
    /// It will not arrive.
    Failed,
    /// Maybe sent.
    Unknown,
    /// Taken back before it left.
    Cancelled,
}

/// Why a message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Outside the 24 h window.
    WindowExpired,
    /// The other side is not on this channel.
    NotOnChannel,
    /// No such number.
    InvalidNumber,
    /// The other side blocked the sender.
    Blocked,
    /// The other side said stop.
    OptedOut,
    /// The phone is off or out of reach.
    Unreachable,
    /// It waited too long.
    Expired,
    /// The provider refused the text.
    RejectedContent,
    /// Too many at once.
    Throttled,
    /// The provider did not accept our credentials.
    Auth,
    /// The account with the provider does not pay for it.
    Billing,
    /// The channel cannot carry this.
    Unsupported,
    /// The provider gave no reason.
    Unknown,
}

/// In which form a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Carriage {
    /// As text.
    Text,
    /// As what it is: a picture, a video, a card, a template.
    Native,
    /// As a file to be downloaded.
    Document,
    /// As a text with a link to the file.
    Link,
}

/// The link that a message's file goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct MessageLink {
    /// When it ends by itself.
    pub expires_at: Time,
    /// Whether somebody ended it.
    pub revoked: bool,
    /// How often it was opened.
    pub opened: u32,
    /// When last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Time>,
}

/// A sign that the other side set at a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Reaction {
    /// Empty when it was taken back.
    pub emoji: String,
    /// At which message, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Message {
    /// Its id; for an outbound one `msg_` and the command's UUID.
    pub message_id: MessageId,
    /// From whom.
    pub direction: Direction,
    /// Body or caption, perhaps empty beside something else; nothing once erased, as all of what follows.
    pub text: Option<String>,
    /// Which agent wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<AgentId>,
    /// The last seq of the conversation that the author had on screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_seq: Option<u64>,
    /// Where an outbound message is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Which try it is; the first is 1, an inbound message has 0.
    pub attempt: u32,
    /// Its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// A card instead of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<RichCard>,
    /// What its text was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateRef>,
    /// A place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// A sign at another message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Reaction>,
    /// The link that its file goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<MessageLink>,
    /// When a scheduled or held one goes; a held one without waits for somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
    /// In which form an outbound one goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carriage: Option<Carriage>,
}

/// A line for colleagues only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Note {
    /// Its id.
    pub note_id: NoteId,
    /// Nothing once erased.
    pub text: Option<String>,
    /// Who is named in it.
    pub mentions: Vec<AgentId>,
}

/// Whether the other side wants messages from a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// It said stop.
    OptedOut,
    /// It said start.
    OptedIn,
}
