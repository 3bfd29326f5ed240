//! Commands about webhooks. A secret's salt is what its word stands for.

use parloir_desk::command::{Command, WebhookDraft, WebhookSalt};
use parloir_desk::entity::{Scope, WebhookPosition};

use super::fields::Fields;
use super::names::bytes_of;

pub(super) fn parse(name: &str, f: &mut Fields<'_>) -> Result<Option<Command>, String> {
    Ok(Some(match name {
        "SaveWebhook" => Command::SaveWebhook(Box::new(WebhookDraft {
            webhook_id: f.get("webhook_id")?,
            name: f.text("name")?,
            url: f.plain::<Option<String>>("url")?.unwrap_or_else(|| "https://h.example/".to_owned()),
            events: f.plain("events")?,
            scope: f.get::<Option<Scope>>("scope")?.unwrap_or(Scope::All),
            status: f.plain("status")?,
            salt: salt(f)?,
        })),
        "DeleteWebhook" => Command::DeleteWebhook { webhook_id: f.get("webhook_id")? },
        "RotateWebhook" => Command::RotateWebhook {
            webhook_id: f.get("webhook_id")?,
            salt: salt(f)?,
            keep_ms: f.plain("keep_ms")?,
        },
        "ReplayWebhook" => {
            Command::ReplayWebhook { webhook_id: f.get("webhook_id")?, from_seq: f.plain("from_seq")? }
        }
        "AdvanceWebhook" => Command::AdvanceWebhook {
            webhook_id: f.get("webhook_id")?,
            to: WebhookPosition {
                seq: f.plain("seq")?,
                step: f.plain("step")?,
                failing_since: f.plain("failing_since")?,
            },
        },
        "DisableWebhook" => Command::DisableWebhook {
            webhook_id: f.get("webhook_id")?,
            step: f.plain("step")?,
            failed_seq: f.plain("failed_seq")?,
            reason: f.plain("reason")?,
        },
        _ => return Ok(None),
    }))
}

fn salt(f: &mut Fields<'_>) -> Result<WebhookSalt, String> {
    Ok(WebhookSalt(bytes_of(&f.plain::<Option<String>>("secret")?.unwrap_or_default())))
}
