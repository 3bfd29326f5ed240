//! What can be done with templates.

use serde::{Deserialize, Serialize};

use crate::entity::{Action, Approval};
use crate::ids::TemplateId;

/// `template.save`: a new one, or another version of one, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Save {
    /// Which; a new one without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// Unique within its language, case and accents folded.
    pub name: String,
    /// A language tag: `fr`, `en`, `pt-BR`.
    pub language: String,
    /// At most 1,024 characters, with fields `{{name}}`.
    pub body: String,
    /// At most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// At most 60 characters, without fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// At most 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Action>,
    /// What WhatsApp calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    /// What WhatsApp says to it; as it was without, and `none` when its words changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// `template.delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Delete {
    /// Which.
    pub template_id: TemplateId,
}
