//! Facts about a workspace's settings.

use parloir_desk::entity::{Country, UnreadUntil};
use parloir_protocol::event::{Fact, workspace as wire};

use crate::wire::entity;

pub(super) fn changed(
    name: &str,
    country: Country,
    unread_until: UnreadUntil,
    (hold_ms, link_days): (u32, u16),
) -> Fact {
    Fact::WorkspaceChanged(wire::Changed {
        name: name.to_owned(),
        country: country.as_str().to_owned(),
        unread_until: entity::unread_until(unread_until),
        hold_ms: Some(hold_ms),
        link_days: Some(link_days),
    })
}
