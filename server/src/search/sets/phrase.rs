//! Words that stand side by side: the documents that have all of them, confirmed by the places of each.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocId, DocSet, TERMINATED};

use super::{FEW, shared};
use crate::search::budget::Budget;

/// The documents in which words follow one another. Its lists carry positions.
pub(in crate::search) struct Phrase<'a> {
    lists: Vec<SegmentPostings>,
    places: Vec<Vec<u32>>,
    doc: DocId,
    budget: &'a Budget,
}

impl<'a> Phrase<'a> {
    /// `lists` in the order of the words; there is at least one.
    pub(in crate::search) fn new(lists: Vec<SegmentPostings>, budget: &'a Budget) -> Self {
        let places = vec![Vec::new(); lists.len()];
        let mut phrase = Self { lists, places, doc: 0, budget };
        phrase.settle(0);
        phrase
    }

    pub(super) fn doc(&self) -> DocId {
        self.doc
    }

    pub(super) fn few(&self) -> u32 {
        shared(self.lists.iter().map(|_| FEW))
    }

    pub(super) fn size(&self) -> u32 {
        self.lists.iter().map(SegmentPostings::doc_freq).min().unwrap_or(0)
    }

    pub(super) fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.settle(self.doc + 1) }
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        self.settle(target)
    }

    fn settle(&mut self, from: DocId) -> DocId {
        let mut target = from;
        self.doc = loop {
            match self.common(target) {
                TERMINATED => break TERMINATED,
                doc if self.is_in_order() => break doc,
                _ if self.budget.is_spent() => break TERMINATED,
                doc => target = doc + 1,
            }
        };
        self.doc
    }

    /// The first document at or after `target` that has all words.
    fn common(&mut self, mut target: DocId) -> DocId {
        loop {
            let reached = self.lists.iter_mut().map(|list| seek(list, target)).max().unwrap_or(TERMINATED);
            if reached == TERMINATED || self.lists.iter().all(|list| list.doc() == reached) {
                return reached;
            }
            if self.budget.is_spent() {
                return TERMINATED;
            }
            target = reached;
        }
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
