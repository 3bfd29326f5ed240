//! Facts about groups.

use serde::{Deserialize, Serialize};

use crate::entity::Group;
use crate::ids::GroupId;

/// `group.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Created {
    /// It.
    pub group: Group,
}

/// `group.renamed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Renamed {
    /// Which.
    pub group_id: GroupId,
    /// As it is called now.
    pub name: String,
}

/// `group.archived`: keeps its conversations and takes no new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Archived {
    /// Which.
    pub group_id: GroupId,
}

/// `group.emptying`: its conversations are being moved, then it is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Emptying {
    /// Which.
    pub group_id: GroupId,
    /// Where its conversations go.
    pub target: GroupId,
}

/// `group.deleted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Deleted {
    /// Which.
    pub group_id: GroupId,
}
