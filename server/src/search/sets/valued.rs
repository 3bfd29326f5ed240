//! Documents that have one of many values, each value with a list of its own. Whoever has documents already asks each for
//! its value; the lists are opened only for who wants to be told of documents.

use tantivy::DocId;

use super::Set;
use super::window::Window;
use crate::search::budget::Budget;

/// The union of many lists that is mostly asked for single documents.
pub(in crate::search) struct Valued<'a> {
    holds: Box<dyn Fn(DocId) -> bool + 'a>,
    having: u32,
    /// Nothing once they are opened.
    open: Option<Box<dyn FnOnce() -> Set<'static> + 'a>>,
    lists: Box<Set<'static>>,
    budget: &'a Budget,
}

impl<'a> Valued<'a> {
    /// `having` documents, for which `holds`; `open` gives the same from their lists.
    pub(in crate::search) fn new(
        having: u32,
        holds: impl Fn(DocId) -> bool + 'a,
        open: impl FnOnce() -> Set<'static> + 'a,
        budget: &'a Budget,
    ) -> Self {
        let (holds, open) = (Box::new(holds), Some(Box::new(open) as Box<dyn FnOnce() -> Set<'static> + 'a>));
        Self { holds, having, open, lists: Box::new(Set::Nothing), budget }
    }

    pub(super) fn cost(&self) -> u32 {
        self.having
    }

    /// Anywhere, until the lists say more.
    pub(super) fn reach(&mut self, target: DocId) -> DocId {
        if self.open.is_some() { target } else { self.lists.reach(target) }
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        if let Some(open) = self.open.take() {
            *self.lists = open();
        }
        self.lists.fill(window);
    }

    pub(super) fn keep(&self, window: &mut Window) {
        window.retain(|doc| !self.budget.is_spent() && (self.holds)(doc));
    }
}
