//! One of each event about webhooks, and of each choice within one.

use std::collections::BTreeSet;

use parloir_desk::entity::{PreviousSecret, Scope, StopReason, Stopped, Webhook, WebhookStatus};
use parloir_desk::event::{About, Event};
use parloir_protocol::ids::WebhookId;
use uuid::Uuid;

use super::{AT, GROUP};

pub(super) const WEBHOOK: WebhookId = WebhookId(Uuid::from_bytes([21; 16]));

pub(super) fn events() -> Vec<Event> {
    let stopped = |reason, failed_seq| Webhook {
        status: WebhookStatus::Disabled,
        stopped: Some(Stopped { reason, failed_seq, at: AT }),
        ..webhook()
    };
    let narrow = Webhook {
        events: Some(BTreeSet::from(["message.received".to_owned()])),
        scope: Scope::Groups(BTreeSet::from([GROUP])),
        previous: Some(PreviousSecret { salt: [23; 32], until: AT }),
        ..webhook()
    };
    let saved = [
        webhook(),
        narrow,
        stopped(StopReason::ByHand, None),
        stopped(StopReason::Gone, Some(39)),
        stopped(StopReason::Exhausted, Some(39)),
    ];
    let mut events: Vec<Event> = saved.map(|webhook| Event::WebhookSaved { webhook }).to_vec();
    events.extend([
        Event::WebhookDeleted { webhook_id: WEBHOOK },
        Event::WebhookReplayed { webhook_id: WEBHOOK, from_seq: 12 },
        Event::WebhookAdvanced { webhook_id: WEBHOOK, position: 39, step: 4, failing_since: None },
        Event::WebhookAdvanced { webhook_id: WEBHOOK, position: 39, step: 5, failing_since: Some(AT) },
        Event::WebhookDisabled { webhook_id: WEBHOOK, step: 6, failed_seq: 40, reason: StopReason::Gone },
        Event::Noted { about: About::Webhook(WEBHOOK) },
    ]);
    events
}

fn webhook() -> Webhook {
    Webhook {
        id: WEBHOOK,
        name: "Till".into(),
        url: "https://hooks.example.com/parloir".into(),
        events: None,
        scope: Scope::All,
        status: WebhookStatus::Active,
        stopped: None,
        salt: [22; 32],
        previous: None,
        seq: 8,
    }
}
