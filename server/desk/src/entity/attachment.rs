//! Files of messages: what is known of each, and where it is. The bytes are kept elsewhere, by digest.

use parloir_protocol::ids::AttachmentId;
use serde::{Deserialize, Serialize};

use super::Personal;

/// What a file is shown and sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttachmentKind {
    Picture,
    Video,
    Document,
    Audio,
    Sticker,
    /// To be downloaded only.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttachmentState {
    Stored,
    /// On its way from the provider.
    Fetching,
    /// The provider did not give it out.
    Missing,
}

/// The form of a picture without what it tells of its maker: the one that leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clean {
    pub digest: [u8; 32],
    pub bytes: u64,
}

/// A file that was looked at and is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    pub id: AttachmentId,
    pub name: String,
    /// By its content.
    pub media_type: String,
    pub bytes: u64,
    /// Of its content.
    pub digest: [u8; 32],
    /// Of a picture: pixels across and down.
    pub size: Option<(u32, u32)>,
    /// The thumbnail's content.
    pub thumbnail: Option<[u8; 32]>,
    pub clean: Option<Clean>,
}

impl FileFacts {
    pub fn kind(&self) -> AttachmentKind {
        kind_of(&self.media_type)
    }

    /// What would leave.
    pub fn bytes_out(&self) -> u64 {
        self.clean.map_or(self.bytes, |clean| clean.bytes)
    }
}

/// What a media type is shown and sent as.
pub fn kind_of(media_type: &str) -> AttachmentKind {
    match media_type {
        "image/jpeg" | "image/png" => AttachmentKind::Picture,
        "video/mp4" => AttachmentKind::Video,
        "application/pdf" => AttachmentKind::Document,
        "image/webp" => AttachmentKind::Sticker,
        other if other.starts_with("audio/") => AttachmentKind::Audio,
        _ => AttachmentKind::Other,
    }
}

/// A file that a provider told of and that is still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundMedia {
    /// What the provider calls it.
    pub reference: String,
    pub media_type: Option<String>,
    pub name: Option<String>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: Personal<String>,
    pub media_type: String,
    pub bytes: u64,
    pub digest: [u8; 32],
    pub size: Option<(u32, u32)>,
    pub thumbnail: Option<[u8; 32]>,
    pub clean: Option<Clean>,
    pub state: AttachmentState,
    /// The provider's name for it, as long as it is fetched.
    pub source: Option<String>,
}

impl Attachment {
    /// One whose file is here; without a name when nobody gave it one.
    pub fn stored(id: AttachmentId, facts: &FileFacts) -> Self {
        let name = facts.name.clone();
        Self {
            id,
            name: if name.is_empty() { Personal::Erased } else { Personal::Known(name) },
            media_type: facts.media_type.clone(),
            bytes: facts.bytes,
            digest: facts.digest,
            size: facts.size,
            thumbnail: facts.thumbnail,
            clean: facts.clean,
            state: AttachmentState::Stored,
            source: None,
        }
    }

    /// One that is still with the provider.
    pub fn fetching(id: AttachmentId, media: &InboundMedia) -> Self {
        Self {
            id,
            name: media.name.clone().map_or(Personal::Erased, Personal::Known),
            media_type: media.media_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
            bytes: 0,
            digest: [0; 32],
            size: None,
            thumbnail: None,
            clean: None,
            state: AttachmentState::Fetching,
            source: Some(media.reference.clone()),
        }
    }

    pub fn kind(&self) -> AttachmentKind {
        kind_of(&self.media_type)
    }

    /// Everything that is stored of it.
    pub fn blobs(&self) -> impl Iterator<Item = [u8; 32]> {
        let own = (self.state == AttachmentState::Stored).then_some(self.digest);
        own.into_iter().chain(self.thumbnail).chain(self.clean.map(|clean| clean.digest))
    }
}
