//! What can be asked about the server.

use serde::{Deserialize, Serialize};

use crate::entity::Failure;
use crate::time::Time;

/// `status.get`: what the status page says, for agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct StatusGet {}

/// Answers `status.get`, as `/status.json` does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct StatusGetOk {
    /// The worst of all: `up`, `degraded` or `down`.
    #[cfg_attr(any(test, feature = "schema"), schemars(extend("enum" = ["up", "degraded", "down"])))]
    pub status: String,
    /// When that was.
    pub at: Time,
    /// The accounts at providers.
    pub providers: Vec<ProviderStatus>,
    /// How many webhooks stand how; absent while there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhooks: Option<WebhookCounts>,
}

/// Webhooks of all workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct WebhookCounts {
    /// Whose receivers take what is sent.
    pub active: u64,
    /// Whose receivers take nothing now, or not an event of it.
    pub failing: u64,
    /// Sent nothing until somebody enables them.
    pub disabled: u64,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ProviderStatus {
    /// As channels name it.
    pub name: String,
    /// `up`, `degraded` or `down`.
    #[cfg_attr(any(test, feature = "schema"), schemars(extend("enum" = ["up", "degraded", "down"])))]
    pub status: String,
    /// Messages that wait for it.
    pub waiting: u64,
    /// What one channel may hand over in a second.
    pub per_second: u32,
    /// What failed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
    /// Until it is asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_in_ms: Option<u64>,
}

/// Why and when an account failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct LastFailure {
    /// Why.
    pub failure: Failure,
    /// When.
    pub at: Time,
}
