//! Contacts as files for other programs, and for `parloir import`: a contact at a time into a text that the caller
//! bounds. It reads nothing and decides nothing about who may have them.

use parloir_protocol::entity::{AddressKind, Card};
use parloir_protocol::ids::ContactId;

pub mod cards;
pub mod columns;
#[cfg(test)]
mod tests;

/// The word for a kind of identity in a file.
pub(crate) fn word_of(kind: AddressKind) -> &'static str {
    match kind {
        AddressKind::E164 => "phone",
        AddressKind::Bsuid => "bsuid",
        AddressKind::Rcs => "rcs",
    }
}

/// A person's numbers, as callers dial them.
fn numbers(card: &Card) -> impl Iterator<Item = &str> {
    let addresses = card.addresses.iter().filter(|address| address.kind == AddressKind::E164);
    addresses.map(|address| address.value.as_str())
}

/// A person's other identities, each with the word for its kind.
fn ids(card: &Card) -> impl Iterator<Item = (&'static str, &str)> {
    let addresses = card.addresses.iter().filter(|address| address.kind != AddressKind::E164);
    addresses.map(|address| (word_of(address.kind), address.value.as_str()))
}

/// One person with the id under which they are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: ContactId,
    pub card: Card,
}
