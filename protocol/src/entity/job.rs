//! Large work that shows its progress.

use serde::{Deserialize, Serialize};

use crate::ids::{AttachmentId, ContactId, GroupId, JobId};

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum JobKind {
    /// Moves a group's conversations, then deletes the group.
    DeleteGroup {
        /// The group that goes.
        group_id: GroupId,
        /// Where its conversations go.
        target: GroupId,
    },
    /// Closes a group's open conversations.
    CloseGroup {
        /// Which.
        group_id: GroupId,
    },
    /// Erases a person.
    EraseContact {
        /// Who.
        contact_id: ContactId,
    },
    /// Saves the people of a file.
    ImportContacts {
        /// The upload that it was.
        attachment_id: AttachmentId,
    },
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// At work.
    Running,
    /// What is stored is being rewritten.
    Rewriting,
    /// Finished.
    Done,
}

/// Large work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Job {
    /// Its id.
    pub job_id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub status: JobStatus,
    /// Conversations done; of an import bytes of its file.
    pub done: u64,
    /// Conversations in all; of an import the bytes of its file.
    pub total: u64,
    /// The seq of the event that last changed it.
    pub seq: u64,
}
