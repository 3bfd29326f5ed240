//! Facts about webhooks.

use parloir_desk::entity::{StopReason, Webhook};
use parloir_protocol::event::{Fact, webhook as wire};
use parloir_protocol::ids::WebhookId;

use crate::wire::entity;

pub(super) fn saved(webhook: &Webhook) -> Fact {
    Fact::WebhookSaved(wire::Saved { webhook: entity::webhook(webhook) })
}

pub(super) fn deleted(webhook_id: WebhookId) -> Fact {
    Fact::WebhookDeleted(wire::Deleted { webhook_id })
}

pub(super) fn replayed(webhook_id: WebhookId, from_seq: u64) -> Fact {
    Fact::WebhookReplayed(wire::Replayed { webhook_id, from_seq })
}

pub(super) fn disabled(webhook_id: WebhookId, failed_seq: u64, reason: StopReason) -> Fact {
    let reason = entity::stop_reason(reason);
    Fact::WebhookDisabled(wire::Disabled { webhook_id, reason, failed_seq })
}
