//! What events about webhooks change. Of the words about a place only the newest one's answer is kept: there
//! is one every few seconds.

use parloir_protocol::ids::{GroupId, WebhookId};
use parloir_protocol::time::Time;

use super::Edit;
use crate::commit::Key;
use crate::entity::{Scope, StopReason, Stopped, Webhook, WebhookPosition, WebhookStatus};

/// A new one begins after its own event; whatever is saved anew is tried anew.
pub(super) fn saved(edit: &mut Edit<'_>, webhook: &Webhook) {
    edit.put(edit.keys.webhook(webhook.id), webhook);
    let begin = WebhookPosition { seq: edit.seq, step: 0, failing_since: None };
    let position = edit.view().webhook_position(webhook.id).map_or(begin, |before| WebhookPosition {
        step: before.step + 1,
        failing_since: None,
        ..before
    });
    put_position(edit, webhook.id, position);
}

pub(super) fn deleted(edit: &mut Edit<'_>, id: WebhookId) {
    if let Some(position) = edit.view().webhook_position(id) {
        edit.remove(edit.keys.answer(&Key::Webhook(id, position.step)));
    }
    edit.remove(edit.keys.webhook_position(id));
    edit.remove(edit.keys.webhook(id));
}

pub(super) fn replayed(edit: &mut Edit<'_>, id: WebhookId, from_seq: u64) {
    let Some(before) = edit.view().webhook_position(id) else { return };
    let seq = from_seq.saturating_sub(1);
    put_position(edit, id, WebhookPosition { seq, step: before.step + 1, failing_since: None });
}

pub(super) fn advanced(edit: &mut Edit<'_>, id: WebhookId, seq: u64, step: u64, failing_since: Option<Time>) {
    if edit.view().webhook_position(id).is_some() {
        put_position(edit, id, WebhookPosition { seq, step, failing_since });
    }
}

pub(super) fn disabled(edit: &mut Edit<'_>, id: WebhookId, step: u64, failed_seq: u64, reason: StopReason) {
    let Some(before) = edit.view().webhook(id) else { return };
    let stopped = Some(Stopped { reason, failed_seq: Some(failed_seq), at: edit.at });
    let after = Webhook { status: WebhookStatus::Disabled, stopped, seq: edit.seq, ..before };
    edit.put(edit.keys.webhook(id), &after);
    if let Some(before) = edit.view().webhook_position(id) {
        put_position(edit, id, WebhookPosition { step, ..before });
    }
}

/// A group that is gone is gone from what each one sees.
pub(super) fn narrow(edit: &mut Edit<'_>, gone: GroupId) {
    for mut webhook in edit.view().webhooks() {
        let Scope::Groups(groups) = &mut webhook.scope else { continue };
        if groups.remove(&gone) {
            webhook.seq = edit.seq;
            edit.put(edit.keys.webhook(webhook.id), &webhook);
        }
    }
}

fn put_position(edit: &mut Edit<'_>, id: WebhookId, position: WebhookPosition) {
    if let Some(before) = edit.view().webhook_position(id) {
        edit.remove(edit.keys.answer(&Key::Webhook(id, before.step)));
    }
    edit.put(edit.keys.webhook_position(id), &position);
}
