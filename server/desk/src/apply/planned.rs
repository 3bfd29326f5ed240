//! What events about planned messages change: their rows, and when the soonest is due. They are no lines of
//! a timeline, so an erasure finds them by their conversation.

use parloir_protocol::ids::{ChannelId, ConversationId, MessageId};
use parloir_protocol::time::Time;

use super::message::{author, outbound};
use super::{Edit, attachment};
use crate::entity::{Delivery, Header, Message, Personal};
use crate::event::Outgoing;

/// Planned messages that are read at once; the rules allow fewer.
const PLANNED_PER_READ: usize = 256;

pub(super) fn planned(
    edit: &mut Edit<'_>,
    header: &Header,
    of: (MessageId, ChannelId),
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    (delivery, due_at): (Delivery, Option<Time>),
) {
    let Some(author) = author(edit.actor) else { return };
    let message = outbound(edit, header, of, outgoing, seen_seq, author);
    let message = Message { delivery: Some(delivery), due_at, ..message };
    edit.change_conversation(header, |_| {});
    edit.put(edit.keys.planned(message.conversation_id, message.id), &message.id);
    attachment::claim(edit, &message);
    put(edit, &message);
}

fn put(edit: &mut Edit<'_>, message: &Message) {
    if let Some(due) = message.due_at {
        edit.put(edit.keys.due(due, message.id), &message.id);
    }
    edit.put(edit.keys.message(message.id), message);
}

pub(super) fn changed(edit: &mut Edit<'_>, id: MessageId, delivery: Delivery, due_at: Option<Time>) {
    let Some(before) = edit.view().message(id).filter(Message::is_planned) else { return };
    forget_due(edit, &before);
    put(edit, &Message { delivery: Some(delivery), due_at, ..before });
}

/// A planned message leaves nothing behind; a queued one stays where it was said.
pub(super) fn cancelled(edit: &mut Edit<'_>, id: MessageId) {
    let Some(before) = edit.view().message(id) else { return };
    if before.is_planned() {
        drop(edit, &before);
        return;
    }
    edit.remove(edit.keys.outbox_place(before.seq));
    let after = Message { delivery: Some(Delivery::Cancelled), failure: None, ..before };
    edit.put(edit.keys.message(id), &after);
}

/// It goes now: it is planned no more, and its row is written anew.
pub(super) fn forget(edit: &mut Edit<'_>, id: MessageId) {
    let Some(before) = edit.view().message(id).filter(Message::is_planned) else { return };
    forget_due(edit, &before);
    edit.remove(edit.keys.planned(before.conversation_id, id));
}

/// Everything that is planned for a conversation whose person is erased.
pub(super) fn erased(edit: &mut Edit<'_>, conversation: ConversationId) {
    for message in edit.view().planned(conversation, PLANNED_PER_READ) {
        drop(edit, &message);
    }
}

fn drop(edit: &mut Edit<'_>, message: &Message) {
    forget_due(edit, message);
    attachment::release(edit, message);
    edit.remove(edit.keys.planned(message.conversation_id, message.id));
    edit.remove(edit.keys.message(message.id));
}

fn forget_due(edit: &mut Edit<'_>, message: &Message) {
    if let Some(due) = message.due_at {
        edit.remove(edit.keys.due(due, message.id));
    }
}
