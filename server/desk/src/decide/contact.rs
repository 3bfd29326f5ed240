//! Saving, merging, parting and erasing contacts. One address belongs to at most one contact, and a card
//! that was merged or erased takes no changes.

use std::collections::BTreeSet;

use parloir_protocol::ids::ContactId;

use super::job::start_job;
use super::text::check_count;
use super::{Context, Decision};
use crate::command::CardChange;
use crate::entity::{Address, Card, Contact, ContactStatus, Job, JobKind, Personal, SubjectId};
use crate::event::{About, Event};
use crate::refusal::Refusal;

mod card;

/// Changes a contact, the one that has an added address, or a new one.
pub(super) fn save(ctx: &Context<'_>, contact_id: Option<ContactId>, change: &CardChange) -> Decision {
    let known = match contact_id {
        Some(id) => Some(live(ctx, id)?),
        None => holder(ctx, &change.add_addresses)?.map(|id| live(ctx, id)).transpose()?,
    };
    card::check_change(ctx.limits, change)?;
    let (id, subject, before) = match known {
        Some((contact, card)) => (contact.id, contact.subject, Some(card)),
        None => (ctx.ask.ids.contact_id(), ctx.ask.ids.subject, None),
    };
    let after = card::changed(before.as_ref().unwrap_or(&Card::default()), change);
    card::check(ctx.limits, &after)?;
    check_free(ctx, id, &change.add_addresses)?;
    if before.is_some_and(|before| before == after) {
        return Ok(vec![Event::Noted { about: About::Contact(id) }]);
    }
    Ok(vec![saved(id, subject, after)])
}

/// Moves what `merged` has to `survivor`; each comes with the version its author saw.
pub(super) fn merge(
    ctx: &Context<'_>,
    (survivor, survivor_version): (ContactId, u64),
    (merged, merged_version): (ContactId, u64),
) -> Decision {
    let (contact, card) = live(ctx, survivor)?;
    if survivor == merged || ctx.contact(merged)?.status == ContactStatus::MergedInto(survivor) {
        return Ok(vec![Event::Noted { about: About::Contact(survivor) }]);
    }
    let (other, other_card) = live(ctx, merged)?;
    check_version(&contact, survivor_version)?;
    check_version(&other, merged_version)?;
    let all = everyone_in(ctx, survivor).len() + everyone_in(ctx, merged).len();
    check_count("merged_contacts", all - 1, ctx.limits.merged_contacts)?;
    let card = card::merged(card, other_card);
    card::check(ctx.limits, &card)?;
    Ok(vec![Event::ContactMerged { survivor, merged, subject: contact.subject, card: Personal::Known(card) }])
}

/// Gives `merged` its card back, with the addresses that nobody else took since. Tags and properties that
/// the survivor gained by the merge stay there. What was saved while they were one is about both, so the
/// survivor goes on under a new subject.
pub(super) fn unmerge(ctx: &Context<'_>, survivor: ContactId, merged: ContactId) -> Decision {
    let (contact, mut card) = live(ctx, survivor)?;
    let parted = ctx.contact(merged)?;
    let Personal::Known(mut restored) = parted.card else { return Err(Refusal::ContactErased) };
    if parted.status != ContactStatus::MergedInto(survivor) {
        return Err(Refusal::NotMerged);
    }
    let free = |address: &Address| ctx.view.contact_at(address).is_none_or(|holder| holder == contact.id);
    restored.addresses.retain(free);
    card.addresses.retain(|address| !restored.addresses.contains(address));
    Ok(vec![
        Event::ContactUnmerged { survivor, restored: merged },
        saved(survivor, ctx.ask.ids.subject, card),
        saved(merged, parted.subject, restored),
    ])
}

/// Starts the job that erases a contact, everyone merged into it, and the conversations of its addresses.
pub(super) fn erase(ctx: &Context<'_>, contact_id: ContactId) -> Decision {
    let contact = ctx.contact(contact_id)?;
    match contact.status {
        ContactStatus::Saved => {}
        ContactStatus::MergedInto(survivor) => return Err(Refusal::ContactMerged { survivor }),
        ContactStatus::Erased => return Ok(vec![Event::Noted { about: About::Contact(contact_id) }]),
    }
    if let Some(job) = erasure(ctx, contact_id) {
        return Ok(vec![Event::Noted { about: About::Job(job.id) }]);
    }
    start_erasure(ctx, &contact)
}

