//! Links to files: opened by whoever has them, ended by an agent. One that does not exist and one that works
//! no more are refused alike.

use parloir_protocol::ids::MessageId;

use super::{Context, Decision};
use crate::entity::{Conversation, LinkHash, Message, MessageLink};
use crate::event::{About, Event};
use crate::refusal::Refusal;

/// One visit; beyond a bound nothing is recorded any more.
pub(super) fn open(ctx: &Context<'_>, hash: LinkHash) -> Decision {
    let link = ctx.view.link(&hash).filter(|link| !link.revoked && ctx.ask.at < link.expires_at);
    let link = link.ok_or(Refusal::LinkNotFound)?;
    let (message, conversation) = ctx.message(link.message_id).map_err(|_| Refusal::LinkNotFound)?;
    let opened = shown(&message).filter(|_| message.may_be_open()).ok_or(Refusal::LinkNotFound)?.opened;
    if opened >= ctx.limits.link_openings {
        return Err(Refusal::TooMany { field: "openings", max: ctx.limits.link_openings as usize });
    }
    let (conversation_id, group_id, message_id) = place(&conversation, &message);
    Ok(vec![Event::LinkOpened { conversation_id, group_id, message_id }])
}

/// Also one that a provider fetches the file by: whoever was given it gets nothing any more.
pub(super) fn revoke(ctx: &Context<'_>, id: MessageId) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    let link = message.link.as_ref().filter(|_| !message.is_planned()).ok_or(Refusal::LinkNotFound)?;
    if link.revoked {
        return Ok(vec![Event::Noted { about: About::Message(id) }]);
    }
    let (conversation_id, group_id, message_id) = place(&conversation, &message);
    Ok(vec![Event::LinkRevoked { conversation_id, group_id, message_id }])
}

/// The link that stands in a message's text; one that a provider fetches a file by is nobody's to open.
fn shown(message: &Message) -> Option<&MessageLink> {
    message.link.as_ref().filter(|link| link.url.is_none())
}

fn place(
    conversation: &Conversation,
    message: &Message,
) -> (parloir_protocol::ids::ConversationId, parloir_protocol::ids::GroupId, MessageId) {
    (message.conversation_id, conversation.header.group_id, message.id)
}
