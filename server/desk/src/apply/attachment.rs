//! What events about files change: the message that has one, which stored bytes are needed, and what is
//! still to be fetched.

use parloir_protocol::ids::{AttachmentId, MessageId};

use super::Edit;
use crate::entity::{Attachment, AttachmentState, FileFacts, Message, Personal};

/// Writes down whose the files of a message are.
pub(super) fn claim(edit: &mut Edit<'_>, message: &Message) {
    for (index, attachment) in (0_u32..).zip(&message.attachments) {
        edit.put(edit.keys.attachment(attachment.id, message.id), &message.id);
        use_blobs(edit, message.id, attachment);
        if attachment.state == AttachmentState::Fetching {
            edit.put(edit.keys.fetching(message.seq, index), &(message.id, index));
        }
    }
}

/// Forgets all of it: the message is gone, or says nothing any more.
pub(super) fn release(edit: &mut Edit<'_>, message: &Message) {
    for (index, attachment) in (0_u32..).zip(&message.attachments) {
        edit.remove(edit.keys.attachment(attachment.id, message.id));
        for digest in attachment.blobs() {
            edit.remove(edit.keys.blob_use(&digest, message.id));
        }
        edit.remove(edit.keys.fetching(message.seq, index));
    }
}

pub(super) fn stored(
    edit: &mut Edit<'_>,
    id: MessageId,
    attachment: AttachmentId,
    file: &Personal<FileFacts>,
) {
    let Some(facts) = file.known() else { return };
    settle(edit, id, attachment, |before| {
        let stored = Attachment::stored(before.id, facts);
        match stored.name {
            Personal::Known(_) => stored,
            Personal::Erased => Attachment { name: before.name.clone(), ..stored },
        }
    });
}

pub(super) fn missing(edit: &mut Edit<'_>, id: MessageId, attachment: AttachmentId) {
    settle(edit, id, attachment, |before| Attachment {
        state: AttachmentState::Missing,
        source: None,
        ..before.clone()
    });
}

fn settle(
    edit: &mut Edit<'_>,
    id: MessageId,
    attachment: AttachmentId,
    change: impl FnOnce(&Attachment) -> Attachment,
) {
    let Some(mut message) = edit.view().message(id) else { return };
    let places = (0_u32..).zip(&mut message.attachments);
    let Some((index, found)) = places.into_iter().find(|(_, found)| found.id == attachment) else { return };
    *found = change(found);
    let after = found.clone();
    edit.remove(edit.keys.fetching(message.seq, index));
    use_blobs(edit, id, &after);
    edit.put(edit.keys.message(id), &message);
}

fn use_blobs(edit: &mut Edit<'_>, message: MessageId, attachment: &Attachment) {
    for digest in attachment.blobs() {
        edit.put(edit.keys.blob_use(&digest, message), &message);
    }
}
