//! What the state knows of files that were sent or received: who may read one, and whether a content is still
//! named. It reads only.

use parloir_desk::entity::{Agent, FileFacts};
use parloir_desk::view::View;
use parloir_protocol::ids::AttachmentId;

/// What is known of an attachment of a message, when `agent` sees its conversation. Until messages have
/// attachments, nobody does.
pub fn who_may_read(_view: &View<'_>, _agent: &Agent, _attachment_id: AttachmentId) -> Option<FileFacts> {
    None
}

/// Whether a message names the file, so that its content stays. Until messages have attachments, none does.
pub fn is_named(_view: &View<'_>, _facts: &FileFacts) -> bool {
    false
}
