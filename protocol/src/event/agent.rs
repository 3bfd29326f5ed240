//! Facts about agents.

use serde::{Deserialize, Serialize};

use crate::entity::{Agent, Availability, Role};
use crate::ids::{AgentId, GroupId};

/// `agent.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Created {
    /// It.
    pub agent: Agent,
}

/// `agent.changed`: another name, role or scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Changed {
    /// Which.
    pub agent_id: AgentId,
    /// As shown now.
    pub name: String,
    /// What it is allowed now.
    pub role: Role,
    /// The groups it sees now; nothing means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
}

/// `agent.deactivated`: may not come in any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Deactivated {
    /// Which.
    pub agent_id: AgentId,
}

/// `agent.availability_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct AvailabilityChanged {
    /// Which.
    pub agent_id: AgentId,
    /// Whether it is there.
    pub availability: Availability,
}
