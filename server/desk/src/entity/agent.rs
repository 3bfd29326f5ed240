//! People and programs that work the queue, and the tokens they come in with.

use std::collections::BTreeSet;

use parloir_protocol::ids::{AgentId, GroupId, TokenId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

/// What an agent is allowed by rank; the table is in `rights`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    Admin,
    Supervisor,
    Agent,
    /// May send only templates.
    TemplateAgent,
    /// A program with an API key.
    Integration,
}

/// What an integration's key allows beyond what an agent may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Right {
    /// Export the log.
    Log,
    /// Create agents and their tokens.
    Agents,
    /// Create and change channels and groups.
    Settings,
    /// Hand in inbound messages.
    Inbound,
}

/// Which groups an agent sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    All,
    Groups(BTreeSet<GroupId>),
}

impl Scope {
    pub fn sees(&self, group: GroupId) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => groups.contains(&group),
        }
    }

    /// Whether it sees all that `other` sees.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Groups(_), Self::All) => false,
            (Self::Groups(own), Self::Groups(groups)) => groups.is_subset(own),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    Online,
    Away,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentStatus {
    Active,
    Deactivated,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub role: Role,
    pub scope: Scope,
    pub rights: BTreeSet<Right>,
    pub status: AgentStatus,
    pub availability: Availability,
    /// The seq of the event that made or last changed this agent.
    pub seq: u64,
    /// The seq of the last change of what this agent may see: resuming from before it is a reset.
    pub scope_changed_seq: u64,
}

/// What a way in is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// A program or a terminal comes in with it.
    Access,
    /// A browser's: it stands in a cookie.
    Session,
    /// Opens nothing by itself; it is given once for a session.
    Invitation,
}

/// A way in. Only the hash of the secret is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: TokenId,
    pub agent_id: AgentId,
    /// blake3 of the secret.
    #[serde(with = "crate::bytes")]
    pub hash: [u8; 32],
    pub expires_at: Option<Time>,
    pub purpose: Purpose,
    /// The token that a session was made from, and ends with.
    pub made_from: Option<TokenId>,
}
