//! An index held against the state that it is of: every document that should be there, as it should be, and
//! none beside. For who looks after the data while no server runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use parloir_desk::view::View;
use parloir_protocol::ids::WorkspaceId;

use super::book::{Book, Shape, seq_of};
use super::catalogue::Catalogue;
use super::folders::Folders;
use super::pending::Pending;
use super::person::Person;
use super::read::{Reader, Rows, Source};
use super::record::{Id, Record};
use super::said::Said;
use super::{SearchError, formerly_behind, touches_after};
use crate::log::Log;
use crate::rebuild::stands;
use crate::state::{Applied, State};

/// How an index differs from its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differences {
    /// Documents that should be there, or are not so.
    pub missing: u64,
    /// Documents that should not be there.
    pub surplus: u64,
    /// Documents that are as they should be.
    pub same: u64,
}

/// Compares the newest index in `folder` with `state`, after what it lacks of `log`; nothing when there is
/// none that a start would use.
///
/// # Errors
/// [`SearchError`] when the folder or the log cannot be read.
pub fn compare(folder: &Path, log: &dyn Log, state: &State) -> Result<Option<Differences>, SearchError> {
    let Some(newest) = Folders::in_folder(folder).all()?.into_iter().next() else { return Ok(None) };
    let Ok(Some(catalogue)) = Catalogue::open(&newest) else { return Ok(None) };
    let positions: BTreeMap<WorkspaceId, Applied> = catalogue.positions().into_iter().collect();
    if !positions.iter().all(|(workspace, at)| stands(log, *workspace, *at)) {
        return Ok(None);
    }
    let mut differences = Differences::default();
    for workspace in state.workspaces() {
        let at = positions.get(&workspace).copied().unwrap_or(Applied::START);
        let view = View::new(state, workspace);
        let mut touches = touches_after(log, workspace, at.seq)?;
        touches.extend(formerly_behind(&catalogue, &touches));
        let source = Source { rows: Rows::In(state), workspace, offers: None };
        catalogue.put(&Pending::default(), &source, &touches);
        differences = differences.and(&of_workspace(&catalogue, &view));
    }
    Ok(Some(differences))
}

fn of_workspace(catalogue: &Catalogue, view: &View<'_>) -> Differences {
    let number = catalogue.number(view.keys().0).unwrap_or_default();
    let people = expected_people(view).into_iter().map(|person| (person.id(), person)).collect();
    let of_people = book(&catalogue.people, number, people, |leaf, doc, person: &Person| {
        let seen = leaf.seen(doc);
        let tags = |tags: &[String]| tags.iter().cloned().collect::<BTreeSet<_>>();
        let addresses = |of: &[parloir_desk::entity::Address]| of.iter().cloned().collect::<BTreeSet<_>>();
        seen.name == person.name
            && seen.thread == person.thread
            && tags(&seen.tags) == tags(&person.tags)
            && addresses(&seen.addresses) == addresses(&person.addresses)
    });
    let messages = view.messages_after(None, usize::MAX);
    let messages = messages.iter().filter_map(|message| Said::of(view, message));
    let messages = messages.map(|said| (said.id(), said)).collect();
    of_people.and(&book(&catalogue.messages, number, messages, |leaf, doc, said: &Said| {
        leaf.line(doc).is_ok_and(|line| line == said.line)
    }))
}

fn expected_people(view: &View<'_>) -> Vec<Person> {
    let conversations = view.conversations_after(None, usize::MAX);
    let contacts = view.contacts_after(None, usize::MAX);
    let talking = conversations.iter().filter_map(|found| Person::of_conversation(view, found));
    let reader = Reader::new(*view);
    talking.chain(contacts.iter().filter_map(|contact| reader.of_contact(contact).1)).collect()
}

/// Takes every document that the index has from those that it should have.
fn book<S: Shape>(
    book: &Book<S>,
    workspace: u32,
    mut expected: BTreeMap<Id, S::Record>,
    is_so: impl Fn(&S::Segment, u32, &S::Record) -> bool,
) -> Differences {
    let (fresh, published) = (book.fresh(), book.published());
    let mut differences = Differences::default();
    for record in fresh.of(workspace) {
        differences.count(expected.remove(&record.id()).is_some_and(|due| due.seq() == record.seq()));
    }
    for leaf in &published.leaves {
        let from = leaf.at(super::book::place(workspace, u64::MAX));
        for doc in from..leaf.at(super::book::place(workspace + 1, u64::MAX)) {
            let id = leaf.id(doc);
            if !leaf.is_deleted(doc) && !fresh.has(workspace, id) {
                let due = expected.remove(&id);
                let seq = seq_of(leaf.place(doc));
                differences.count(due.is_some_and(|due| due.seq() == seq && is_so(&leaf.segment, doc, &due)));
            }
        }
    }
    differences.missing += expected.len() as u64;
    differences
}

impl Differences {
    /// Whether the index is what it should be.
    pub fn are_none(&self) -> bool {
        self.missing == 0 && self.surplus == 0
    }

    /// One document that is there, and whether it is one that is due.
    fn count(&mut self, due: bool) {
        *(if due { &mut self.same } else { &mut self.surplus }) += 1;
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            missing: self.missing + other.missing,
            surplus: self.surplus + other.surplus,
            same: self.same + other.same,
        }
    }
}