fn start_erasure(ctx: &Context<'_>, contact: &Contact) -> Decision {
    let contacts = everyone_in(ctx, contact.id);
    let mut subjects: BTreeSet<SubjectId> =
        contacts.iter().filter_map(|id| ctx.view.contact(*id)).flat_map(subjects_of).collect();
    let mut conversations = BTreeSet::new();
    for address in contact.card.known().into_iter().flat_map(|card| &card.addresses) {
        for channel in ctx.view.channels() {
            conversations.extend(ctx.view.conversation_at(channel.id, address));
        }
    }
    subjects
        .extend(conversations.iter().filter_map(|id| ctx.view.conversation(*id)).map(|found| found.subject));
    check_count("conversations", conversations.len(), ctx.limits.job_conversations)?;
    let total = conversations.len() as u64;
    let kind = JobKind::EraseContact {
        contact_id: contact.id,
        subjects: subjects.into_iter().collect(),
        conversations: conversations.into_iter().collect(),
    };
    start_job(ctx, kind, total, Vec::new())
}

/// A contact and all who were merged into it, or into those, itself last. Merging bounds how many.
pub(super) fn everyone_in(ctx: &Context<'_>, contact: ContactId) -> Vec<ContactId> {
    let mut found = vec![contact];
    let mut looked_at = 0;
    while let Some(survivor) = found.get(looked_at) {
        let merged = ctx.view.merged_into(*survivor, ctx.limits.merged_contacts);
        found.extend(merged);
        looked_at += 1;
    }
    found.reverse();
    found
}

/// A contact that takes changes, with its card.
fn live(ctx: &Context<'_>, id: ContactId) -> Result<(Contact, Card), Refusal> {
    let contact = ctx.contact(id)?;
    match contact.status {
        ContactStatus::Saved => {}
        ContactStatus::MergedInto(survivor) => return Err(Refusal::ContactMerged { survivor }),
        ContactStatus::Erased => return Err(Refusal::ContactErased),
    }
    if erasure(ctx, id).is_some() {
        return Err(Refusal::JobRunning);
    }
    let card = contact.card.known().cloned().ok_or(Refusal::ContactErased)?;
    Ok((contact, card))
}

/// The job that is erasing a contact.
fn erasure(ctx: &Context<'_>, id: ContactId) -> Option<Job> {
    ctx.view.running_jobs().into_iter().find(|job| job.kind.erases(id))
}

/// The one contact that has any of these addresses.
fn holder(ctx: &Context<'_>, addresses: &BTreeSet<Address>) -> Result<Option<ContactId>, Refusal> {
    let mut holders = addresses.iter().filter_map(|address| ctx.view.contact_at(address));
    let first = holders.next();
    match holders.find(|other| Some(*other) != first) {
        Some(contact_id) => Err(Refusal::AddressTaken { contact_id }),
        None => Ok(first),
    }
}

fn check_free(ctx: &Context<'_>, owner: ContactId, addresses: &BTreeSet<Address>) -> Result<(), Refusal> {
    let mut holders = addresses.iter().filter_map(|address| ctx.view.contact_at(address));
    match holders.find(|holder| *holder != owner) {
        Some(contact_id) => Err(Refusal::AddressTaken { contact_id }),
        None => Ok(()),
    }
}

fn check_version(contact: &Contact, version: u64) -> Result<(), Refusal> {
    if contact.seq == version {
        return Ok(());
    }
    Err(Refusal::ContactChanged { contact_id: contact.id, version: contact.seq })
}

fn subjects_of(contact: Contact) -> BTreeSet<SubjectId> {
    let mut subjects = contact.shared_subjects;
    subjects.insert(contact.subject);
    subjects
}

fn saved(contact_id: ContactId, subject: SubjectId, card: Card) -> Event {
    Event::ContactSaved { contact_id, subject, card: Personal::Known(card) }
}
