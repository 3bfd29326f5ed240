//! Saved texts with fields, and rich cards.

use serde::{Deserialize, Serialize};

use super::Attachment;
use crate::ids::{AttachmentId, TemplateId};

/// What WhatsApp says to a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody asked.
    None,
    /// Being looked at.
    Pending,
    /// May be sent outside the 24 h window.
    Approved,
    /// May not.
    Rejected,
    /// May not for a while.
    Paused,
}

/// Whether a template can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TemplateStatus {
    /// It can.
    Active,
    /// It was deleted; messages still name it.
    Deleted,
}

/// What happens at a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// `value` comes back as a message.
    Reply,
    /// `value` is an https URL that is opened.
    Link,
    /// `value` is a number that is called.
    Call,
}

/// A button of a card or template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Action {
    /// What happens.
    pub kind: ActionKind,
    /// As shown.
    pub label: String,
    /// See [`ActionKind`].
    pub value: String,
}

/// A saved text with fields `{{name}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Template {
    /// Its id.
    pub template_id: TemplateId,
    /// As shown to agents; unique within its language, case and accents folded.
    pub name: String,
    /// A language tag: `fr`, `en`, `pt-BR`.
    pub language: String,
    /// The text, with fields.
    pub body: String,
    /// Above it, with fields; WhatsApp only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Below it; WhatsApp only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// WhatsApp only.
    pub buttons: Vec<Action>,
    /// The names of its fields, each once, in their order in the header and the body.
    pub fields: Vec<String>,
    /// What WhatsApp says to it.
    pub approval: Approval,
    /// What WhatsApp calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    /// Whether it can be sent.
    pub status: TemplateStatus,
    /// Its version: the seq of the event that last changed it.
    pub seq: u64,
}

/// The template that a message was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct TemplateRef {
    /// Its id.
    pub template_id: TemplateId,
    /// Its name then.
    pub name: String,
    /// Its language.
    pub language: String,
}

/// A card as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CardDraft {
    /// At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// An uploaded picture or video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<AttachmentId>,
    /// Buttons; at most 4.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
}

/// A card as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct RichCard {
    /// In bold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Above both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Attachment>,
    /// Buttons.
    pub actions: Vec<Action>,
}
