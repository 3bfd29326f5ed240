//! Sets of documents of one segment, as what was asked puts them together, met in the order of the segment: newest
//! first. They are lazy: who stops after twenty documents pays for the stretches that have them. They know nothing of
//! what a document is.

use tantivy::{DocId, TERMINATED};

pub(super) use all::All;
pub(super) use any::Any;
pub(super) use checked::{Checked, Holds};
pub(super) use docs::Docs;
pub(super) use gathered::{Gathered, Gathering};
pub(super) use list::List;
pub(super) use phrase::Phrase;
pub(super) use valued::Valued;

use window::Window;

use crate::search::budget::Budget;

mod all;
mod any;
mod checked;
mod docs;
mod gathered;
mod list;
mod phrase;
#[cfg(test)]
mod tests;
mod valued;
mod window;

/// Lists that are merged as they are walked, however short; of more the short ones are gathered first.
pub(super) const LAZY_LISTS_MAX: usize = 12;

/// Documents of a stretch up to which a list in memory is asked for each by itself, rather than for all that it has there.
const FEW: u32 = 4;
/// How much more it costs to take what a look has to confirm.
const LOOKS: u32 = 16;

/// A set of documents. Stretches are asked for in their order, and each stretch once.
pub(super) enum Set<'a> {
    Nothing,
    List(Box<List>),
    All(All<'a>),
    Any(Any<'a>),
    Gathered(Gathered),
    Checked(Box<Checked<'a>>),
    Phrase(Box<Phrase<'a>>),
    Valued(Valued<'a>),
}

impl<'a> Set<'a> {
    pub(super) fn list(list: Option<List>) -> Self {
        list.map_or(Self::Nothing, |list| Self::List(Box::new(list)))
    }

    /// The documents that are in all of these; nothing when there are none of these.
    pub(super) fn all(sets: Vec<Self>) -> Self {
        if sets.iter().any(Self::is_nothing) {
            return Self::Nothing;
        }
        match <[Self; 1]>::try_from(sets) {
            Ok([only]) => only,
            Err(sets) if sets.is_empty() => Self::Nothing,
            Err(sets) => Self::All(All::new(sets)),
        }
    }

    /// The documents that are in any of these.
    pub(super) fn any(mut sets: Vec<Self>) -> Self {
        sets.retain(|set| !set.is_nothing());
        match <[Self; 1]>::try_from(sets) {
            Ok([only]) => only,
            Err(sets) if sets.is_empty() => Self::Nothing,
            Err(sets) => Self::Any(Any::new(sets)),
        }
    }

    /// Those of the documents for which `holds`.
    pub(super) fn checked(
        self,
        likely: Holds,
        holds: impl Fn(DocId) -> bool + 'a,
        budget: &'a Budget,
    ) -> Self {
        if self.is_nothing() {
            return Self::Nothing;
        }
        Self::Checked(Box::new(Checked::new(self, likely, holds, budget)))
    }

    /// Whether nothing has to be read to say that there are none.
    pub(super) fn is_nothing(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::List(list) => list.size() == 0,
            Self::Gathered(gathered) => gathered.is_empty(),
            Self::All(_) | Self::Any(_) | Self::Checked(_) | Self::Phrase(_) | Self::Valued(_) => false,
        }
    }

    /// Where the next document can be, from `target` on: none stands between.
    fn reach(&mut self, target: DocId) -> DocId {
        match self {
            Self::Nothing => TERMINATED,
            Self::List(list) => list.seek(target),
            Self::All(all) => all.reach(target),
            Self::Any(any) => any.reach(target),
            Self::Gathered(gathered) => gathered.seek(target),
            Self::Checked(checked) => checked.reach(target),
            Self::Phrase(phrase) => phrase.reach(target),
            Self::Valued(valued) => valued.reach(target),
        }
    }

    /// Adds its documents within a window.
    fn fill(&mut self, window: &mut Window) {
        match self {
            Self::Nothing => {}
            Self::List(list) => list.fill(window),
            Self::All(all) => all.fill(window),
            Self::Any(any) => any.fill(window),
            Self::Gathered(gathered) => gathered.fill(window),
            Self::Checked(checked) => checked.fill(window),
            Self::Phrase(phrase) => phrase.fill(window),
            Self::Valued(valued) => valued.fill(window),
        }
    }

    /// Keeps of a window's documents those that it has. What is not in the window is not looked at, however much it
    /// would cost.
    fn keep(&mut self, window: &mut Window) {
        match self {
            Self::All(all) => all.keep(window),
            Self::Any(any) => any.keep(window),
            Self::Checked(checked) => checked.keep(window),
            Self::Phrase(phrase) => phrase.keep(window),
            Self::Valued(valued) => valued.keep(window),
            Self::List(list) => list.keep(window),
            Self::Gathered(Gathered::Listed { .. }) if window.has_few(FEW) => {
                window.retain(|doc| self.reach(doc) == doc);
            }
            Self::Nothing | Self::Gathered(_) => {
                let mut theirs = window.beside();
                self.fill(&mut theirs);
                window.meet(&theirs);
            }
        }
    }

    /// Roughly what it costs to take all that it has.
    fn cost(&self) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::List(list) => list.size(),
            Self::All(all) => all.cost(),
            Self::Any(any) => any.cost(),
            Self::Gathered(gathered) => gathered.cost(),
            Self::Checked(checked) => checked.cost(),
            Self::Phrase(phrase) => phrase.cost(),
            Self::Valued(valued) => valued.cost(),
        }
    }
}
