//! A command as a transcript writes it: its name and its fields, as in the desk's own vocabulary.

use parloir_desk::command::{CardChange, Command, DigestKey, Inbound, Outcome, TokenDraft, TokenHash};
use parloir_desk::entity::Purpose;
use serde_json::Value;

use super::content;
use super::fields::Fields;
use super::names::{Names, bytes_of, digest_of};
use super::webhook;

type Parsed = Result<Option<Command>, String>;

const NOUNS: [fn(&str, &mut Fields<'_>) -> Parsed; 9] =
    [conversation, queue, message, content::parse, contact, group, people, workspace, webhook::parse];

/// The command `name` with these fields.
pub(super) fn command(name: &str, value: &Value, names: &Names) -> Result<Command, String> {
    let mut fields = Fields::new(value, names)?;
    for parse in NOUNS {
        if let Some(command) = parse(name, &mut fields)? {
            fields.end()?;
            return Ok(command);
        }
    }
    Err(format!("there is no command '{name}'"))
}

fn conversation(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "Start" => Command::Start {
            channel_id: f.get("channel_id")?,
            to: f.destination("to")?,
            group_id: f.get("group_id")?,
        },
        "Move" => Command::Move {
            conversation_id: f.get("conversation_id")?,
            group_id: f.get("group_id")?,
            expected_group: f.get("expected_group")?,
        },
        "Close" => Command::Close { conversation_id: f.get("conversation_id")? },
        "Reopen" => Command::Reopen { conversation_id: f.get("conversation_id")? },
        "MarkRead" => {
            Command::MarkRead { conversation_id: f.get("conversation_id")?, up_to: f.plain("up_to")? }
        }
        "MarkUnread" => Command::MarkUnread { conversation_id: f.get("conversation_id")? },
        "AddNote" => Command::AddNote {
            conversation_id: f.get("conversation_id")?,
            text: f.text("text")?,
            mentions: f.set("mentions")?,
        },
        _ => return Ok(None),
    }))
}

fn queue(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "Assign" => {
            Command::Assign { conversation_id: f.get("conversation_id")?, agent_id: f.get("agent_id")? }
        }
        "Claim" => Command::Claim { conversation_id: f.get("conversation_id")? },
        "Release" => Command::Release { conversation_id: f.get("conversation_id")? },
        "Next" => Command::Next { group_id: f.get("group_id")? },
        _ => return Ok(None),
    }))
}

fn message(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "Receive" => Command::Receive(Inbound {
            channel_id: f.get("channel_id")?,
            from: f.destination("from")?,
            profile_name: f.plain("profile_name")?,
            text: f.plain_or_default("text")?,
            media: f.plain_or_default("media")?,
            location: f.plain("location")?,
            reaction: content::reaction(f)?,
        }),
        "Send" => content::send(f)?,
        "Retry" => Command::Retry { message_id: f.get("message_id")? },
        "Dispatch" => Command::Dispatch { message_id: f.get("message_id")?, attempt: f.plain("attempt")? },
        "Answered" => Command::Answered {
            message_id: f.get("message_id")?,
            attempt: f.plain("attempt")?,
            outcome: outcome(&f.plain("outcome")?)?,
        },
        "Receipt" => Command::Receipt {
            channel_id: f.get("channel_id")?,
            provider_message: digest_of(&f.text("provider_message")?),
            delivery: f.plain("delivery")?,
            failure: f.plain("failure")?,
        },
        "OptOut" => Command::OptOut { channel_id: f.get("channel_id")?, from: f.destination("from")? },
        _ => return Ok(None),
    }))
}

/// `"Unknown"`, `"PutOff"`, `{"Accepted": "the provider's own id"}` or `{"Failed": "Blocked"}`.
fn outcome(value: &Value) -> Result<Outcome, String> {
    if let Some(id) = value.get("Accepted").and_then(Value::as_str) {
        return Ok(Outcome::Accepted { provider_message: digest_of(id) });
    }
    if let Some(failure) = value.get("Failed") {
        let failure = serde_json::from_value(failure.clone()).map_err(|e| format!("outcome: {e}"))?;
        return Ok(Outcome::Failed { failure });
    }
    match value.as_str() {
        Some("Unknown") => Ok(Outcome::Unknown),
        Some("PutOff") => Ok(Outcome::PutOff),
        Some(_) | None => Err(format!("{value} is no outcome")),
    }
}

