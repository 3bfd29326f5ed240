//! What several sets have in common, stretch by stretch: the cheapest one leads, the others follow; where few
//! documents are left each is looked for by itself.

use tantivy::{DocId, TERMINATED};

use super::window::Window;
use super::{Set, shared};
use crate::search::budget::Budget;

/// The intersection of two sets or more.
pub(in crate::search) struct All<'a> {
    /// The cheapest first.
    sets: Vec<Set<'a>>,
    /// What they have in common in one stretch.
    common: Window,
    doc: DocId,
    budget: &'a Budget,
}

impl<'a> All<'a> {
    pub(super) fn new(mut sets: Vec<Set<'a>>, budget: &'a Budget) -> Self {
        sets.sort_by_key(Set::cost);
        let mut all = Self { sets, common: Window::before_all(), doc: 0, budget };
        all.meet(0);
        all.settle(0);
        all
    }

    pub(super) fn doc(&self) -> DocId {
        self.doc
    }

    pub(super) fn few(&self) -> u32 {
        shared(self.sets.iter().map(Set::few))
    }

    pub(super) fn cost(&self) -> u32 {
        self.sets.first().map_or(0, Set::cost)
    }

    pub(super) fn size(&self) -> u32 {
        self.sets.iter().map(Set::size).min().unwrap_or(0)
    }

    pub(super) fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.settle(self.doc + 1) }
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        self.settle(target)
    }

    /// Goes to the first document at or after `target` that all have.
    fn settle(&mut self, target: DocId) -> DocId {
        self.doc = loop {
            if let Some(doc) = self.common.next(target) {
                break doc;
            }
            if !self.meet(target.max(self.common.end())) {
                break TERMINATED;
            }
        };
        self.doc
    }

    /// Meets the sets in the stretch from the first document on that can be one of all; whether there is one.
    fn meet(&mut self, target: DocId) -> bool {
        let first = self.sets.iter_mut().fold(target, |target, set| set.seek(target));
        if first == TERMINATED || self.budget.is_spent() {
            self.common = Window::before_all();
            self.sets.clear();
            return false;
        }
        self.common = Window::near(first);
        let Some((lead, others)) = self.sets.split_first_mut() else { return false };
        lead.fill(&mut self.common);
        for other in others {
            if self.common.has_few(other.few()) {
                self.common.retain(|doc| other.seek(doc) == doc);
            } else {
                let mut theirs = Window::near(first);
                other.fill(&mut theirs);
                self.common.meet(&theirs);
            }
        }
        true
    }
}
