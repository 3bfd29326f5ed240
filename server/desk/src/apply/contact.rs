//! What events about contacts change: the cards, and who has which address.

use parloir_protocol::ids::ContactId;

use super::Edit;
use crate::entity::{Card, Contact, ContactStatus, Personal, SubjectId};

pub(super) fn saved(edit: &mut Edit<'_>, id: ContactId, subject: SubjectId, card: &Personal<Card>) {
    let before = edit.view().contact(id);
    let shared_subjects = before.map(|before| before.shared_subjects).unwrap_or_default();
    let card = card.clone();
    put(edit, &Contact { id, subject, shared_subjects, card, status: ContactStatus::Saved, seq: edit.seq });
}

/// The merged card stays, so that the merge can be undone; its addresses are the survivor's.
pub(super) fn merged(edit: &mut Edit<'_>, survivor: ContactId, merged: ContactId, card: &Personal<Card>) {
    if let Some(before) = edit.view().contact(survivor) {
        put(edit, &Contact { card: card.clone(), seq: edit.seq, ..before });
    }
    if let Some(before) = edit.view().contact(merged) {
        let status = ContactStatus::MergedInto(survivor);
        let after = Contact { status, seq: edit.seq, ..before };
        edit.put(edit.keys.contact(merged), &after);
        edit.put(edit.keys.merged_into(survivor, merged), &merged);
    }
}

/// Their cards follow in events of their own; what was saved meanwhile is about both.
pub(super) fn unmerged(edit: &mut Edit<'_>, survivor: ContactId, restored: ContactId) {
    edit.remove(edit.keys.merged_into(survivor, restored));
    let (Some(one), Some(other)) = (edit.view().contact(survivor), edit.view().contact(restored)) else {
        return;
    };
    let mut shared_subjects = one.shared_subjects.clone();
    shared_subjects.insert(one.subject);
    shared_subjects.extend(&other.shared_subjects);
    for contact in [one, Contact { status: ContactStatus::Saved, ..other }] {
        let after = Contact { shared_subjects: shared_subjects.clone(), seq: edit.seq, ..contact };
        edit.put(edit.keys.contact(after.id), &after);
    }
}

pub(super) fn erased(edit: &mut Edit<'_>, id: ContactId) {
    let Some(before) = edit.view().contact(id) else { return };
    put(edit, &Contact { card: Personal::Erased, status: ContactStatus::Erased, seq: edit.seq, ..before });
}

/// Writes a contact and makes the addresses of its card, and only those, lead to it.
fn put(edit: &mut Edit<'_>, contact: &Contact) {
    let before = edit.view().contact(contact.id);
    if let Some(card) = before.as_ref().and_then(|before| before.card.known()) {
        for address in &card.addresses {
            if edit.view().contact_at(address) == Some(contact.id) {
                edit.remove(edit.keys.contact_at(address));
            }
        }
    }
    if let Personal::Known(card) = &contact.card {
        for address in &card.addresses {
            edit.put(edit.keys.contact_at(address), &contact.id);
        }
    }
    edit.put(edit.keys.contact(contact.id), contact);
}
