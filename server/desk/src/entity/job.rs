//! Large work, cut into bounded commands, that shows its progress and goes on after a restart.

use parloir_protocol::ids::{AttachmentId, ContactId, ConversationId, GroupId, JobId};
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
    /// Saves the people of a file that was uploaded. What is in it is the driver's alone.
    ImportContacts { attachment_id: AttachmentId },
}

impl JobKind {
    /// Whether the job works on this group, so that it must stay.
    pub fn needs(&self, group: GroupId) -> bool {
        match self {
            Self::DeleteGroup { group_id, target } => [*group_id, *target].contains(&group),
            Self::CloseGroup { group_id } => *group_id == group,
            Self::EraseContact { .. } | Self::ImportContacts { .. } => false,
        }
    }

    /// The file whose people the job saves.
    pub fn imports(&self) -> Option<AttachmentId> {
        match self {
            Self::ImportContacts { attachment_id } => Some(*attachment_id),
            Self::DeleteGroup { .. } | Self::CloseGroup { .. } | Self::EraseContact { .. } => None,
        }
    }

    /// Whether the job erases this contact.
    pub fn erases(&self, contact: ContactId) -> bool {
        match self {
            Self::EraseContact { contact_id, .. } => *contact_id == contact,
            Self::DeleteGroup { .. } | Self::CloseGroup { .. } | Self::ImportContacts { .. } => false,
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
    /// Units of work done and in all: conversations; of an import the bytes of its file.
    pub done: u64,
    pub total: u64,
    /// The seq of the event that began it.
    pub started_seq: u64,
    /// How many commands it has issued: the next one's idempotency key.
    pub step: u32,
    /// The seq of the event that made or last changed this job.
    pub seq: u64,
}
