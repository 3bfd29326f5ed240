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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// Numbers typed without a country are read as this country's.
    pub country: Country,
    pub unread_until: UnreadUntil,
    pub default_group: GroupId,
    /// Keys the digests of addresses, provider ids and params.
    pub digest_key: [u8; 32],
    /// The seq of the event that made or last changed the settings.
    pub seq: u64,
}
