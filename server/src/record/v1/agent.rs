//! People and programs of a workspace, and their ways in.

use parloir_desk::entity::{self, Scope as Seen};
use serde::{Deserialize, Serialize};

use super::bytes::{Id, Moment, Secret};
use super::kept::{Kept, shapes, words};

words! {
    Role of entity::Role {
        Admin = "admin",
        Supervisor = "supervisor",
        Agent = "agent",
        TemplateAgent = "template_agent",
        Integration = "integration",
    }
    Right of entity::Right { Log = "log", Agents = "agents", Settings = "settings", Inbound = "inbound" }
    Purpose of entity::Purpose { Access = "access", Session = "session", Invitation = "invitation" }
    Availability of entity::Availability { Online = "online", Away = "away" }
    AgentStatus of entity::AgentStatus { Active = "active", Deactivated = "deactivated" }
}

shapes! {
    Agent of entity::Agent {
        id: Id,
        name: String,
        role: Role,
        scope: Scope,
        rights: Vec<Right>,
        status: AgentStatus,
        availability: Availability,
        seq: u64,
        scope_changed_seq: u64,
    }
    Token of entity::Token {
        id: Id,
        agent_id: Id,
        hash: Secret,
        expires_at: Option<Moment>,
        #[serde(default = "access")]
        purpose: Purpose,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_from: Option<Id>,
    }
}

/// What every token was for before there were others.
fn access() -> Purpose {
    Purpose::Access
}

#[derive(Serialize, Deserialize)]
pub(super) enum Scope {
    #[serde(rename = "all")]
    All,
    #[serde(rename = "groups")]
    Groups { groups: Vec<Id> },
}

impl Kept<Seen> for Scope {
    fn keep(scope: &Seen) -> Self {
        match scope {
            Seen::All => Self::All,
            Seen::Groups(groups) => Self::Groups { groups: Kept::keep(groups) },
        }
    }

    fn give(self) -> Seen {
        match self {
            Self::All => Seen::All,
            Self::Groups { groups } => Seen::Groups(groups.give()),
        }
    }
}
