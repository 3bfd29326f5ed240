//! What can be done with agents and tokens.

use serde::{Deserialize, Serialize};

use crate::entity::{Availability, Right, Role};
use crate::ids::{AgentId, GroupId, TokenId};
use crate::time::Time;

/// `agent.create`: a person, or a program with the role `integration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Create {
    /// As shown.
    pub name: String,
    /// What it is allowed.
    pub role: Role,
    /// The groups it sees; all without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
    /// For an integration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<Vec<Right>>,
}

/// `agent.change`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Change {
    /// Which.
    pub agent_id: AgentId,
    /// As shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The groups it sees; an empty list means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
}

/// `agent.deactivate`: out at once, everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Deactivate {
    /// Which.
    pub agent_id: AgentId,
}

/// `agent.set_availability`: one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SetAvailability {
    /// Whether one is there.
    pub availability: Availability,
}

/// `token.create`: the answer shows the secret once; a repeat shows none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CreateToken {
    /// Whose.
    pub agent_id: AgentId,
    /// When it stops working by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
}

/// `agent.invite`: a way in for a person with a browser, once. The answer shows the invitation in `token`; a
/// repeat shows none. It ends after 72 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Invite {
    /// Who is invited.
    pub agent_id: AgentId,
}

/// `token.revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct RevokeToken {
    /// Which.
    pub token_id: TokenId,
}
