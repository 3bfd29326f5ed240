//! Counts of conversations, per group and per group and assignee. They are state: `apply` moves them with
//! the headers, nobody counts rows.

use parloir_protocol::ids::{AgentId, GroupId};
use serde::{Deserialize, Serialize};

use crate::entity::{Header, Status};
use crate::keys::Keys;
use crate::rows::Changes;

/// A group's conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupCounters {
    pub open: u64,
    pub closed: u64,
    /// Open or closed.
    pub unread: u64,
    /// Open and nobody's.
    pub unassigned: u64,
}

/// An agent's conversations in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AssigneeCounters {
    pub open: u64,
    /// Open or closed.
    pub unread: u64,
}

/// Whose counters changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    Group(GroupId),
    Assignee(GroupId, AgentId),
}

/// Whether a conversation comes to what is counted or goes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Comes,
    Goes,
}

impl GroupCounters {
    /// All conversations of the group.
    pub fn conversations(&self) -> u64 {
        self.open + self.closed
    }

    /// The counters after a conversation with this header came or went.
    #[must_use]
    pub fn after(self, turn: Turn, header: &Header) -> Self {
        let open = header.status == Status::Open;
        Self {
            open: turn.count(self.open, open),
            closed: turn.count(self.closed, !open),
            unread: turn.count(self.unread, header.unread),
            unassigned: turn.count(self.unassigned, open && header.assignee.is_none()),
        }
    }
}

impl AssigneeCounters {
    /// The counters after one of the agent's conversations with this header came or went.
    #[must_use]
    pub fn after(self, turn: Turn, header: &Header) -> Self {
        Self {
            open: turn.count(self.open, header.status == Status::Open),
            unread: turn.count(self.unread, header.unread),
        }
    }
}

impl Turn {
    fn count(self, count: u64, counted: bool) -> u64 {
        match self {
            Self::Comes => count + u64::from(counted),
            Self::Goes => count.saturating_sub(u64::from(counted)),
        }
    }
}

/// Whose counters these changes write, each once.
pub fn touched_counters(keys: Keys, changes: &Changes) -> Vec<Counted> {
    let counted = changes.keys().filter_map(|key| keys.counted(key));
    counted
        .map(|(group, assignee)| match assignee {
            Some(agent) => Counted::Assignee(group, agent),
            None => Counted::Group(group),
        })
        .collect()
}
