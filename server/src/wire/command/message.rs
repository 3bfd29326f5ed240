//! What is asked to be sent, and templates as they are to be. It looks for no file and makes no link: its
//! driver did.

use parloir_desk::command::{Command, LinkSecret, SendMessage, TemplateDraft, TemplateUse};
use parloir_desk::entity::{Action, FileFacts, MessageCard};
use parloir_desk::plan::Carrier;
use parloir_protocol::command::Command as Asked;
use parloir_protocol::command::message::Send;
use parloir_protocol::command::template::Save;
use parloir_protocol::entity as wire;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::AttachmentId;

use crate::wire::entity;

/// What a send needs beside its words: the file that it names, a link that was made for it, and its account.
#[derive(Debug, Clone, Default)]
pub struct SendParts {
    pub file: Option<FileFacts>,
    pub link: Option<LinkSecret>,
    /// What the channel's account carries.
    pub carrier: Carrier,
}

/// Refuses parts of a send that exclude each other, and tells which file it names.
///
/// # Errors
/// `invalid_params`, with the field.
pub fn check_parts(asked: &Send) -> Result<Option<AttachmentId>, ErrorBody> {
    let has = |text: &Option<String>| text.is_some();
    if asked.template.is_some() && (has(&asked.text) || asked.attachment_id.is_some() || asked.card.is_some())
    {
        return Err(excludes("template", "text, a file and a card"));
    }
    if asked.card.is_some() && (has(&asked.text) || asked.attachment_id.is_some()) {
        return Err(excludes("card", "text and a file: its own text and media are in it"));
    }
    Ok(asked.attachment_id.or_else(|| asked.card.as_ref()?.media))
}

fn excludes(field: &str, others: &str) -> ErrorBody {
    ErrorBody::new(Code::InvalidParams, format!("a {field} excludes {others}")).with("field", field)
}

/// What is asked about messages and what they are made of.
pub(super) fn of(asked: &Asked, parts: SendParts) -> Result<Command, ErrorBody> {
    Ok(match asked {
        Asked::MessageSend(asked) => send(asked, parts)?,
        Asked::MessageCancel(asked) => Command::CancelMessage { message_id: asked.message_id },
        Asked::MessageRelease(asked) => Command::ReleaseMessage { message_id: asked.message_id },
        Asked::MessageReschedule(asked) => {
            Command::RescheduleMessage { message_id: asked.message_id, send_at: asked.send_at }
        }
        Asked::LinkRevoke(asked) => Command::RevokeLink { message_id: asked.message_id },
        Asked::ConsentChange(asked) => Command::ChangeConsent {
            conversation_id: asked.conversation_id,
            consent: entity::asked_consent(asked.consent),
        },
        Asked::TemplateSave(asked) => save_template(asked),
        Asked::TemplateDelete(asked) => Command::DeleteTemplate { template_id: asked.template_id },
        Asked::MessageRetry(asked) => Command::Retry { message_id: asked.message_id },
        _ => unreachable!("only commands about messages come here"),
    })
}

fn send(asked: &Send, parts: SendParts) -> Result<Command, ErrorBody> {
    check_parts(asked)?;
    Ok(Command::Send(Box::new(SendMessage {
        conversation_id: asked.conversation_id,
        text: asked.text.clone(),
        files: parts.file.into_iter().collect(),
        template: asked.template.as_ref().map(|used| TemplateUse {
            template_id: used.template_id,
            values: used.values.clone(),
            digest: used.digest.clone(),
        }),
        card: asked.card.as_ref().map(card),
        send_at: asked.send_at,
        link: parts.link,
        carrier: parts.carrier,
    })))
}

/// A card in the rules' words.
pub fn card(asked: &wire::CardDraft) -> MessageCard {
    MessageCard {
        title: asked.title.clone(),
        text: asked.text.clone(),
        media: asked.media,
        actions: actions(&asked.actions),
    }
}

fn actions(asked: &[wire::Action]) -> Vec<Action> {
    let action = |action: &wire::Action| Action {
        kind: entity::asked_action_kind(action.kind),
        label: action.label.clone(),
        value: action.value.clone(),
    };
    asked.iter().map(action).collect()
}

fn save_template(asked: &Save) -> Command {
    Command::SaveTemplate(Box::new(TemplateDraft {
        template_id: asked.template_id,
        name: asked.name.clone(),
        language: asked.language.clone(),
        body: asked.body.clone(),
        header: asked.header.clone(),
        footer: asked.footer.clone(),
        buttons: actions(&asked.buttons),
        provider_name: asked.provider_name.clone(),
        approval: asked.approval.map(entity::asked_approval),
    }))
}
