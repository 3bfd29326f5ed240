//! One message as the Cloud API wants it.

use parloir_desk::entity::AddressKind;
use serde_json::{Value, json};

use super::super::{ActionKind, Card, CardAction, Carriage, Content, FileRef, Outgoing, Template};

/// Buttons of one message.
const REPLIES_MAX: usize = 3;

/// The body of a send; nothing when the content cannot be said there.
pub(super) fn message(outgoing: &Outgoing, media_id: Option<&str>) -> Option<Value> {
    let mut body = content(&outgoing.content, media_id)?;
    body["messaging_product"] = json!("whatsapp");
    body["recipient_type"] = json!("individual");
    // It comes back with every status: for people who look for a message at the provider.
    body["biz_opaque_callback_data"] = json!(format!("{}-{}", outgoing.message_id, outgoing.attempt.0));
    match outgoing.to.kind {
        AddressKind::E164 => body["to"] = json!(outgoing.to.value.trim_start_matches('+')),
        AddressKind::Bsuid => body["recipient"] = json!(outgoing.to.value),
        AddressKind::Rcs => return None,
    }
    Some(body)
}

fn content(content: &Content, media_id: Option<&str>) -> Option<Value> {
    Some(match content {
        Content::Text { text } => self::text(text),
        Content::Media { file, caption, carriage } => media(file, caption, *carriage, media_id?),
        Content::Template(template) => self::template(template),
        Content::Card(card) => self::card(card, media_id)?,
    })
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": { "body": text, "preview_url": false } })
}

fn media(file: &FileRef, caption: &str, carriage: Carriage, id: &str) -> Value {
    let kind = match (carriage, file.media_type.split('/').next()) {
        (Carriage::Native, Some("image")) => "image",
        (Carriage::Native, Some("video")) => "video",
        (Carriage::Native, Some("audio")) => "audio",
        (Carriage::Native | Carriage::Document, _) => "document",
    };
    let mut media = json!({ "id": id });
    if !caption.is_empty() && kind != "audio" {
        media["caption"] = json!(caption);
    }
    if kind == "document" {
        media["filename"] = json!(file.name);
    }
    json!({ "type": kind, kind: media })
}

fn template(template: &Template) -> Value {
    let component = |kind: &str, values: &[String]| {
        let values: Vec<_> = values.iter().map(|value| json!({ "type": "text", "text": value })).collect();
        (!values.is_empty()).then(|| json!({ "type": kind, "parameters": values }))
    };
    let components: Vec<_> = [component("header", &template.header), component("body", &template.body)]
        .into_iter()
        .flatten()
        .collect();
    let (name, language) = (&template.name, &template.language);
    json!({
        "type": "template",
        "template": { "name": name, "language": { "code": language }, "components": components },
    })
}

/// Up to three replies, or one link; a number to call is no button outside of templates. Without buttons it is
/// its media with a caption, or a text.
fn card(card: &Card, media_id: Option<&str>) -> Option<Value> {
    let title = card.title.iter().cloned();
    let text = title.chain(card.text.iter().cloned()).collect::<Vec<String>>().join("\n");
    if card.actions.is_empty() {
        return match (&card.media, media_id) {
            (Some(file), Some(id)) => Some(media(file, &text, Carriage::Native, id)),
            (None, _) if !text.is_empty() => Some(self::text(&text)),
            (Some(_), None) | (None, _) => None,
        };
    }
    if text.is_empty() {
        return None;
    }
    let mut interactive = match card.actions.as_slice() {
        [CardAction { kind: ActionKind::Link, label, value }] => json!({
            "type": "cta_url",
            "action": { "name": "cta_url", "parameters": { "display_text": label, "url": value } },
        }),
        actions if (1..=REPLIES_MAX).contains(&actions.len()) => {
            let buttons: Option<Vec<Value>> = actions.iter().map(reply).collect();
            json!({ "type": "button", "action": { "buttons": buttons? } })
        }
        _ => return None,
    };
    interactive["body"] = json!({ "text": text });
    if let Some(id) = media_id {
        let kind = match card.media.as_ref().and_then(|file| file.media_type.split('/').next()) {
            Some("video") => "video",
            Some("image") => "image",
            Some(_) | None => "document",
        };
        interactive["header"] = json!({ "type": kind, kind: { "id": id } });
    }
    Some(json!({ "type": "interactive", "interactive": interactive }))
}

fn reply(action: &CardAction) -> Option<Value> {
    match action.kind {
        ActionKind::Reply => {
            let (id, title) = (&action.value, &action.label);
            Some(json!({ "type": "reply", "reply": { "id": id, "title": title } }))
        }
        ActionKind::Link | ActionKind::Call => None,
    }
}
