//! What a message is to a provider: made from what was accepted, and from nothing else.

use parloir_desk::entity::{self as desk, Attachment, Message};

use crate::providers::{ActionKind, Card, CardAction, Carriage, Content, FileRef, Template};

/// The content of a message; nothing when it was erased.
pub(super) fn of(message: &Message) -> Option<Content> {
    let text = message.text.known()?.clone();
    if let Some(card) = &message.card {
        return Some(Content::Card(self::card(card, message)));
    }
    if let Some(template) = message.template.as_ref().filter(|sent| sent.provider_name.is_some()) {
        return Some(Content::Template(self::template(template, text)));
    }
    let file = message.attachments.first();
    Some(match (file, message.carriage) {
        (Some(file), Some(desk::Carriage::Native)) => {
            Content::Media { file: self::file(file, message), caption: text, carriage: Carriage::Native }
        }
        (Some(file), Some(desk::Carriage::Document)) => {
            Content::Media { file: self::file(file, message), caption: text, carriage: Carriage::Document }
        }
        // A link stands in the text.
        (_, Some(_) | None) => Content::Text { text },
    })
}

/// A picture leaves in the form that says nothing of its maker.
fn file(attachment: &Attachment, message: &Message) -> FileRef {
    let own = (attachment.digest, attachment.bytes);
    let (digest, bytes) = attachment.clean.map_or(own, |clean| (clean.digest, clean.bytes));
    FileRef {
        media_type: attachment.media_type.clone(),
        name: attachment.name.known().cloned().unwrap_or_default(),
        bytes,
        digest,
        url: message.link.as_ref().and_then(|link| link.url.as_ref()).map(|url| format!("{url}/file")),
    }
}

fn card(card: &desk::MessageCard, message: &Message) -> Card {
    let media = card.media.and_then(|id| message.attachments.iter().find(|file| file.id == id));
    let action = |action: &desk::Action| CardAction {
        kind: match action.kind {
            desk::ActionKind::Reply => ActionKind::Reply,
            desk::ActionKind::Link => ActionKind::Link,
            desk::ActionKind::Call => ActionKind::Call,
        },
        label: action.label.clone(),
        value: action.value.clone(),
    };
    Card {
        title: card.title.clone(),
        text: card.text.clone(),
        media: media.map(|media| file(media, message)),
        actions: card.actions.iter().map(action).collect(),
    }
}

fn template(sent: &desk::SentTemplate, text: String) -> Template {
    Template {
        name: sent.provider_name.clone().unwrap_or_else(|| sent.name.clone()),
        language: sent.language.clone(),
        header: sent.header.clone(),
        body: sent.body.clone(),
        text,
    }
}
