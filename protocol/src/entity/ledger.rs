//! What people last said about messages.

use serde::{Deserialize, Serialize};

use super::{Address, Consent};
use crate::ids::{ChannelId, ConversationId};
use crate::time::Time;

/// A line of the ledger: the last word about one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ConsentEntry {
    /// Where it was said.
    pub conversation_id: ConversationId,
    /// About which own sender.
    pub channel_id: ChannelId,
    /// Who said it; nothing once erased.
    pub address: Option<Address>,
    /// Which.
    pub consent: Consent,
    /// When.
    pub at: Time,
}
