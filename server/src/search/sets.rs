//! Sets of documents of one segment, walked in the order of the segment: newest first. They are lazy: who
//! stops after twenty documents pays for twenty. They know nothing of what a document is.

use tantivy::{DocId, TERMINATED};

pub(super) use all::All;
pub(super) use any::Any;
pub(super) use gathered::{Gathered, Gathering};
pub(super) use list::List;
pub(super) use phrase::Phrase;

use window::Window;

use crate::search::budget::Budget;

mod all;
mod any;
mod gathered;
mod list;
mod phrase;
#[cfg(test)]
mod tests;
mod window;

/// Lists that are merged as they are walked, however short; of more the short ones are gathered first.
pub(super) const LAZY_LISTS_MAX: usize = 12;

/// Documents up to which one list is asked for each by itself.
const FEW: u32 = 48;
/// How much more it costs to take what a look has to confirm.
const LOOKS: u32 = 16;

/// A set of documents, standing at one of them or at its end.
pub(super) enum Set<'a> {
    Nothing,
    List(Box<List>),
    All(Box<All<'a>>),
    Any(Any<'a>),
    Gathered(Gathered),
    Checked(Box<Checked<'a>>),
    Phrase(Box<Phrase<'a>>),
}

/// The documents of a set that a look at each confirms.
pub(super) struct Checked<'a> {
    inner: Set<'a>,
    holds: Box<dyn Fn(DocId) -> bool + 'a>,
    budget: &'a Budget,
}

impl<'a> Set<'a> {
    pub(super) fn list(list: Option<List>) -> Self {
        list.map_or(Self::Nothing, |list| Self::List(Box::new(list)))
    }

    /// The documents that are in all of these; nothing when there are none of these.
    pub(super) fn all(sets: Vec<Self>, budget: &'a Budget) -> Self {
        if sets.iter().any(|set| set.doc() == TERMINATED) {
            return Self::Nothing;
        }
        match <[Self; 1]>::try_from(sets) {
            Ok([only]) => only,
            Err(sets) if sets.is_empty() => Self::Nothing,
            Err(sets) => Self::All(Box::new(All::new(sets, budget))),
        }
    }

    /// The documents that are in any of these.
    pub(super) fn any(mut sets: Vec<Self>) -> Self {
        sets.retain(|set| set.doc() != TERMINATED);
        match <[Self; 1]>::try_from(sets) {
            Ok([only]) => only,
            Err(sets) if sets.is_empty() => Self::Nothing,
            Err(sets) => Self::Any(Any::new(sets)),
        }
    }

    /// Those of the documents for which `holds`.
    pub(super) fn checked(self, holds: impl Fn(DocId) -> bool + 'a, budget: &'a Budget) -> Self {
        let mut checked = Checked { inner: self, holds: Box::new(holds), budget };
        checked.settle();
        Self::Checked(Box::new(checked))
    }

    /// Where the set stands; `TERMINATED` at its end.
    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::Nothing => TERMINATED,
            Self::List(list) => list.doc(),
            Self::All(all) => all.doc(),
            Self::Any(any) => any.doc(),
            Self::Gathered(gathered) => gathered.doc(),
            Self::Checked(checked) => checked.inner.doc(),
            Self::Phrase(phrase) => phrase.doc(),
        }
    }

    /// Goes to the next document.
    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::Nothing => TERMINATED,
            Self::List(list) => list.advance(),
            Self::All(all) => all.advance(),
            Self::Any(any) => any.advance(),
            Self::Gathered(gathered) => gathered.advance(),
            Self::Checked(checked) => {
                checked.inner.advance();
                checked.settle()
            }
            Self::Phrase(phrase) => phrase.advance(),
        }
    }

    /// Goes to the first document at or after `target`; stays where it is when that is behind it.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() >= target {
            return self.doc();
        }
        match self {
            Self::Nothing => TERMINATED,
            Self::List(list) => list.seek(target),
            Self::All(all) => all.seek(target),
            Self::Any(any) => any.seek(target),
            Self::Gathered(gathered) => gathered.seek(target),
            Self::Checked(checked) => {
                checked.inner.seek(target);
                checked.settle()
            }
            Self::Phrase(phrase) => phrase.seek(target),
        }
    }

    /// Adds its documents within a window, and goes behind them.
    fn fill(&mut self, window: &mut Window) {
        match self {
            Self::Nothing => {}
            Self::List(list) => list.fill(window),
            Self::Any(any) => any.fill(window),
            Self::Gathered(gathered) => gathered.fill(window),
            Self::All(_) | Self::Checked(_) | Self::Phrase(_) => {
                let mut doc = self.seek(window.from());
                while doc < window.end() {
                    window.put(doc);
                    doc = self.advance();
                }
            }
        }
    }

    /// Up to how many documents of a stretch are each asked for by itself, rather than all that this has there.
    fn few(&self) -> u32 {
        match self {
            Self::Nothing | Self::List(_) | Self::Gathered(_) => FEW,
            Self::All(all) => all.few(),
            Self::Any(any) => any.few(),
            Self::Checked(checked) => checked.inner.few() * LOOKS,
            Self::Phrase(phrase) => phrase.few(),
        }
    }

    /// Roughly what it costs to take all that it has.
    fn cost(&self) -> u32 {
        match self {
            Self::Nothing | Self::List(_) | Self::Gathered(_) | Self::Phrase(_) => self.size(),
            Self::All(all) => all.cost(),
            Self::Any(any) => any.cost(),
            Self::Checked(checked) => checked.inner.cost().saturating_mul(LOOKS),
        }
    }

    /// Roughly how many documents it has.
    pub(super) fn size(&self) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::List(list) => list.size(),
            Self::All(all) => all.size(),
            Self::Any(any) => any.size(),
            Self::Gathered(gathered) => gathered.size(),
            Self::Checked(checked) => checked.inner.size(),
            Self::Phrase(phrase) => phrase.size(),
        }
    }
}

impl Checked<'_> {
    fn settle(&mut self) -> DocId {
        loop {
            let doc = self.inner.doc();
            if doc == TERMINATED || (self.holds)(doc) {
                return doc;
            }
            if self.budget.is_spent() {
                self.inner = Set::Nothing;
                return TERMINATED;
            }
            self.inner.advance();
        }
    }
}

/// Whoever asks several sets for a document pays for each.
fn shared(few: impl ExactSizeIterator<Item = u32>) -> u32 {
    let sets = few.len().max(1) as u32;
    few.max().unwrap_or(FEW) / sets
}