fn contact(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "SaveContact" => Command::SaveContact { contact_id: f.get("contact_id")?, change: card_change(f)? },
        "MergeContacts" => Command::MergeContacts {
            survivor: f.get("survivor")?,
            survivor_version: f.plain("survivor_version")?,
            merged: f.get("merged")?,
            merged_version: f.plain("merged_version")?,
        },
        "UnmergeContacts" => {
            Command::UnmergeContacts { survivor: f.get("survivor")?, merged: f.get("merged")? }
        }
        "EraseContact" => Command::EraseContact { contact_id: f.get("contact_id")? },
        _ => return Ok(None),
    }))
}

fn card_change(f: &mut Fields<'_>) -> Result<CardChange, String> {
    Ok(CardChange {
        name: f.plain("name")?,
        add_tags: f.plain_or_default("add_tags")?,
        remove_tags: f.plain_or_default("remove_tags")?,
        properties: f.plain_or_default("properties")?,
        add_addresses: f.addresses("add_addresses")?,
        remove_addresses: f.addresses("remove_addresses")?,
    })
}

fn group(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "CreateGroup" => Command::CreateGroup { name: f.text("name")? },
        "RenameGroup" => Command::RenameGroup { group_id: f.get("group_id")?, name: f.text("name")? },
        "ArchiveGroup" => Command::ArchiveGroup { group_id: f.get("group_id")? },
        "DeleteGroup" => Command::DeleteGroup { group_id: f.get("group_id")?, target: f.get("target")? },
        "CloseGroup" => Command::CloseGroup { group_id: f.get("group_id")? },
        "ImportContacts" => {
            Command::ImportContacts { attachment_id: f.plain("attachment_id")?, bytes: f.plain("bytes")? }
        }
        "AdvanceImport" => Command::AdvanceImport { job_id: f.get("job_id")?, done: f.plain("done")? },
        "StepJob" => Command::StepJob { job_id: f.get("job_id")? },
        "FinishJob" => Command::FinishJob { job_id: f.get("job_id")? },
        _ => return Ok(None),
    }))
}

fn people(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "CreateAgent" => Command::CreateAgent {
            name: f.text("name")?,
            role: f.plain("role")?,
            scope: f.get("scope")?,
            rights: f.plain_or_default("rights")?,
        },
        "ChangeAgent" => Command::ChangeAgent {
            agent_id: f.get("agent_id")?,
            name: f.plain("name")?,
            role: f.plain("role")?,
            scope: f.get("scope")?,
        },
        "DeactivateAgent" => Command::DeactivateAgent { agent_id: f.get("agent_id")? },
        "SetAvailability" => {
            Command::SetAvailability { agent_id: f.get("agent_id")?, availability: f.plain("availability")? }
        }
        "CreateToken" => Command::CreateToken(TokenDraft {
            agent_id: f.get("agent_id")?,
            hash: TokenHash(bytes_of(&f.text("secret")?)),
            expires_at: f.plain("expires_at")?,
            purpose: f.plain::<Option<Purpose>>("purpose")?.unwrap_or(Purpose::Access),
            made_from: f.get("made_from")?,
        }),
        "Redeem" => Command::Redeem {
            invitation: bytes_of(&f.text("invitation")?),
            hash: TokenHash(bytes_of(&f.text("secret")?)),
            expires_at: f.plain("expires_at")?,
        },
        "RevokeToken" => Command::RevokeToken { token_id: f.get("token_id")? },
        _ => return Ok(None),
    }))
}

fn workspace(name: &str, f: &mut Fields<'_>) -> Parsed {
    Ok(Some(match name {
        "CreateChannel" => Command::CreateChannel {
            kind: f.plain("kind")?,
            name: f.text("name")?,
            address: f.address("address")?,
            provider: f.text("provider")?,
            approved_countries: f.countries("approved_countries")?.flatten(),
        },
        "ChangeChannel" => Command::ChangeChannel {
            channel_id: f.get("channel_id")?,
            name: f.plain("name")?,
            approved_countries: f.countries("approved_countries")?,
        },
        "ChangeWorkspace" => Command::ChangeWorkspace {
            name: f.plain("name")?,
            country: f.country("country")?,
            unread_until: f.plain("unread_until")?,
            hold_ms: f.plain("hold_ms")?,
            link_days: f.plain("link_days")?,
        },
        "Provision" => Command::Provision {
            workspace_id: f.get("workspace_id")?,
            name: f.text("name")?,
            country: f.country("country")?.ok_or("country: missing")?,
            digest_key: DigestKey(bytes_of("digest key")),
            admin: f.text("admin")?,
            hash: TokenHash(bytes_of(&f.text("secret")?)),
        },
        "RegisterWorkspace" => {
            Command::RegisterWorkspace { workspace_id: f.get("workspace_id")?, name: f.text("name")? }
        }
        "BeginEpoch" => Command::BeginEpoch { epoch: f.plain("epoch")? },
        _ => return Ok(None),
    }))
}
