//! Webhooks: of their secrets only what they are made of beside the server's own key.

use parloir_desk::entity;

use super::agent::Scope;
use super::bytes::{Id, Moment, Secret};
use super::kept::{shapes, words};

words! {
    WebhookStatus of entity::WebhookStatus { Active = "active", Disabled = "disabled" }
    StopReason of entity::StopReason { ByHand = "by_hand", Gone = "gone", Exhausted = "exhausted" }
}

shapes! {
    Stopped of entity::Stopped { reason: StopReason, failed_seq: Option<u64>, at: Moment }
    PreviousSecret of entity::PreviousSecret { salt: Secret, until: Moment }
    Webhook of entity::Webhook {
        id: Id,
        name: String,
        url: String,
        events: Option<Vec<String>>,
        scope: Scope,
        status: WebhookStatus,
        stopped: Option<Stopped>,
        salt: Secret,
        previous: Option<PreviousSecret>,
        seq: u64,
    }
}
