//! People and programs that work the queue, and who did what.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ChannelId, GroupId, TokenId, WorkspaceId};
use crate::time::Time;

/// What an agent is allowed by rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Everything but agents, channels and settings.
    Supervisor,
    /// Works the queue.
    Agent,
    /// Works the queue and sends only templates.
    TemplateAgent,
    /// A program with an API key.
    Integration,
}

/// What an integration's key allows beyond what an agent may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Connected, or not away for two minutes yet.
    Online,
    /// Without a connection for two minutes.
    Away,
}

/// Whether an agent may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// May come in.
    Active,
    /// May not, from the moment of the event.
    Deactivated,
}

/// A person or program of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Agent {
    /// Its id.
    pub agent_id: AgentId,
    /// As shown to colleagues.
    pub name: String,
    /// What it is allowed.
    pub role: Role,
    /// The groups it sees; nothing means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
    /// Whether it may come in.
    pub status: AgentStatus,
    /// Whether it is there.
    pub availability: Availability,
    /// The seq of the event that last changed it.
    pub seq: u64,
}

/// A handle of a way in; the secret itself is shown once, in the answer to `token.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Token {
    /// Its handle.
    pub token_id: TokenId,
    /// Whose it is.
    pub agent_id: AgentId,
    /// When it stops working by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
}

/// A workspace's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Workspace {
    /// Its id.
    pub workspace_id: WorkspaceId,
    /// As shown.
    pub name: String,
    /// Two letters: the country of numbers typed without one.
    pub country: String,
    /// `opened` or `answered`: what clears the unread mark.
    #[cfg_attr(any(test, feature = "schema"), schemars(extend("enum" = ["opened", "answered"])))]
    pub unread_until: String,
    /// Where new conversations go.
    pub default_group: GroupId,
    /// How long a send is held, to be taken back; 0 for not at all.
    #[serde(default)]
    pub hold_ms: u32,
    /// How long a link to a file works.
    #[serde(default = "link_days")]
    pub link_days: u16,
    /// The seq of the event that last changed it.
    pub seq: u64,
}

/// What a server says that knows of no other.
fn link_days() -> u16 {
    7
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A person or program of the workspace.
    Agent {
        /// Which.
        agent_id: AgentId,
    },
    /// The other side of a conversation.
    Contact {
        /// Over which channel.
        channel_id: ChannelId,
    },
    /// A provider, with a receipt.
    Provider {
        /// For which channel.
        channel_id: ChannelId,
    },
    /// Parloir itself.
    System,
}
