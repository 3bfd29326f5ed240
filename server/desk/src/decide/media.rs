//! Files that came in: fetched, or not to be had. What was settled before is noted.

use parloir_protocol::ids::{AttachmentId, MessageId};

use super::{Context, Decision};
use crate::entity::{AttachmentState, Conversation, FileFacts, Message, Personal};
use crate::event::{About, Event};

/// The file is here.
pub(super) fn store(ctx: &Context<'_>, id: MessageId, index: u32, facts: &FileFacts) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    let Some(attachment_id) = fetching(&message, index) else { return Ok(noted(id)) };
    Ok(vec![Event::AttachmentStored {
        conversation_id: message.conversation_id,
        group_id: conversation.header.group_id,
        message_id: id,
        attachment_id,
        subject: conversation.subject,
        file: Personal::Known(FileFacts { id: attachment_id, ..facts.clone() }),
    }])
}

/// The provider does not give it out.
pub(super) fn give_up(ctx: &Context<'_>, id: MessageId, index: u32) -> Decision {
    let (message, conversation): (Message, Conversation) = ctx.message(id)?;
    let Some(attachment_id) = fetching(&message, index) else { return Ok(noted(id)) };
    Ok(vec![Event::AttachmentMissing {
        conversation_id: message.conversation_id,
        group_id: conversation.header.group_id,
        message_id: id,
        attachment_id,
    }])
}

fn fetching(message: &Message, index: u32) -> Option<AttachmentId> {
    let attachment = message.attachments.get(usize::try_from(index).ok()?)?;
    (attachment.state == AttachmentState::Fetching).then_some(attachment.id)
}

fn noted(id: MessageId) -> Vec<Event> {
    vec![Event::Noted { about: About::Message(id) }]
}
