//! Notes for colleagues. They touch neither waiting nor unread nor the order.

use std::collections::BTreeSet;

use parloir_protocol::ids::{AgentId, ConversationId};

use super::conversation::check_not_erased;
use super::text::{check_count, check_text};
use super::{Context, Decision};
use crate::entity::Personal;
use crate::event::Event;

pub(super) fn add(
    ctx: &Context<'_>,
    id: ConversationId,
    text: &str,
    mentions: &BTreeSet<AgentId>,
) -> Decision {
    let conversation = ctx.conversation(id)?;
    check_count("mentions", mentions.len(), ctx.limits.mentions)?;
    for mentioned in mentions {
        ctx.active_agent(*mentioned)?;
    }
    check_text("text", text, ctx.limits.text_chars)?;
    ctx.check_expected(&conversation)?;
    check_not_erased(&conversation)?;
    Ok(vec![Event::NoteAdded {
        header: conversation.header,
        note_id: ctx.ask.ids.note_id(),
        subject: conversation.subject,
        text: Personal::Known(text.to_owned()),
        mentions: mentions.iter().copied().collect(),
    }])
}
