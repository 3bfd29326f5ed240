//! What the state knows of files that were sent or received: who may read one, and whether one went. It reads only.

use parloir_desk::entity::{Agent, Attachment, AttachmentState, FileFacts};
use parloir_desk::view::View;
use parloir_protocol::ids::AttachmentId;

/// Messages with one file that are looked through.
const MESSAGES_MAX: usize = 64;

/// What is known of a file, when `agent` sees the conversation of a message that has it.
pub fn who_may_read(view: &View<'_>, agent: &Agent, attachment_id: AttachmentId) -> Option<FileFacts> {
    view.attachment(attachment_id, MESSAGES_MAX).into_iter().find_map(|id| {
        let message = view.message(id)?;
        let group = view.conversation(message.conversation_id)?.header.group_id;
        let is_it = |file: &&Attachment| file.id == attachment_id && file.state == AttachmentState::Stored;
        message.attachments.iter().find(is_it).filter(|_| agent.scope.sees(group)).map(Attachment::facts)
    })
}

/// Whether a message with this file went; one that is planned may still be taken back.
pub fn is_sent(view: &View<'_>, attachment_id: AttachmentId) -> bool {
    let messages = view.attachment(attachment_id, MESSAGES_MAX).into_iter();
    messages.filter_map(|id| view.message(id)).any(|message| !message.is_planned())
}
