//! What is asked about webhooks. Whether anything may be sent to an address is for whoever sends.

use std::collections::BTreeSet;

use parloir_desk::command::{Command, WebhookDraft, WebhookSalt};
use parloir_desk::entity::Scope;
use parloir_protocol::command::Command as Asked;
use parloir_protocol::command::webhook::{Rotate, Save};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::event::Fact;
use parloir_protocol::ids::GroupId;

use super::Secrets;
use super::address::invalid;
use crate::wire::entity;

/// How long a previous secret still signs when nothing else is said: a day.
const KEEP_MS: u64 = 24 * 60 * 60 * 1_000;
/// How long it may at most: a week.
const KEEP_MS_MAX: u64 = 7 * KEEP_MS;

/// What is asked about webhooks.
pub(super) fn of(asked: &Asked, secrets: &mut dyn FnMut() -> Secrets) -> Result<Command, ErrorBody> {
    match asked {
        Asked::WebhookSave(asked) => save(asked, secrets),
        Asked::WebhookDelete(asked) => Ok(Command::DeleteWebhook { webhook_id: asked.webhook_id }),
        Asked::WebhookRotate(asked) => rotate(asked, secrets),
        Asked::WebhookReplay(asked) => {
            Ok(Command::ReplayWebhook { webhook_id: asked.webhook_id, from_seq: asked.from_seq })
        }
        _ => unreachable!("only commands about webhooks come here"),
    }
}

/// One that exists has its secret already.
fn save(asked: &Save, secrets: &mut dyn FnMut() -> Secrets) -> Result<Command, ErrorBody> {
    let salt = match asked.webhook_id {
        Some(_) => WebhookSalt([0; 32]),
        None => secrets().salt,
    };
    Ok(Command::SaveWebhook(Box::new(WebhookDraft {
        webhook_id: asked.webhook_id,
        name: asked.name.clone(),
        url: asked.url.clone(),
        events: asked.events.as_deref().map(events).transpose()?,
        scope: scope(asked.groups.as_deref().unwrap_or_default()),
        status: asked.status.map(entity::asked_webhook_status),
        salt,
    })))
}

fn rotate(asked: &Rotate, secrets: &mut dyn FnMut() -> Secrets) -> Result<Command, ErrorBody> {
    let keep_ms = asked.keep_ms.unwrap_or(KEEP_MS);
    let fits = u32::try_from(keep_ms).ok().filter(|_| keep_ms <= KEEP_MS_MAX);
    let keep_ms =
        fits.ok_or_else(|| invalid("keep_ms", &keep_ms.to_string(), "more than 604800000, which is 7 days"))?;
    Ok(Command::RotateWebhook { webhook_id: asked.webhook_id, salt: secrets().salt, keep_ms })
}

/// A name with a typing mistake would be a webhook that is never called.
fn events(names: &[String]) -> Result<BTreeSet<String>, ErrorBody> {
    let is_known = |name: &&String| Fact::NAMES.contains(&name.as_str());
    match names.iter().find(|name| !is_known(name)) {
        Some(name) => Err(invalid("events", name, "no event's name")),
        None => Ok(names.iter().cloned().collect()),
    }
}

/// No groups means all.
fn scope(groups: &[GroupId]) -> Scope {
    if groups.is_empty() { Scope::All } else { Scope::Groups(groups.iter().copied().collect()) }
}
