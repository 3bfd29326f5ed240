//! A workspace's settings, its channels and its groups.

use parloir_desk::entity;

use super::bytes::{Country, Id, Secret};
use super::kept::{shapes, words};
use super::person::Address;

/// What a record says that is older than the setting.
pub(super) fn link_days() -> u16 {
    entity::LINK_DAYS
}

words! {
    UnreadUntil of entity::UnreadUntil { Opened = "opened", Answered = "answered" }
    ChannelKind of entity::ChannelKind { Sms = "sms", Rcs = "rcs", Whatsapp = "whatsapp" }
    GroupStatus of entity::GroupStatus { Active = "active", Archived = "archived", Emptying = "emptying" }
}

shapes! {
    Workspace of entity::Workspace {
        id: Id,
        name: String,
        country: Country,
        unread_until: UnreadUntil,
        default_group: Id,
        #[serde(default)]
        hold_ms: u32,
        #[serde(default = "link_days")]
        link_days: u16,
        digest_key: Secret,
        seq: u64,
    }
    Channel of entity::Channel {
        id: Id,
        kind: ChannelKind,
        name: String,
        address: Address,
        provider: String,
        approved_countries: Option<Vec<Country>>,
        seq: u64,
    }
    Group of entity::Group { id: Id, name: String, status: GroupStatus, seq: u64 }
}
