//! Named sets of conversations.

use serde::{Deserialize, Serialize};

use crate::ids::GroupId;

/// Whether a group takes conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GroupStatus {
    /// Takes conversations.
    Active,
    /// Keeps those it has.
    Archived,
    /// Is being emptied and then deleted.
    Emptying,
}

/// A named set of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Group {
    /// Its id.
    pub group_id: GroupId,
    /// Unique, case and accents folded.
    pub name: String,
    /// Whether it takes conversations.
    pub status: GroupStatus,
    /// The seq of the event that last changed it.
    pub seq: u64,
}
