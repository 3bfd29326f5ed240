//! What events about links to files change: the message's own line, and what is found by the link's secret.

use parloir_protocol::ids::{ConversationId, MessageId};
use parloir_protocol::time::Time;

use super::Edit;
use crate::entity::{Item, LinkRow, Message, MessageLink};
use crate::event::LinkMade;

/// A link that nobody opened yet.
pub(super) fn fresh(made: LinkMade) -> MessageLink {
    MessageLink {
        hash: made.hash,
        expires_at: made.expires_at,
        revoked: false,
        opened: 0,
        opened_at: None,
        url: made.url,
    }
}

/// The link of a message that leaves works from now on.
pub(super) fn made(edit: &mut Edit<'_>, message: &Message) {
    if let (Some(link), Some(file)) = (&message.link, message.attachments.first()) {
        let row = LinkRow {
            message_id: message.id,
            attachment_id: file.id,
            expires_at: link.expires_at,
            revoked: link.revoked,
        };
        edit.put(edit.keys.link(&link.hash), &row);
    }
}

/// The person behind it is erased.
pub(super) fn forget(edit: &mut Edit<'_>, message: &Message) {
    if let Some(link) = &message.link {
        edit.remove(edit.keys.link(&link.hash));
    }
}

/// A new attempt of the message begins its link anew.
pub(super) fn renewed(edit: &mut Edit<'_>, id: MessageId, expires_at: Option<Time>) {
    let Some(expires_at) = expires_at else { return };
    change(edit, id, |link| {
        link.expires_at = expires_at;
        link.revoked = false;
    });
}

pub(super) fn opened(edit: &mut Edit<'_>, conversation: ConversationId, id: MessageId) {
    let at = edit.at;
    change(edit, id, |link| {
        link.opened = link.opened.saturating_add(1);
        link.opened_at = Some(at);
    });
    edit.record(conversation, Item::LinkOpened { message_id: id });
}

pub(super) fn revoked(edit: &mut Edit<'_>, conversation: ConversationId, id: MessageId) {
    change(edit, id, |link| link.revoked = true);
    edit.record(conversation, Item::LinkRevoked { message_id: id });
}

fn change(edit: &mut Edit<'_>, id: MessageId, change: impl FnOnce(&mut MessageLink)) {
    let Some(mut message) = edit.view().message(id) else { return };
    let Some(link) = &mut message.link else { return };
    change(link);
    made(edit, &message);
    edit.put(edit.keys.message(id), &message);
}
