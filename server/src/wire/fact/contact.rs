//! Facts about contacts. A contact's version is the seq of the event that changed it.

use parloir_desk::entity::{Card, Personal};
use parloir_protocol::entity::Contact;
use parloir_protocol::event::{Fact, contact as wire};
use parloir_protocol::ids::ContactId;

use crate::wire::entity;

pub(super) fn saved(contact_id: ContactId, card: &Personal<Card>, seq: u64) -> Fact {
    Fact::ContactSaved(wire::Saved { contact: contact(contact_id, card.known(), seq) })
}

pub(super) fn merged(survivor: ContactId, merged: ContactId, card: &Personal<Card>, seq: u64) -> Fact {
    Fact::ContactMerged(wire::Merged { survivor: contact(survivor, card.known(), seq), merged })
}

pub(super) fn unmerged(survivor: ContactId, restored: ContactId) -> Fact {
    Fact::ContactUnmerged(wire::Unmerged { survivor, restored })
}

pub(super) fn erased(contact_id: ContactId) -> Fact {
    Fact::ContactErased(wire::Erased { contact_id })
}

fn contact(contact_id: ContactId, card: Option<&Card>, seq: u64) -> Contact {
    Contact { contact_id, card: card.map(entity::card), seq }
}
