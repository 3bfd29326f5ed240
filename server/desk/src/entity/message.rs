//! A message and where it is on its way. The ranks are in `delivery`.

use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, MessageId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::{Address, Personal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    Inbound,
    Outbound,
}

/// Where an outbound message is. It rises by rank and never falls; see `delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Delivery {
    Queued,
    Sending,
    Accepted,
    Sent,
    Delivered,
    Read,
    Failed,
    /// Nobody knows whether it left: shown as "maybe sent".
    Unknown,
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
}
