//! The documents of a set one after the other, met stretch by stretch.

use tantivy::{DocId, TERMINATED};

use super::Set;
use super::window::{Width, Window};
use crate::search::budget::Budget;

/// A walk through a set, standing at one of its documents or at its end.
pub(in crate::search) struct Docs<'a> {
    set: Set<'a>,
    /// What the set has in one stretch. Stretches grow, as whoever goes on wants more than a page.
    met: Window,
    width: Width,
    doc: DocId,
    budget: &'a Budget,
}

impl<'a> Docs<'a> {
    /// At the first document at or after `target`.
    pub(in crate::search) fn from(set: Set<'a>, target: DocId, budget: &'a Budget) -> Self {
        let met = Window::near(target, Width::NONE);
        let mut docs = Self { set, met, width: Width::NONE, doc: 0, budget };
        docs.settle(target);
        docs
    }

    /// Where the walk stands; `TERMINATED` at its end, and when the time is over.
    pub(in crate::search) fn doc(&self) -> DocId {
        self.doc
    }

    /// Goes to the next document.
    pub(in crate::search) fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.settle(self.doc + 1) }
    }

    /// Goes to the first document at or after `target`; stays where it is when that is behind it.
    pub(in crate::search) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target { self.doc } else { self.settle(target) }
    }

    fn settle(&mut self, target: DocId) -> DocId {
        self.doc = loop {
            if let Some(doc) = self.met.next(target) {
                break doc;
            }
            if !self.take(target.max(self.met.end())) {
                break TERMINATED;
            }
        };
        self.doc
    }

    /// Takes the next stretch, from the first document on that can be one; whether there is one.
    fn take(&mut self, target: DocId) -> bool {
        let first = self.set.reach(target);
        if first == TERMINATED || self.budget.is_over() {
            self.met = Window::near(first, Width::NONE);
            self.set = Set::Nothing;
            return false;
        }
        self.width = self.width.wider();
        self.met = Window::near(first, self.width);
        self.set.fill(&mut self.met);
        true
    }
}
