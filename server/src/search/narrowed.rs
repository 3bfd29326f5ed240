//! What qualifiers leave of a workspace, by what is written of people: by a look at one conversation after the other, as
//! long as many are left of those that are looked at, or all that are left at once, where they are few.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::ask::Ask;
use super::book::{Book, Leaf, workspace_of};
use super::matching;
use super::people::{People, fingerprint};
use super::person::Person;
use super::spread::Spread;
use super::walk::{WalkError, every};
use super::zone::Of;

/// Looks at one conversation after the other, as they are at one moment.
pub(super) struct Looks<'a> {
    ask: &'a Ask,
    workspace: u32,
    leaves: Vec<Arc<Leaf<People>>>,
    /// Of those that are newer than the leaves; nothing of one that is gone.
    newer: HashMap<u64, Option<Arc<Person>>, BuildHasherDefault<Spread>>,
    left: Cell<usize>,
}

impl<'a> Looks<'a> {
    /// As many looks.
    pub(super) fn at(book: &Book<People>, workspace: u32, ask: &'a Ask, looks: usize) -> Self {
        // In this order: what is frozen in between is met twice, and never missed.
        let fresh = book.fresh();
        let published = book.published();
        let both = published.frozen.entries(workspace).chain(fresh.entries(workspace));
        let newer = both.map(|(id, person)| (fingerprint(&id.0), person.cloned())).collect();
        Self { ask, workspace, leaves: published.leaves, newer, left: Cell::new(looks) }
    }

    /// Whether the qualifiers leave the conversation of this [`fingerprint`]; nothing when it was looked enough.
    pub(super) fn holds(&self, conversation: u64) -> Option<bool> {
        self.left.set(self.left.get().checked_sub(1)?);
        let narrowed = &self.ask.narrowed;
        if let Some(person) = self.newer.get(&conversation) {
            let is_left = |person: &Arc<Person>| narrowed.iter().all(|narrow| matching::has(person, narrow));
            return Some(person.as_ref().is_some_and(is_left));
        }
        let written = self.leaves.iter().find_map(|leaf| {
            let is_it =
                |doc: &u32| !leaf.is_deleted(*doc) && workspace_of(leaf.place(*doc)) == self.workspace;
            let doc = leaf.segment.whereabouts.of(conversation).find(is_it)?;
            Some(narrowed.iter().all(|narrow| leaf.segment.has(doc, narrow)))
        });
        Some(written.unwrap_or(false))
    }
}

/// The conversations that are left: as many as there are at most, some 16 bytes each, for as long as a search goes on.
/// They are told apart by the random half of their ids, which the server makes.
pub(super) struct Narrowed(HashSet<u64, BuildHasherDefault<Spread>>);

impl Narrowed {
    /// Those that the qualifiers of `ask` leave, whatever its words; not all of them once the time is over.
    ///
    /// # Errors
    /// [`WalkError::Unreadable`].
    pub(super) fn by(ask: &Ask, book: &Book<People>, of: &Of<'_>) -> Result<Self, WalkError> {
        let ask = Ask { terms: Vec::new(), narrowed: ask.narrowed.clone() };
        let mut left = HashSet::default();
        every(book, of, &ask, |id| {
            left.insert(fingerprint(&id.0));
        })?;
        Ok(Self(left))
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the conversation of this [`fingerprint`] is left.
    pub(super) fn holds(&self, conversation: u64) -> bool {
        self.0.contains(&conversation)
    }
}
