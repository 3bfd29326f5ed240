//! What can be said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entity::CardDraft;
use crate::ids::{AgentId, AttachmentId, ConversationId, MessageId, TemplateId};
use crate::time::Time;

/// `message.send`: something to the other side. The message's id is `msg_` and the command's UUID. At least
/// one of text, file, template and card; a template takes the place of text and file, a card of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Send {
    /// To whom.
    pub conversation_id: ConversationId,
    /// At most `text_chars_max` characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// An uploaded file; the text is its caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<AttachmentId>,
    /// A saved text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<UseTemplate>,
    /// A card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardDraft>,
    /// When it goes: one minute to 365 days ahead; at once without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Time>,
}

impl Send {
    /// A text and nothing else.
    pub fn text(conversation_id: ConversationId, text: impl Into<String>) -> Self {
        let text = Some(text.into());
        Self { conversation_id, text, attachment_id: None, template: None, card: None, send_at: None }
    }
}

/// A template with the values of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct UseTemplate {
    /// Which.
    pub template_id: TemplateId,
    /// Field to text; a field that is missing here is filled from the contact.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Of the preview that the author saw, as `send.plan` told it.
    pub digest: String,
}

/// `message.cancel`: takes back what has not left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Cancel {
    /// Which.
    pub message_id: MessageId,
}

/// `message.release`: a scheduled or held message goes now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Release {
    /// Which.
    pub message_id: MessageId,
}

/// `message.reschedule`: a scheduled or held message goes at another time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Reschedule {
    /// Which.
    pub message_id: MessageId,
    /// One minute to 365 days ahead.
    pub send_at: Time,
}

/// `link.revoke`: the link to a message's file works no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct RevokeLink {
    /// Whose.
    pub message_id: MessageId,
}

/// `message.retry`: a failed or maybe-sent message once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Retry {
    /// Which.
    pub message_id: MessageId,
}

/// `note.add`: a line for colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct AddNote {
    /// Where.
    pub conversation_id: ConversationId,
    /// At most `text_chars_max` characters.
    pub text: String,
    /// Who is named in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<AgentId>>,
}
