//! One tenant's own settings.

use parloir_protocol::ids::{GroupId, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::Country;

/// What clears a conversation's shared unread mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnreadUntil {
    Opened,
    Answered,
}

/// What a new workspace begins with.
pub const LINK_DAYS: u16 = 7;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// Numbers typed without a country are read as this country's.
    pub country: Country,
    pub unread_until: UnreadUntil,
    pub default_group: GroupId,
    /// How long a send is held, to be taken back; 0 for not at all.
    pub hold_ms: u32,
    /// How long a link to a file works.
    pub link_days: u16,
    /// Keys the digests of addresses, provider ids and params.
    #[serde(with = "crate::bytes")]
    pub digest_key: [u8; 32],
    /// The seq of the event that made or last changed the settings.
    pub seq: u64,
}
