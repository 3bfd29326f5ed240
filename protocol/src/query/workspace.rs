//! What can be asked about a workspace, its contacts and its large work.

use serde::{Deserialize, Serialize};

use crate::entity::{Agent, Contact, Counters, Group, Job, Workspace};
use crate::ids::{ContactId, JobId};

/// `contact.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ContactGet {
    /// Who.
    pub contact_id: ContactId,
}

/// Answers `contact.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ContactGetOk {
    /// It.
    pub contact: Contact,
}

/// `job.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct JobGet {
    /// Which.
    pub job_id: JobId,
}

/// Answers `job.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct JobGetOk {
    /// It.
    pub job: Job,
}

/// `counters.get`: of all visible groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CountersGet {}

/// Answers `counters.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct CountersGetOk {
    /// One per visible group.
    pub counters: Vec<Counters>,
}

/// `workspace.get`: settings, groups and agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct WorkspaceGet {}

/// Answers `workspace.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct WorkspaceGetOk {
    /// Its settings.
    pub workspace: Workspace,
    /// The visible ones.
    pub groups: Vec<Group>,
    /// All.
    pub agents: Vec<Agent>,
}
