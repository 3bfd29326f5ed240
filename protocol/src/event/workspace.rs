//! Facts about a workspace, its channels and its large work.

use serde::{Deserialize, Serialize};

use crate::entity::{Channel, Job};
use crate::ids::{ChannelId, JobId};

/// `workspace.changed`: other settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Changed {
    /// As shown now.
    pub name: String,
    /// Two letters.
    pub country: String,
    /// `opened` or `answered`.
    #[cfg_attr(any(test, feature = "schema"), schemars(extend("enum" = ["opened", "answered"])))]
    pub unread_until: String,
    /// How long a send is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_ms: Option<u32>,
    /// How long a link to a file works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_days: Option<u16>,
}

/// `channel.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ChannelCreated {
    /// It.
    pub channel: Channel,
}

/// `channel.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ChannelChanged {
    /// Which.
    pub channel_id: ChannelId,
    /// As shown now.
    pub name: String,
    /// Two letters each; nothing means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_countries: Option<Vec<String>>,
}

/// `job.started`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct JobStarted {
    /// It.
    pub job: Job,
}

/// `job.advanced`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct JobAdvanced {
    /// Which.
    pub job_id: JobId,
    /// Conversations done.
    pub done: u64,
}

/// `job.rewriting`: what is stored is being rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct JobRewriting {
    /// Which.
    pub job_id: JobId,
}

/// `job.done`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct JobDone {
    /// Which.
    pub job_id: JobId,
}
