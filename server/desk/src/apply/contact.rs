//! What events about contacts change: the cards, and who has which address.

use std::collections::BTreeSet;

use parloir_protocol::ids::ContactId;

use super::Edit;
use crate::entity::{Address, Card, Contact, ContactStatus, Personal, SubjectId};

static NO_ADDRESSES: BTreeSet<Address> = BTreeSet::new();

pub(super) fn saved(edit: &mut Edit<'_>, id: ContactId, subject: SubjectId, card: &Personal<Card>) {
    let before = edit.view().contact(id);
    let shared_subjects = before.as_ref().map(|before| before.shared_subjects.clone()).unwrap_or_default();
    let (card, status) = (card.clone(), ContactStatus::Saved);
    put(edit, before.as_ref(), &Contact { id, subject, shared_subjects, card, status, seq: edit.seq });
}

/// The merged card stays, so that the merge can be undone; its addresses are the survivor's.
pub(super) fn merged(edit: &mut Edit<'_>, survivor: ContactId, merged: ContactId, card: &Personal<Card>) {
    if let Some(before) = edit.view().contact(survivor) {
        put(edit, Some(&before), &Contact { card: card.clone(), seq: edit.seq, ..before.clone() });
    }
    if let Some(before) = edit.view().contact(merged) {
        let status = ContactStatus::MergedInto(survivor);
        let after = Contact { status, seq: edit.seq, ..before };
        edit.put(edit.keys.contact(merged), &after);
        edit.put(edit.keys.merged_into(survivor, merged), &merged);
    }
}

/// Their cards follow in events of their own, the restored one's with its addresses: until then it is not saved. What was
/// saved meanwhile is about both.
pub(super) fn unmerged(edit: &mut Edit<'_>, survivor: ContactId, restored: ContactId) {
    edit.remove(edit.keys.merged_into(survivor, restored));
    let (Some(one), Some(other)) = (edit.view().contact(survivor), edit.view().contact(restored)) else {
        return;
    };
    let mut shared_subjects = one.shared_subjects.clone();
    shared_subjects.insert(one.subject);
    shared_subjects.extend(&other.shared_subjects);
    for contact in [one, other] {
        let after = Contact { shared_subjects: shared_subjects.clone(), seq: edit.seq, ..contact };
        edit.put(edit.keys.contact(after.id), &after);
    }
}

pub(super) fn erased(edit: &mut Edit<'_>, id: ContactId) {
    let Some(before) = edit.view().contact(id) else { return };
    let (card, status) = (Personal::Erased, ContactStatus::Erased);
    put(edit, Some(&before), &Contact { card, status, seq: edit.seq, ..before.clone() });
}

/// Writes a contact and makes the addresses of its card, and only those, lead to it. Those of a saved contact did before:
/// a change that leaves them as they are reads and writes no other row.
fn put(edit: &mut Edit<'_>, before: Option<&Contact>, contact: &Contact) {
    let had = before.and_then(addresses).unwrap_or(&NO_ADDRESSES);
    let has = addresses(contact).unwrap_or(&NO_ADDRESSES);
    for address in had.difference(has) {
        if edit.view().contact_at(address) == Some(contact.id) {
            edit.remove(edit.keys.contact_at(address));
        }
    }
    let leads = before.is_some_and(|before| before.status == ContactStatus::Saved);
    for address in has.iter().filter(|address| !leads || !had.contains(*address)) {
        edit.put(edit.keys.contact_at(address), &contact.id);
    }
    edit.put(edit.keys.contact(contact.id), contact);
}

fn addresses(contact: &Contact) -> Option<&BTreeSet<Address>> {
    contact.card.known().map(|card| &card.addresses)
}
