//! How many conversations there are, by group and by agent.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, GroupId};

/// One group's counters as of `seq`. A client adds up the groups that it sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Counters {
    /// Current at this seq; a lower one is ignored.
    pub seq: u64,
    /// Of which group.
    pub group_id: GroupId,
    /// Open conversations.
    pub open: u64,
    /// Closed ones.
    pub closed: u64,
    /// Those with the unread mark, open or closed.
    pub unread: u64,
    /// Open ones that nobody has.
    pub unassigned: u64,
    /// Per agent: those that changed, or with `complete` all that have a count.
    pub assignees: Vec<AssigneeCounters>,
    /// Whether agents who are not in `assignees` have nothing: so in a snapshot, and after a catch-up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
}

/// One agent's part of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct AssigneeCounters {
    /// Whose.
    pub agent_id: AgentId,
    /// Open conversations.
    pub open: u64,
    /// Those of them with the unread mark.
    pub unread: u64,
}
