//! What messages hold beside their text, and templates, as they stand in frames.

use parloir_desk::entity as desk;
use parloir_protocol::entity as wire;

use super::{action_kind, approval, attachment_kind, attachment_state, template_status};

pub fn attachment(attachment: &desk::Attachment) -> wire::Attachment {
    wire::Attachment {
        attachment_id: attachment.id,
        name: attachment.name.known().cloned(),
        media_type: attachment.media_type.clone(),
        kind: kind(attachment),
        bytes: attachment.bytes,
        width: attachment.size.map(|(width, _)| width),
        height: attachment.size.map(|(_, height)| height),
        thumbnail: attachment.thumbnail.is_some(),
        state: attachment_state(attachment.state),
    }
}

pub fn kind(attachment: &desk::Attachment) -> wire::AttachmentKind {
    attachment_kind(attachment.kind())
}

/// A card; its media is one of the message's files.
pub fn message_card(card: &desk::MessageCard, files: &[desk::Attachment]) -> wire::RichCard {
    let media = card.media.and_then(|id| files.iter().find(|file| file.id == id));
    wire::RichCard {
        title: card.title.clone(),
        text: card.text.clone(),
        media: media.map(attachment),
        actions: actions(&card.actions),
    }
}

pub fn actions(actions: &[desk::Action]) -> Vec<wire::Action> {
    let action = |action: &desk::Action| wire::Action {
        kind: action_kind(action.kind),
        label: action.label.clone(),
        value: action.value.clone(),
    };
    actions.iter().map(action).collect()
}

pub fn sent_template(template: &desk::SentTemplate) -> wire::TemplateRef {
    wire::TemplateRef {
        template_id: template.template_id,
        name: template.name.clone(),
        language: template.language.clone(),
    }
}

pub fn location(location: &desk::Location) -> wire::Location {
    wire::Location {
        latitude: wire::Degrees(location.latitude),
        longitude: wire::Degrees(location.longitude),
        name: location.name.clone(),
        address: location.address.clone(),
    }
}

pub fn reaction(reaction: &desk::Reacted) -> wire::Reaction {
    wire::Reaction { emoji: reaction.emoji.clone(), message_id: reaction.message_id }
}

pub fn link(link: &desk::MessageLink) -> wire::MessageLink {
    wire::MessageLink {
        expires_at: link.expires_at,
        revoked: link.revoked,
        opened: link.opened,
        opened_at: link.opened_at,
    }
}

pub fn template(template: &desk::Template) -> wire::Template {
    wire::Template {
        template_id: template.id,
        name: template.name.clone(),
        language: template.language.clone(),
        body: template.body.clone(),
        header: template.header.clone(),
        footer: template.footer.clone(),
        buttons: actions(&template.buttons),
        fields: template.fields().into_iter().map(str::to_owned).collect(),
        approval: approval(template.approval),
        provider_name: template.provider_name.clone(),
        status: template_status(template.status),
        seq: template.seq,
    }
}
