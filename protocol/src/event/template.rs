//! Facts about templates. They are visible to the whole workspace.

use serde::{Deserialize, Serialize};

use crate::entity::Template;
use crate::ids::TemplateId;

/// `template.saved`: as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Saved {
    /// It.
    pub template: Template,
}

/// `template.deleted`: it cannot be sent any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Deleted {
    /// Which.
    pub template_id: TemplateId,
}
