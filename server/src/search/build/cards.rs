//! The cards of a workspace's contacts by their addresses, packed in memory while an index is built: read one by one
//! from the state, each conversation would cost two pages of it.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;

use parloir_desk::entity::{Address, Contact, ContactStatus};
use parloir_desk::view::View;

use super::ROWS_PER_PIECE;

/// Bytes of packed contacts up to which they are kept; of a larger book the rest is looked up.
const PACKED_BYTES_MAX: usize = 192 << 20;

/// Contacts, each found by any of its addresses.
pub(in crate::search) struct Cards {
    packed: Vec<u8>,
    /// Where the contact of an address stands in `packed`; nothing when two addresses look the same.
    at: HashMap<u64, Option<u32>, RandomState>,
    /// Nobody is missing, so that who is not here is nobody's contact.
    is_whole: bool,
}

impl Cards {
    /// Reads the contacts in their order. Who is saved or changed afterwards is put, not built.
    pub(in crate::search) fn read(view: &View<'_>) -> Self {
        Self::up_to(view, PACKED_BYTES_MAX)
    }

    /// The same, keeping no more bytes than this.
    pub(in crate::search) fn up_to(view: &View<'_>, bytes_max: usize) -> Self {
        let mut cards = Self { packed: Vec::new(), at: HashMap::new(), is_whole: false };
        let mut after = None;
        while cards.packed.len() < bytes_max {
            let piece = view.contacts_after(after, ROWS_PER_PIECE);
            let Some(last) = piece.last() else {
                cards.is_whole = true;
                break;
            };
            after = Some(last.id);
            piece
                .iter()
                .filter(|contact| contact.status == ContactStatus::Saved)
                .for_each(|one| cards.keep(one));
        }
        cards
    }

    fn keep(&mut self, contact: &Contact) {
        let Some(card) = contact.card.known() else { return };
        let start = u32::try_from(self.packed.len()).ok();
        rmp_serde::encode::write(&mut self.packed, contact).expect("a contact can always be written");
        for address in &card.addresses {
            match self.at.entry(self.at.hasher().hash_one(&address.value)) {
                Entry::Vacant(free) => _ = free.insert(start),
                Entry::Occupied(mut taken) => _ = taken.insert(None),
            }
        }
    }

    /// Whoever has an address.
    pub(in crate::search) fn behind(&self, view: &View<'_>, address: &Address) -> Option<Contact> {
        match self.at.get(&self.at.hasher().hash_one(&address.value)) {
            None if self.is_whole => None,
            Some(Some(start)) => self.unpacked(*start).filter(|contact| has(contact, address)),
            Some(None) | None => view.contact_at(address).and_then(|id| view.contact(id)),
        }
    }

    fn unpacked(&self, start: u32) -> Option<Contact> {
        rmp_serde::from_slice(self.packed.get(start as usize..)?).ok()
    }
}

/// Another's address may look like theirs.
fn has(contact: &Contact, address: &Address) -> bool {
    contact.card.known().is_some_and(|card| card.addresses.contains(address))
}
