//! Webhooks: addresses that events are sent to, and what became of each try. They never hold a secret.

use serde::{Deserialize, Serialize};

use crate::ids::{GroupId, WebhookId};
use crate::time::Time;

/// Whether a webhook is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    /// It is.
    Active,
    /// It is not, and keeps its place.
    Disabled,
}

/// Why a webhook is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Somebody wants it so.
    ByHand,
    /// Its receiver answered 410: it is there no more.
    Gone,
    /// Its receiver took nothing for as long as it is tried.
    Exhausted,
}

/// Where and why a webhook was disabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Stopped {
    /// Why.
    pub reason: StopReason,
    /// The event that was not taken; absent when somebody disabled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_seq: Option<u64>,
    /// When.
    pub at: Time,
}

/// An address that events are sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Webhook {
    /// Its id.
    pub webhook_id: WebhookId,
    /// As shown to those who look after it.
    pub name: String,
    /// Where events are sent, in its normal form.
    pub url: String,
    /// Names of the events that are sent; all without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// The groups it sees; all without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
    /// Whether it is sent anything.
    pub status: WebhookStatus,
    /// Why not, when it is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// Until then its previous secret signs as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_until: Option<Time>,
    /// The seq of the event that last changed it.
    pub seq: u64,
}

/// A webhook, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct WebhookStanding {
    /// It.
    pub webhook: Webhook,
    /// Its receiver has taken everything up to this seq, as far as it is recorded.
    pub position: u64,
    /// Since when its receiver takes nothing, or an event of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Time>,
}

/// What became of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// The receiver took it.
    Delivered,
    /// It did not; it is tried again.
    Failed,
    /// It did not, and the webhook is disabled for it.
    GivenUp,
}

/// One try to send one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct WebhookDelivery {
    /// The header `webhook-id`: the same at each try of the event.
    pub delivery_id: String,
    /// The event's place in the log.
    pub seq: u64,
    /// Its name.
    pub name: String,
    /// When the try began.
    pub at: Time,
    /// Which try of the event it was, from 1; counted anew after a restart.
    pub attempt: u32,
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// The status that the receiver answered; absent when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<u16>,
    /// Why it failed, as a sentence. It tells nothing of the answer's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// From the call to its answer.
    pub took_ms: u64,
}
