//! Facts about own senders.

use std::collections::BTreeSet;

use parloir_desk::entity::{Channel, Country};
use parloir_protocol::event::{Fact, workspace as wire};
use parloir_protocol::ids::ChannelId;

use crate::wire::entity;

pub(super) fn created(channel: &Channel) -> Fact {
    Fact::ChannelCreated(wire::ChannelCreated { channel: entity::channel(channel) })
}

pub(super) fn changed(
    channel_id: ChannelId,
    name: &str,
    approved_countries: &Option<BTreeSet<Country>>,
) -> Fact {
    Fact::ChannelChanged(wire::ChannelChanged {
        channel_id,
        name: name.to_owned(),
        approved_countries: approved_countries.as_ref().map(entity::countries),
    })
}
