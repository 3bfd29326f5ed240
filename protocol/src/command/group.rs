//! What can be done with groups.

use serde::{Deserialize, Serialize};

use crate::ids::GroupId;

/// `group.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Create {
    /// Unique, case and accents folded.
    pub name: String,
}

/// `group.rename`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Rename {
    /// Which.
    pub group_id: GroupId,
    /// Unique, case and accents folded.
    pub name: String,
}

/// `group.archive`: keeps its conversations and takes no new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Archive {
    /// Which.
    pub group_id: GroupId,
}

/// `group.delete`: one with conversations needs a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Delete {
    /// Which.
    pub group_id: GroupId,
    /// Where its conversations go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<GroupId>,
}

/// `group.close`: a job that closes all its open conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Close {
    /// Which.
    pub group_id: GroupId,
}
