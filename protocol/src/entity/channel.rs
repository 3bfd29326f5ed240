//! Own senders, and the other side's addresses on them.

use serde::{Deserialize, Serialize};

use crate::ids::ChannelId;

/// What a channel speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Text messages.
    Sms,
    /// Rich text messages.
    Rcs,
    /// WhatsApp.
    Whatsapp,
}

/// What kind of identity an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A phone number, `+` and digits.
    E164,
    /// A WhatsApp user without a number.
    Bsuid,
    /// An RCS user.
    Rcs,
}

/// The other side's identity on a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Address {
    /// What kind it is.
    pub kind: AddressKind,
    /// A number may be typed in any writing; the server answers in E.164.
    pub value: String,
}

/// One own sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Channel {
    /// Its id.
    pub channel_id: ChannelId,
    /// What it speaks.
    pub kind: ChannelKind,
    /// As shown.
    pub name: String,
    /// The own number or agent id.
    pub address: Address,
    /// The name of its provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Destination countries it is approved for, two letters each; nothing means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_countries: Option<Vec<String>>,
    /// The seq of the event that last changed it.
    pub seq: u64,
}
