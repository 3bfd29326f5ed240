//! Webhooks as they stand in frames: never with what their secrets are made of.

use parloir_desk::entity::{self as desk, Scope};
use parloir_protocol::entity as wire;

use super::words;

pub fn webhook(webhook: &desk::Webhook) -> wire::Webhook {
    wire::Webhook {
        webhook_id: webhook.id,
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        events: webhook.events.as_ref().map(|events| events.iter().cloned().collect()),
        groups: match &webhook.scope {
            Scope::All => None,
            Scope::Groups(groups) => Some(groups.iter().copied().collect()),
        },
        status: words::webhook_status(webhook.status),
        stopped: webhook.stopped.as_ref().map(|stopped| wire::Stopped {
            reason: words::stop_reason(stopped.reason),
            failed_seq: stopped.failed_seq,
            at: stopped.at,
        }),
        previous_until: webhook.previous.as_ref().map(|previous| previous.until),
        seq: webhook.seq,
    }
}

/// It, and how far it is.
pub fn standing(webhook: &desk::Webhook, position: Option<desk::WebhookPosition>) -> wire::WebhookStanding {
    wire::WebhookStanding {
        webhook: self::webhook(webhook),
        position: position.map_or(0, |position| position.seq),
        failing_since: position.and_then(|position| position.failing_since),
    }
}
