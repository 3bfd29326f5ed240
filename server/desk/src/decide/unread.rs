//! The unread mark that all share, and how far each agent has read.

use parloir_protocol::ids::ConversationId;

use super::conversation::{check_not_erased, noted};
use super::{Context, Decision};
use crate::entity::{Header, UnreadUntil};
use crate::event::Event;

/// Clears the mark when whatever set it has been read, unless only an answer clears it.
pub(super) fn mark_read(ctx: &Context<'_>, id: ConversationId, up_to: u64) -> Decision {
    let conversation = ctx.conversation(id)?;
    let agent_id = ctx.agent()?.id;
    let position = ctx.view.read_position(agent_id, id);
    let up_to = up_to.min(ctx.next_seq() - 1);
    let clears = match ctx.workspace()?.unread_until {
        UnreadUntil::Opened => conversation.header.unread && up_to >= conversation.unread_seq,
        UnreadUntil::Answered => false,
    };
    if up_to <= position && !clears {
        return Ok(noted(id));
    }
    let unread = conversation.header.unread && !clears;
    let header = Header { unread, ..conversation.header };
    Ok(vec![Event::ConversationRead { header, agent_id, up_to: up_to.max(position) }])
}

pub(super) fn mark_unread(ctx: &Context<'_>, id: ConversationId) -> Decision {
    let conversation = ctx.conversation(id)?;
    check_not_erased(&conversation)?;
    if conversation.header.unread {
        return Ok(noted(id));
    }
    let header = Header { unread: true, ..conversation.header };
    Ok(vec![Event::ConversationMarkedUnread { header }])
}
