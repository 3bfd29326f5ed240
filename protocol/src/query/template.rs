//! What can be asked about templates.

use serde::{Deserialize, Serialize};

use crate::entity::Template;
use crate::ids::TemplateId;

/// `template.list`: all, those that were deleted left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct List {}

/// Answers `template.list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ListOk {
    /// By name and language.
    pub templates: Vec<Template>,
    /// They hold everything up to here.
    pub seq: u64,
}

/// `template.get`: one, deleted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Get {
    /// Which.
    pub template_id: TemplateId,
}

/// Answers `template.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct GetOk {
    /// It.
    pub template: Template,
}
