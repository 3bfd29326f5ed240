//! Messages, notes and consent.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, MessageId, NoteId};

/// From the other side or to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the other side.
    Inbound,
    /// To the other side.
    Outbound,
}

/// Where an outbound message is. It rises in this order and never falls; `failed` and `unknown` may still
/// rise to `sent` or beyond on a late receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
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
}

/// Why a message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; for an outbound one `msg_` and the command's UUID.
    pub message_id: MessageId,
    /// From whom.
    pub direction: Direction,
    /// Nothing once erased.
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
}

/// A line for colleagues only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// It said stop.
    OptedOut,
    /// It said start.
    OptedIn,
}
