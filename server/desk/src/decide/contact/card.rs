//! A card and its changes: what they may hold, and what comes of changing or merging them.

use std::collections::BTreeSet;

use parloir_protocol::text::fold;

use super::super::text::{check_count, check_length, check_name, check_text};
use crate::command::CardChange;
use crate::entity::Card;
use crate::limits::Limits;
use crate::refusal::Refusal;

/// Refuses a change whose parts are out of bounds, whatever it changes.
pub(super) fn check_change(limits: &Limits, change: &CardChange) -> Result<(), Refusal> {
    if let Some(name) = change.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        check_name("name", name, limits.name_chars)?;
    }
    for tag in &change.add_tags {
        check_name("tag", tag.trim(), limits.tag_chars)?;
    }
    for (key, value) in &change.properties {
        check_name("property_key", key.trim(), limits.property_key_chars)?;
        if let Some(value) = value {
            check_text("property_value", value.trim(), limits.property_value_chars)?;
        }
    }
    change
        .add_addresses
        .iter()
        .try_for_each(|address| check_name("address", &address.value, limits.address_chars))
}

/// Refuses a card with too much in it, or one that names nobody.
pub(super) fn check(limits: &Limits, card: &Card) -> Result<(), Refusal> {
    if card.name.is_empty() && card.addresses.is_empty() {
        return Err(Refusal::FieldEmpty { field: "name" });
    }
    check_length("name", &card.name, limits.name_chars)?;
    check_count("tags", card.tags.len(), limits.tags)?;
    check_count("properties", card.properties.len(), limits.properties)?;
    check_count("addresses", card.addresses.len(), limits.addresses)
}

/// The card after the change; what is removed and added in one stays.
pub(super) fn changed(card: &Card, change: &CardChange) -> Card {
    let mut card = card.clone();
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut card.name);
    }
    let removed: BTreeSet<String> = change.remove_tags.iter().map(|tag| fold(tag.trim())).collect();
    card.tags.retain(|tag| !removed.contains(&fold(tag)));
    add_tags(&mut card.tags, &change.add_tags);
    for (key, value) in &change.properties {
        match value {
            Some(value) => card.properties.insert(key.trim().to_owned(), value.trim().to_owned()),
            None => card.properties.remove(key.trim()),
        };
    }
    card.addresses.retain(|address| !change.remove_addresses.contains(address));
    card.addresses.extend(change.add_addresses.iter().cloned());
    card
}

/// The survivor's card with everything of the other's that it does not already say.
pub(super) fn merged(survivor: Card, other: Card) -> Card {
    let mut card = survivor;
    if card.name.is_empty() {
        card.name = other.name;
    }
    add_tags(&mut card.tags, &other.tags);
    for (key, value) in other.properties {
        card.properties.entry(key).or_insert(value);
    }
    card.addresses.extend(other.addresses);
    card
}

/// A tag that is there in another writing stays as it was first written.
fn add_tags(tags: &mut BTreeSet<String>, added: &BTreeSet<String>) {
    let mut folded: BTreeSet<String> = tags.iter().map(|tag| fold(tag)).collect();
    for tag in added.iter().map(|tag| tag.trim()) {
        if folded.insert(fold(tag)) {
            tags.insert(tag.to_owned());
        }
    }
}
