//! Addresses that events are sent to, and how far each is. What stands here signs nothing by itself: a secret
//! is made of the server's own key and a salt.

use std::collections::BTreeSet;

use parloir_protocol::ids::WebhookId;
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::Scope;

/// Whether it is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookStatus {
    Active,
    Disabled,
}

/// Why it is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    ByHand,
    /// Its receiver says that it is there no more.
    Gone,
    /// Its receiver took nothing for as long as it is tried.
    Exhausted,
}

/// Where and why it was disabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    pub reason: StopReason,
    /// The event that was not taken.
    pub failed_seq: Option<u64>,
    pub at: Time,
}

/// A secret that still signs beside the newest one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousSecret {
    pub salt: [u8; 32],
    pub until: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub id: WebhookId,
    pub name: String,
    pub url: String,
    /// Names of the wire's events; nothing means all.
    pub events: Option<BTreeSet<String>>,
    pub scope: Scope,
    pub status: WebhookStatus,
    pub stopped: Option<Stopped>,
    /// What the newest secret is made of.
    pub salt: [u8; 32],
    pub previous: Option<PreviousSecret>,
    /// The seq of the event that last changed it.
    pub seq: u64,
}

/// How far a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookPosition {
    /// Its receiver has taken everything up to here.
    pub seq: u64,
    /// Counts what was recorded of it, so that a late word about an older place changes nothing.
    pub step: u64,
    /// Since when its receiver takes nothing, or an event of it.
    pub failing_since: Option<Time>,
}
