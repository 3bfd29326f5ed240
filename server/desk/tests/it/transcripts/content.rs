//! Commands about what messages hold: files, cards, templates, links, plans.

use parloir_desk::command::{Command, LinkSecret, SendMessage, TemplateDraft, TemplateUse};
use parloir_desk::entity::{FileFacts, LinkHash, MessageCard, Reaction};
use parloir_desk::plan::{Carrier, TemplateNames};
use parloir_protocol::ids::AttachmentId;
use serde_json::Value;

use super::fields::Fields;
use super::names::{bytes_of, digest_of};

pub(super) fn parse(name: &str, f: &mut Fields<'_>) -> Result<Option<Command>, String> {
    Ok(Some(match name {
        "CancelMessage" => Command::CancelMessage { message_id: f.get("message_id")? },
        "ReleaseMessage" => Command::ReleaseMessage { message_id: f.get("message_id")? },
        "RescheduleMessage" => {
            Command::RescheduleMessage { message_id: f.get("message_id")?, send_at: f.plain("send_at")? }
        }
        "StoreMedia" => Command::StoreMedia {
            message_id: f.get("message_id")?,
            index: f.plain_or_default("index")?,
            facts: file(&f.plain::<Value>("file")?)?,
        },
        "GiveUpMedia" => {
            Command::GiveUpMedia { message_id: f.get("message_id")?, index: f.plain_or_default("index")? }
        }
        "OpenLink" => Command::OpenLink { hash: LinkHash(bytes_of(&f.text("code")?)) },
        "RevokeLink" => Command::RevokeLink { message_id: f.get("message_id")? },
        "ChangeConsent" => Command::ChangeConsent {
            conversation_id: f.get("conversation_id")?,
            consent: f.plain("consent")?,
        },
        "SaveTemplate" => Command::SaveTemplate(Box::new(draft(f)?)),
        "DeleteTemplate" => Command::DeleteTemplate { template_id: f.get("template_id")? },
        _ => return Ok(None),
    }))
}

fn draft(f: &mut Fields<'_>) -> Result<TemplateDraft, String> {
    Ok(TemplateDraft {
        template_id: f.get("template_id")?,
        name: f.text("name")?,
        language: f.plain::<Option<String>>("language")?.unwrap_or_else(|| "fr".to_owned()),
        body: f.text("body")?,
        header: f.plain("header")?,
        footer: f.plain("footer")?,
        buttons: f.plain_or_default("buttons")?,
        provider_name: f.plain("provider_name")?,
        approval: f.plain("approval")?,
    })
}

/// `file` is `{"name", "media_type", "bytes"}`, `link` the secret code of a link, `template` its id with
/// `values` and `digest`.
pub(super) fn send(f: &mut Fields<'_>) -> Result<Command, String> {
    let file = f.plain::<Option<Value>>("file")?.map(|value| self::file(&value)).transpose()?;
    let card: Option<MessageCard> =
        f.plain::<Option<Value>>("card")?.map(|value| card(value, file.as_ref())).transpose()?;
    let link = f.plain::<Option<String>>("link")?;
    let link = link.map(|code| LinkSecret {
        url: format!("https://p.example/a/{code}"),
        hash: LinkHash(bytes_of(&code)),
    });
    let template_id: Option<_> = f.get("template_id")?;
    let values = f.plain_or_default("values")?;
    let digest = f.plain::<Option<String>>("digest")?.unwrap_or_default();
    Ok(Command::Send(Box::new(SendMessage {
        conversation_id: f.get("conversation_id")?,
        text: f.plain("text")?,
        files: file.into_iter().collect(),
        template: template_id.map(|template_id| TemplateUse { template_id, values, digest }),
        card,
        send_at: f.plain("send_at")?,
        link,
        carrier: carrier(f)?,
    })))
}

/// What the channel's account does not carry: `["files", "cards", "templates"]`, or templates of names that do not
/// begin with `HX`: `"other templates"`.
fn carrier(f: &mut Fields<'_>) -> Result<Carrier, String> {
    let mut carrier = Carrier::default();
    for lacks in f.plain_or_default::<Vec<String>>("lacks")? {
        match lacks.as_str() {
            "files" => carrier.files = false,
            "cards" => carrier.cards = false,
            "templates" => carrier.templates = TemplateNames::None,
            "other templates" => carrier.templates = TemplateNames::StartingWith("HX"),
            other => return Err(format!("an account lacks no '{other}'")),
        }
    }
    Ok(carrier)
}

fn card(mut value: Value, file: Option<&FileFacts>) -> Result<MessageCard, String> {
    let fields = value.as_object_mut().ok_or("a card holds fields")?;
    fields.entry("actions").or_insert_with(|| Value::Array(Vec::new()));
    let card: MessageCard = serde_json::from_value(value).map_err(|error| format!("card: {error}"))?;
    Ok(MessageCard { media: file.map(|file| file.id), ..card })
}

/// A file as far as a transcript cares; its content is as its name.
fn file(value: &Value) -> Result<FileFacts, String> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = text("name").ok_or("a file has a name")?;
    let digest = bytes_of(&name);
    let id: [u8; 16] = std::array::from_fn(|i| digest[i]);
    Ok(FileFacts {
        id: AttachmentId::from_bytes(id),
        media_type: text("media_type").ok_or("a file has a media_type")?,
        bytes: value.get("bytes").and_then(Value::as_u64).unwrap_or(1_000),
        digest,
        size: None,
        thumbnail: None,
        clean: None,
        name,
    })
}

/// `{"emoji", "at": "the provider's own id of a message"}`.
pub(super) fn reaction(f: &mut Fields<'_>) -> Result<Option<Reaction>, String> {
    let Some(value) = f.plain::<Option<Value>>("reaction")? else { return Ok(None) };
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let emoji = text("emoji").ok_or("a reaction has an emoji")?.to_owned();
    Ok(Some(Reaction { emoji, provider_message: text("at").map(digest_of) }))
}
