//! What events about channels change.

use std::collections::BTreeSet;

use parloir_protocol::ids::ChannelId;

use super::Edit;
use crate::entity::{Channel, Country};

pub(super) fn created(edit: &mut Edit<'_>, channel: &Channel) {
    edit.put(edit.keys.channel(channel.id), channel);
}

pub(super) fn changed(edit: &mut Edit<'_>, id: ChannelId, name: &str, approved: Option<&BTreeSet<Country>>) {
    let Some(before) = edit.view().channel(id) else { return };
    let approved_countries = approved.cloned();
    let after = Channel { name: name.to_owned(), approved_countries, seq: edit.seq, ..before };
    edit.put(edit.keys.channel(id), &after);
}
