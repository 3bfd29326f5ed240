//! Words that stand side by side: the documents that have all of them, confirmed by the places of each.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocId, DocSet};

use super::LOOKS;
use super::window::Window;
use crate::search::budget::Budget;

/// The documents in which words follow one another. Its lists carry positions.
pub(in crate::search) struct Phrase<'a> {
    lists: Vec<SegmentPostings>,
    places: Vec<Vec<u32>>,
    budget: &'a Budget,
}

impl<'a> Phrase<'a> {
    /// `lists` in the order of the words; there is at least one.
    pub(in crate::search) fn new(lists: Vec<SegmentPostings>, budget: &'a Budget) -> Self {
        let places = vec![Vec::new(); lists.len()];
        Self { lists, places, budget }
    }

    pub(super) fn cost(&self) -> u32 {
        self.lists.iter().map(SegmentPostings::doc_freq).min().unwrap_or(0).saturating_mul(LOOKS)
    }

    pub(super) fn reach(&mut self, target: DocId) -> DocId {
        self.lists.iter_mut().fold(target, |target, list| seek(list, target))
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        let mut doc = self.reach(window.from());
        while doc < window.end() && !self.budget.is_spent() {
            if self.has(doc) {
                window.put(doc);
            }
            doc = self.reach(doc + 1);
        }
    }

    pub(super) fn keep(&mut self, window: &mut Window) {
        window.retain(|doc| !self.budget.is_spent() && self.has(doc));
    }

    fn has(&mut self, doc: DocId) -> bool {
        self.lists.iter_mut().all(|list| seek(list, doc) == doc) && self.is_in_order()
    }

    fn is_in_order(&mut self) -> bool {
        for (list, places) in self.lists.iter_mut().zip(&mut self.places) {
            list.positions(places);
        }
        let Some((first, rest)) = self.places.split_first() else { return false };
        let follow = |start: &u32| {
            (1..).zip(rest).all(|(nth, places)| places.binary_search(&start.saturating_add(nth)).is_ok())
        };
        first.iter().any(follow)
    }
}

fn seek(list: &mut SegmentPostings, target: DocId) -> DocId {
    if list.doc() >= target { list.doc() } else { list.seek(target) }
}
