//! Large work, cut into bounded commands, that shows its progress and goes on after a restart.

use parloir_protocol::ids::{ContactId, ConversationId, GroupId, JobId};
use serde::{Deserialize, Serialize};

use super::SubjectId;
use crate::commit::Actor;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobKind {
    /// Moves every conversation of `group_id` to `target`, then the group is gone.
    DeleteGroup { group_id: GroupId, target: GroupId },
    /// Closes every open conversation of a group.
    CloseGroup { group_id: GroupId },
    /// Erases a person from state, log, search and files.
    EraseContact { contact_id: ContactId, subjects: Vec<SubjectId>, conversations: Vec<ConversationId> },
}

impl JobKind {
    /// Whether the job works on this group, so that it must stay.
    pub fn needs(&self, group: GroupId) -> bool {
        match self {
            Self::DeleteGroup { group_id, target } => [*group_id, *target].contains(&group),
            Self::CloseGroup { group_id } => *group_id == group,
            Self::EraseContact { .. } => false,
        }
    }

    /// Whether the job erases this contact.
    pub fn erases(&self, contact: ContactId) -> bool {
        match self {
            Self::EraseContact { contact_id, .. } => *contact_id == contact,
            Self::DeleteGroup { .. } | Self::CloseGroup { .. } => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    Running,
    /// The rules are done; the driver still rewrites what is stored.
    Rewriting,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    pub status: JobStatus,
    pub by: Actor,
    /// Units of work done and in all: conversations.
    pub done: u64,
    pub total: u64,
    /// The seq of the event that began it.
    pub started_seq: u64,
    /// How many commands it has issued: the next one's idempotency key.
    pub step: u32,
    /// The seq of the event that made or last changed this job.
    pub seq: u64,
}
