//! What is asked about people, and notes about them.

use parloir_desk::command::{CardChange, Command};
use parloir_desk::entity::{Address, Country};
use parloir_protocol::command::contact::{Merge, Save, Unmerge};
use parloir_protocol::command::message::AddNote;
use parloir_protocol::entity as wire;
use parloir_protocol::error::ErrorBody;
use std::collections::BTreeSet;

use super::address::destination;

/// A change to a contact, with its numbers in their one normal form.
///
/// # Errors
/// A number or id that is none.
pub fn save(asked: &Save, country: Country) -> Result<Command, ErrorBody> {
    let change = CardChange {
        name: asked.name.clone(),
        add_tags: asked.add_tags.iter().flatten().cloned().collect(),
        remove_tags: asked.remove_tags.iter().flatten().cloned().collect(),
        properties: asked.properties.clone().unwrap_or_default(),
        add_addresses: addresses(asked.add_addresses.as_deref(), country)?,
        remove_addresses: addresses(asked.remove_addresses.as_deref(), country)?,
    };
    Ok(Command::SaveContact { contact_id: asked.contact_id, change })
}

fn addresses(typed: Option<&[wire::Address]>, country: Country) -> Result<BTreeSet<Address>, ErrorBody> {
    let typed = typed.unwrap_or_default().iter();
    typed.map(|address| destination(address, country).map(|to| to.address)).collect()
}

pub(super) fn merge(asked: &Merge) -> Command {
    Command::MergeContacts {
        survivor: asked.survivor,
        survivor_version: asked.survivor_version,
        merged: asked.merged,
        merged_version: asked.merged_version,
    }
}

pub(super) fn unmerge(asked: &Unmerge) -> Command {
    Command::UnmergeContacts { survivor: asked.survivor, merged: asked.merged }
}

pub(super) fn note(asked: &AddNote) -> Command {
    Command::AddNote {
        conversation_id: asked.conversation_id,
        text: asked.text.clone(),
        mentions: asked.mentions.iter().flatten().copied().collect(),
    }
}
