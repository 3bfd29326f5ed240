//! What can be done with webhooks.

use serde::{Deserialize, Serialize};

use crate::entity::WebhookStatus;
use crate::ids::{GroupId, WebhookId};

/// `webhook.save`: a new one, or one as it is to be, whole. The answer to a new one shows its secret once; a
/// repeat shows none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Save {
    /// Which; a new one without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_id: Option<WebhookId>,
    /// As shown to those who look after it.
    pub name: String,
    /// An https address at the usual port, of a public host.
    pub url: String,
    /// Names of the events to be sent; all when absent or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// The groups it sees; all that the author sees when absent or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
    /// Whether it is sent anything; as it was without. One that is active again goes on where it stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<WebhookStatus>,
}

/// `webhook.delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Delete {
    /// Which.
    pub webhook_id: WebhookId,
}

/// `webhook.rotate`: another secret, shown once. Both sign until the previous one ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Rotate {
    /// Which.
    pub webhook_id: WebhookId,
    /// How long the previous secret still signs, at most 7 days; 24 hours without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_ms: Option<u64>,
}

/// `webhook.replay`: events from there on are sent, those sent before with the same ids; events before it are
/// passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Replay {
    /// Which.
    pub webhook_id: WebhookId,
    /// The first event's seq, from 1 up to the one after the newest.
    pub from_seq: u64,
}
