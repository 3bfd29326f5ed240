//! One message as RCS Business Messaging wants it.

use serde_json::{Value, json};

use super::super::{ActionKind, Card, CardAction, Content, FileRef};

/// Actions of one card.
const ACTIONS_MAX: usize = 4;

/// The body of a send; nothing when the content cannot be said there.
pub(super) fn message(content: &Content) -> Option<Value> {
    let inner = match content {
        Content::Text { text } => json!({ "text": text }),
        // A file and its caption are a card without a title.
        Content::Media { file, caption, .. } if !caption.is_empty() => {
            let card =
                Card { title: None, text: Some(caption.clone()), media: Some(file.clone()), actions: vec![] };
            self::card(&card)?
        }
        Content::Media { file, .. } => json!({ "contentInfo": info(file)? }),
        Content::Template(_) => return None,
        Content::Card(card) => self::card(card)?,
    };
    Some(json!({ "contentMessage": inner }))
}

fn info(file: &FileRef) -> Option<Value> {
    Some(json!({ "fileUrl": file.url.as_ref()?, "forceRefresh": false }))
}

fn card(card: &Card) -> Option<Value> {
    if card.actions.len() > ACTIONS_MAX {
        return None;
    }
    let mut content = json!({});
    if let Some(title) = &card.title {
        content["title"] = json!(title);
    }
    if let Some(text) = &card.text {
        content["description"] = json!(text);
    }
    if let Some(file) = &card.media {
        content["media"] = json!({ "height": "MEDIUM", "contentInfo": info(file)? });
    }
    if !card.actions.is_empty() {
        content["suggestions"] = card.actions.iter().map(suggestion).collect();
    }
    Some(
        json!({ "richCard": { "standaloneCard": { "cardOrientation": "VERTICAL", "cardContent": content } } }),
    )
}

fn suggestion(action: &CardAction) -> Value {
    let (label, value) = (&action.label, &action.value);
    match action.kind {
        ActionKind::Reply => json!({ "reply": { "text": label, "postbackData": value } }),
        ActionKind::Link => json!({
            "action": { "text": label, "postbackData": value, "openUrlAction": { "url": value } },
        }),
        ActionKind::Call => json!({
            "action": { "text": label, "postbackData": value, "dialAction": { "phoneNumber": value } },
        }),
    }
}
