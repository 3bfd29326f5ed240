//! What would happen if something were sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entity::{Address, CardDraft, Carriage, ChannelKind, Consent};
use crate::error::ErrorBody;
use crate::ids::{AttachmentId, ChannelId, ConversationId, TemplateId};
use crate::time::Time;

/// `send.plan`: what `message.send` would do now, to a conversation, or to an address over a channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Plan {
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// Without a conversation: over which own sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// And to whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// As in `message.send`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// An uploaded file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<AttachmentId>,
    /// One that is not uploaded yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileDraft>,
    /// A saved text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateDraft>,
    /// A card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CardDraft>,
    /// When it would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Time>,
}

/// A file before its upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct FileDraft {
    /// As its owner calls it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// What its owner takes it for.
    pub media_type: String,
}

/// A template with the values that are known so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct TemplateDraft {
    /// Which.
    pub template_id: TemplateId,
    /// Field to text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// Answers `send.plan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct PlanOk {
    /// Over which own sender.
    pub channel_id: ChannelId,
    /// What it speaks.
    pub kind: ChannelKind,
    /// To whom; nothing once erased.
    pub address: Option<Address>,
    /// In which form.
    pub carriage: Carriage,
    /// Exactly what goes; a link that is not made yet is shown as one of its length.
    pub text: String,
    /// What that costs, over SMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsCost>,
    /// The card as it would be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardDraft>,
    /// The template's fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplatePlan>,
    /// On WhatsApp: whether anything may be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowPlan>,
    /// What the other side last said about this sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// Whether the sender may write to the number's country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<CountryPlan>,
    /// What the channel takes.
    pub limits: ChannelLimits,
    /// The thread of the channel and the address, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<ConversationId>,
    /// What `message.send` would answer now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<ErrorBody>,
}

/// What a text costs as an SMS; section 19.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SmsCost {
    /// `gsm7` or `ucs2`.
    #[cfg_attr(any(test, feature = "schema"), schemars(extend("enum" = ["gsm7", "ucs2"])))]
    pub encoding: String,
    /// Messages of the network.
    pub segments: usize,
    /// Unicode scalar values.
    pub characters: usize,
    /// Septets or UTF-16 code units.
    pub units: usize,
    /// What the last segment still takes.
    pub units_left: usize,
    /// Characters that the short alphabet lacks.
    pub costly: Vec<CostlyCharacter>,
    /// The text in the short alphabet, when signs that only look better are to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted: Option<String>,
    /// The same where letters lose accents too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted_letters: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CostlyCharacter {
    /// `[from, to]` in characters of the text.
    pub range: [usize; 2],
    /// It.
    pub character: char,
    /// What says the same in the short alphabet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

/// A template as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct TemplatePlan {
    /// Of this preview; goes with the send.
    pub digest: String,
    /// In their order.
    pub fields: Vec<FieldPlan>,
}

/// A field and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct FieldPlan {
    /// Its name.
    pub name: String,
    /// What stands in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where that is from.
    pub source: FieldSource,
}

/// Where a field's value is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// The saved contact.
    Contact,
    /// The author.
    Given,
    /// Nowhere: the send would be refused.
    Missing,
}

/// The 24 h of WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct WindowPlan {
    /// Whether it is open when the message would go.
    pub open: bool,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// Whether a sender may write to a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CountryPlan {
    /// Two letters.
    pub country: String,
    /// Whether it may.
    pub approved: bool,
}

/// What a channel takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ChannelLimits {
    /// Of a text.
    pub text_chars_max: usize,
    /// Of a caption.
    pub caption_chars_max: usize,
    /// Of any file.
    pub file_bytes_max: u64,
    /// Of a picture that goes as one.
    pub picture_bytes_max: u64,
    /// Of a video that goes as one.
    pub video_bytes_max: u64,
    /// Of a card; 0 where there are none.
    pub card_title_chars_max: usize,
    /// Of a card.
    pub card_text_chars_max: usize,
    /// Of a card.
    pub card_actions_max: usize,
    /// Of a card's button.
    pub action_label_chars_max: usize,
}
