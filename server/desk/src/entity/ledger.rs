//! What somebody last said about messages from a channel. It outlives an erased conversation.

use parloir_protocol::ids::ConversationId;
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use crate::event::Consent;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRow {
    pub consent: Consent,
    /// Where it was said.
    pub conversation_id: ConversationId,
    pub at: Time,
    /// Its place among all words about consent.
    pub seq: u64,
}
