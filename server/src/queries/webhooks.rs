//! Webhooks and what was tried, for those who look after them.

use parloir_desk::entity::Webhook;
use parloir_desk::rights::keeps_settings;
use parloir_desk::view::View;
use parloir_protocol::entity::{WebhookDelivery, WebhookStanding};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::query::webhook::Deliveries;

use crate::admission::Caller;
use crate::node::Node;
use crate::wire::entity;

/// Those whose groups the caller sees, by name.
pub(super) fn list(view: &View<'_>, caller: &Caller) -> Result<Vec<WebhookStanding>, ErrorBody> {
    check(caller)?;
    let mut seen: Vec<Webhook> =
        view.webhooks().into_iter().filter(|webhook| looks_after(caller, webhook)).collect();
    seen.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(seen.iter().map(|webhook| entity::standing(webhook, view.webhook_position(webhook.id))).collect())
}

pub(super) fn deliveries(
    node: &Node,
    view: &View<'_>,
    caller: &Caller,
    query: &Deliveries,
    limit: usize,
) -> Result<Vec<WebhookDelivery>, ErrorBody> {
    check(caller)?;
    let found = view.webhook(query.webhook_id).filter(|webhook| looks_after(caller, webhook));
    let webhook = found.ok_or_else(|| {
        ErrorBody::new(Code::WebhookNotFound, "there is no such webhook, or not one that you look after")
    })?;
    Ok(node.hooks().ledger().newest(caller.workspace.id, webhook.id, query.seq, limit))
}

fn looks_after(caller: &Caller, webhook: &Webhook) -> bool {
    caller.agent.scope.covers(&webhook.scope)
}

fn check(caller: &Caller) -> Result<(), ErrorBody> {
    if keeps_settings(&caller.agent) {
        return Ok(());
    }
    Err(ErrorBody::new(Code::NotAllowed, "your role does not allow this: ask an admin"))
}
