//! Files of messages, and where they are.

use serde::{Deserialize, Serialize};

use crate::ids::AttachmentId;

/// What a file is shown as; told by its content, never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// JPEG or PNG.
    Picture,
    /// MP4.
    Video,
    /// PDF.
    Document,
    /// A voice note or other sound.
    Audio,
    /// A sticker.
    Sticker,
    /// Anything else that came in: to be downloaded only.
    Other,
}

/// Where a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    /// Here.
    Stored,
    /// On its way from the provider to here.
    Fetching,
    /// The provider did not give it out.
    Missing,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Attachment {
    /// Its id, for `GET /v1/attachments/{id}`.
    pub attachment_id: AttachmentId,
    /// As its sender called it; nothing when nobody said.
    pub name: Option<String>,
    /// As in `Content-Type`.
    pub media_type: String,
    /// What it is shown as.
    pub kind: AttachmentKind,
    /// Its size; 0 as long as it is fetched.
    pub bytes: u64,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Whether there is a thumbnail.
    pub thumbnail: bool,
    /// Where it is.
    pub state: AttachmentState,
}
