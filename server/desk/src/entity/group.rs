//! A named set of conversations; each conversation is in exactly one.

use parloir_protocol::ids::GroupId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupStatus {
    Active,
    /// Keeps its conversations and takes no new ones.
    Archived,
    /// A job is moving its conversations to the target; then it is gone.
    Emptying,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub status: GroupStatus,
    /// The seq of the event that made or last changed this group.
    pub seq: u64,
}
