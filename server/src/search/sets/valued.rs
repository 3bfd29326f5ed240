//! The documents that have a value of their own which is asked for, looked at one by one: cheap for whoever has few of
//! them already.

use tantivy::{DocId, TERMINATED};

use super::VALUE;
use super::window::Window;
use crate::search::budget::Budget;

/// Documents of a segment by what a column says of them.
pub(in crate::search) struct Valued<'a> {
    holds: Box<dyn Fn(DocId) -> bool + 'a>,
    documents: DocId,
    budget: &'a Budget,
}

impl<'a> Valued<'a> {
    /// Those of the first `documents` for which `holds`.
    pub(in crate::search) fn new(
        documents: DocId,
        holds: impl Fn(DocId) -> bool + 'a,
        budget: &'a Budget,
    ) -> Self {
        Self { holds: Box::new(holds), documents, budget }
    }

    pub(super) fn cost(&self) -> u32 {
        self.documents.saturating_mul(VALUE)
    }

    pub(super) fn reach(&self, target: DocId) -> DocId {
        if target < self.documents { target } else { TERMINATED }
    }

    pub(super) fn fill(&self, window: &mut Window) {
        let held = (window.from()..window.end().min(self.documents)).filter(|doc| self.has(*doc));
        held.for_each(|doc| window.put(doc));
    }

    pub(super) fn keep(&self, window: &mut Window) {
        window.retain(|doc| self.has(doc));
    }

    fn has(&self, doc: DocId) -> bool {
        !self.budget.is_spent() && (self.holds)(doc)
    }
}
