//! What can be asked about webhooks.

use serde::{Deserialize, Serialize};

use crate::entity::{WebhookDelivery, WebhookStanding};
use crate::ids::WebhookId;

/// `webhook.list`: those whose groups the agent sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct List {}

/// Answers `webhook.list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ListOk {
    /// By name.
    pub webhooks: Vec<WebhookStanding>,
    /// They hold everything up to here.
    pub seq: u64,
}

/// `webhook.deliveries`: the newest tries, as far as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Deliveries {
    /// Of which webhook.
    pub webhook_id: WebhookId,
    /// Only those of the event with this seq.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// Answers `webhook.deliveries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct DeliveriesOk {
    /// Newest first.
    pub items: Vec<WebhookDelivery>,
    /// Everything up to here is in the log.
    pub seq: u64,
}
