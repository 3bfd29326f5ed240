//! A message and where it is on its way. The ranks are in `delivery`.

use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, MessageId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::{
    Address, Attachment, Carriage, Location, MessageCard, MessageLink, Personal, Reacted, SentTemplate,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    Inbound,
    Outbound,
}

/// Where an outbound message is. It rises by rank and never falls; see `delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Delivery {
    /// Waits for its time; no line of the timeline yet.
    Scheduled,
    /// Held to be taken back, or until somebody decides; no line of the timeline yet.
    Held,
    Queued,
    Sending,
    Accepted,
    Sent,
    Delivered,
    Read,
    Failed,
    /// Nobody knows whether it left: shown as "maybe sent".
    Unknown,
    /// Taken back before it left.
    Cancelled,
}

/// Why a message failed, in words that an agent understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    WindowExpired,
    NotOnChannel,
    InvalidNumber,
    Blocked,
    OptedOut,
    Unreachable,
    Expired,
    RejectedContent,
    Throttled,
    Auth,
    Billing,
    Unsupported,
    /// The sender is not approved for the country any more, or the template by WhatsApp.
    NotApproved,
    Unknown,
}

/// One try to hand a message to the provider; a retry is a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attempt(pub u32);

/// What the rules know of a message beyond its line in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    /// The seq of the event that made it: its place in the timeline.
    pub seq: u64,
    pub at: Time,
    /// When somebody asked for it to leave: at first, or by another attempt since.
    pub queued_at: Time,
    pub author: Option<AgentId>,
    /// Fixed when the send was accepted: nothing can redirect it later.
    pub channel_id: ChannelId,
    pub address: Personal<Address>,
    pub text: Personal<String>,
    /// The author's last seen seq of the conversation when it was sent.
    pub seen_seq: Option<u64>,
    /// Inbound messages have none.
    pub delivery: Option<Delivery>,
    pub failure: Option<Failure>,
    pub attempt: Attempt,
    pub attachments: Vec<Attachment>,
    pub card: Option<MessageCard>,
    pub template: Option<SentTemplate>,
    pub location: Option<Location>,
    pub reaction: Option<Reacted>,
    pub carriage: Option<Carriage>,
    pub link: Option<MessageLink>,
    /// When a planned one goes; a held one without waits for somebody.
    pub due_at: Option<Time>,
}

impl Message {
    /// The same without anything that says who wrote what.
    #[must_use]
    pub fn erased(self) -> Self {
        Self {
            address: Personal::Erased,
            text: Personal::Erased,
            attachments: Vec::new(),
            card: None,
            template: None,
            location: None,
            reaction: None,
            carriage: None,
            link: None,
            ..self
        }
    }

    /// Whether its link opens: nobody was sent that of a message that was taken back.
    pub fn may_be_open(&self) -> bool {
        self.delivery != Some(Delivery::Cancelled) && !self.is_planned()
    }

    /// Whether it is scheduled or held.
    pub fn is_planned(&self) -> bool {
        matches!(self.delivery, Some(Delivery::Scheduled | Delivery::Held))
    }
}
