//! An upload and its attachment as clients see them.

use parloir_desk::entity::{self, FileFacts};
use parloir_protocol::entity::{Attachment, AttachmentKind, AttachmentState};
use parloir_protocol::ids::AttachmentId;
use serde::Serialize;

use crate::uploads::Progress;

/// How far an upload is.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    attachment_id: AttachmentId,
    offset: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
}

impl From<Progress> for Told {
    fn from(progress: Progress) -> Self {
        let Progress { attachment_id, offset, bytes, facts } = progress;
        Self { attachment_id, offset, bytes, attachment: facts.map(attachment) }
    }
}

fn attachment(facts: FileFacts) -> Attachment {
    Attachment {
        attachment_id: facts.id,
        kind: kind(facts.kind()),
        name: Some(facts.name),
        media_type: facts.media_type,
        bytes: facts.bytes,
        width: facts.size.map(|(width, _)| width),
        height: facts.size.map(|(_, height)| height),
        thumbnail: facts.thumbnail.is_some(),
        state: AttachmentState::Stored,
    }
}

fn kind(kind: entity::AttachmentKind) -> AttachmentKind {
    match kind {
        entity::AttachmentKind::Picture => AttachmentKind::Picture,
        entity::AttachmentKind::Video => AttachmentKind::Video,
        entity::AttachmentKind::Document => AttachmentKind::Document,
        entity::AttachmentKind::Audio => AttachmentKind::Audio,
        entity::AttachmentKind::Sticker => AttachmentKind::Sticker,
        entity::AttachmentKind::Other => AttachmentKind::Other,
    }
}
