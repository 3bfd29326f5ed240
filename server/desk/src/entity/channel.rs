//! One own sender: a number or an agent id at a provider.

use std::collections::BTreeSet;

use parloir_protocol::ids::ChannelId;
use serde::{Deserialize, Serialize};

use super::{Address, Country};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChannelKind {
    Sms,
    Rcs,
    Whatsapp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub kind: ChannelKind,
    pub name: String,
    /// The own number or agent id.
    pub address: Address,
    /// The name of the provider that carries it, as in the configuration.
    pub provider: String,
    /// Destination countries that the sender is approved for; nothing here means all.
    pub approved_countries: Option<BTreeSet<Country>>,
    /// The seq of the event that made or last changed this channel.
    pub seq: u64,
}

impl Channel {
    /// Whether a message to this country may leave; a destination without a country always may.
    pub fn approves(&self, country: Option<Country>) -> bool {
        match (&self.approved_countries, country) {
            (None, _) | (_, None) => true,
            (Some(approved), Some(country)) => approved.contains(&country),
        }
    }
}
