//! Webhooks: saving, deleting, another secret, another place, and how far each is. A word about a place that
//! somebody changed meanwhile is refused, which leaves no trace.

use std::collections::BTreeSet;

use parloir_protocol::ids::WebhookId;
use parloir_protocol::text::fold;
use parloir_protocol::time::Time;

use super::text::{check_count, check_name};
use super::{Context, Decision};
use crate::command::{WebhookDraft, WebhookSalt};
use crate::entity::{PreviousSecret, Scope, StopReason, Stopped, Webhook, WebhookPosition, WebhookStatus};
use crate::event::{About, Event};
use crate::refusal::Refusal;

pub(super) fn save(ctx: &Context<'_>, draft: &WebhookDraft) -> Decision {
    let before = draft.webhook_id.map(|id| looked_after(ctx, id)).transpose()?;
    let scope = scope(ctx, &draft.scope)?;
    check_name("name", &draft.name, ctx.limits.name_chars)?;
    check_name("url", &draft.url, ctx.limits.webhook_url_chars)?;
    check_count("events", draft.events.as_ref().map_or(0, BTreeSet::len), ctx.limits.webhook_events)?;
    if before.is_none() {
        check_count("webhooks", ctx.view.webhooks().len() + 1, ctx.limits.webhooks)?;
    }
    let webhook = webhook(ctx, draft, scope, before.as_ref());
    check_name_free(ctx, &webhook)?;
    if before.is_some_and(|before| before == Webhook { seq: before.seq, ..webhook.clone() }) {
        return Ok(noted(webhook.id));
    }
    Ok(vec![Event::WebhookSaved { webhook }])
}

pub(super) fn delete(ctx: &Context<'_>, id: WebhookId) -> Decision {
    looked_after(ctx, id)?;
    Ok(vec![Event::WebhookDeleted { webhook_id: id }])
}

/// Another secret; the one before it still signs for a while, older ones do not.
pub(super) fn rotate(ctx: &Context<'_>, id: WebhookId, salt: WebhookSalt, keep_ms: u32) -> Decision {
    let before = looked_after(ctx, id)?;
    let until = ctx.ask.at.plus_millis(i64::from(keep_ms));
    let previous = (keep_ms > 0).then_some(PreviousSecret { salt: before.salt, until });
    Ok(vec![Event::WebhookSaved {
        webhook: Webhook { salt: salt.0, previous, seq: ctx.next_seq(), ..before },
    }])
}

pub(super) fn replay(ctx: &Context<'_>, id: WebhookId, from_seq: u64) -> Decision {
    looked_after(ctx, id)?;
    let (min, max) = (1, ctx.next_seq());
    if !(min..=max).contains(&from_seq) {
        return Err(Refusal::InvalidSeq { field: "from_seq", min, max });
    }
    Ok(vec![Event::WebhookReplayed { webhook_id: id, from_seq }])
}

/// The driver tells how far it is.
pub(super) fn advance(ctx: &Context<'_>, id: WebhookId, to: WebhookPosition) -> Decision {
    let before = at_work(ctx, id, to.step)?;
    let WebhookPosition { seq: position, step, failing_since } = to;
    let (min, max) = (before.seq, ctx.next_seq() - 1);
    let says_nothing = (position, failing_since) == (before.seq, before.failing_since);
    if says_nothing || !(min..=max).contains(&position) {
        return Err(Refusal::InvalidSeq { field: "position", min, max });
    }
    Ok(vec![Event::WebhookAdvanced { webhook_id: id, position, step, failing_since }])
}

/// The driver gives up on an event.
pub(super) fn disable(
    ctx: &Context<'_>,
    id: WebhookId,
    step: u64,
    failed_seq: u64,
    reason: StopReason,
) -> Decision {
    at_work(ctx, id, step)?;
    Ok(vec![Event::WebhookDisabled { webhook_id: id, step, failed_seq, reason }])
}

/// Where an active webhook is, when `step` is the next one.
fn at_work(ctx: &Context<'_>, id: WebhookId, step: u64) -> Result<WebhookPosition, Refusal> {
    let webhook = ctx.view.webhook(id).filter(|webhook| webhook.status == WebhookStatus::Active);
    let position = webhook.and_then(|webhook| ctx.view.webhook_position(webhook.id));
    let position = position.ok_or(Refusal::WebhookNotFound)?;
    let next = position.step + 1;
    if step == next { Ok(position) } else { Err(Refusal::InvalidSeq { field: "step", min: next, max: next }) }
}

/// A webhook that sees nothing that the caller does not see.
fn looked_after(ctx: &Context<'_>, id: WebhookId) -> Result<Webhook, Refusal> {
    let found = ctx.view.webhook(id).filter(|webhook| ctx.scope().covers(&webhook.scope));
    found.ok_or(Refusal::WebhookNotFound)
}

/// What it may see: what was asked for, or all that the author sees.
fn scope(ctx: &Context<'_>, asked: &Scope) -> Result<Scope, Refusal> {
    let Scope::Groups(groups) = asked else { return Ok(ctx.scope().clone()) };
    check_count("groups", groups.len(), ctx.limits.groups)?;
    let is_known = |id| ctx.sees(id) && ctx.view.group(id).is_some();
    match groups.iter().find(|id| !is_known(**id)) {
        Some(_) => Err(Refusal::GroupNotFound),
        None => Ok(asked.clone()),
    }
}

fn webhook(ctx: &Context<'_>, draft: &WebhookDraft, scope: Scope, before: Option<&Webhook>) -> Webhook {
    let status_before = before.map_or(WebhookStatus::Active, |before| before.status);
    let status = draft.status.unwrap_or(status_before);
    Webhook {
        id: draft.webhook_id.unwrap_or_else(|| ctx.ask.ids.webhook_id()),
        name: draft.name.trim().to_owned(),
        url: draft.url.clone(),
        events: draft.events.clone().filter(|events| !events.is_empty()),
        scope,
        status,
        stopped: stopped(status, before, ctx.ask.at),
        salt: before.map_or(draft.salt.0, |before| before.salt),
        previous: before.and_then(|before| before.previous.clone()),
        seq: ctx.next_seq(),
    }
}

/// One that is disabled already stays so for its reason.
fn stopped(status: WebhookStatus, before: Option<&Webhook>, at: Time) -> Option<Stopped> {
    match status {
        WebhookStatus::Active => None,
        WebhookStatus::Disabled => {
            let by_hand = Stopped { reason: StopReason::ByHand, failed_seq: None, at };
            Some(before.and_then(|before| before.stopped.clone()).unwrap_or(by_hand))
        }
    }
}

fn check_name_free(ctx: &Context<'_>, webhook: &Webhook) -> Result<(), Refusal> {
    let taken = |other: &Webhook| other.id != webhook.id && fold(&other.name) == fold(&webhook.name);
    if ctx.view.webhooks().iter().any(taken) { Err(Refusal::NameTaken) } else { Ok(()) }
}

fn noted(id: WebhookId) -> Vec<Event> {
    vec![Event::Noted { about: About::Webhook(id) }]
}
