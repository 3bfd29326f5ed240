//! Facts about webhooks. They are visible to admins and to integrations with the right `settings`, and are
//! themselves sent to no webhook.

use serde::{Deserialize, Serialize};

use crate::entity::{StopReason, Webhook};
use crate::ids::WebhookId;

/// `webhook.saved`: as it is now. Another secret is told so too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Saved {
    /// It.
    pub webhook: Webhook,
}

/// `webhook.deleted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Deleted {
    /// Which.
    pub webhook_id: WebhookId,
}

/// `webhook.disabled`: its receiver does not take what is sent. It keeps its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Disabled {
    /// Which.
    pub webhook_id: WebhookId,
    /// Why.
    pub reason: StopReason,
    /// The event that was not taken.
    pub failed_seq: u64,
}

/// `webhook.replayed`: it goes on from another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Replayed {
    /// Which.
    pub webhook_id: WebhookId,
    /// The first event's seq.
    pub from_seq: u64,
}
