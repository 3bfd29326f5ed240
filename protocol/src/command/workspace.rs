//! What can be done with a workspace and its channels.

use serde::{Deserialize, Serialize};

use crate::entity::{Address, ChannelKind};
use crate::ids::ChannelId;

/// `channel.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CreateChannel {
    /// What it speaks.
    pub kind: ChannelKind,
    /// As shown.
    pub name: String,
    /// The own number or agent id.
    pub address: Address,
    /// The name of a configured provider.
    pub provider: String,
    /// Two letters each; all without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_countries: Option<Vec<String>>,
}

/// `channel.change`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ChangeChannel {
    /// Which.
    pub channel_id: ChannelId,
    /// As shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Two letters each; an empty list means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_countries: Option<Vec<String>>,
}

/// `workspace.change`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Change {
    /// As shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// `opened` or `answered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(any(test, feature = "schema"), schemars(extend("enum" = ["opened", "answered"])))]
    pub unread_until: Option<String>,
    /// How long a send is held, at most 30,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_ms: Option<u32>,
    /// How long a link to a file works, 1 to 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_days: Option<u16>,
}

/// `workspace.create`: in the workspace `sys`, by the operator. The answer shows the first admin's token once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Create {
    /// As shown.
    pub name: String,
    /// Two letters.
    pub country: String,
    /// The first admin's name.
    pub admin: String,
}
