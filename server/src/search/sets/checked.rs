//! The documents of a set that a look at each confirms.

use tantivy::DocId;

use super::window::Window;
use super::{LOOKS, Set};
use crate::search::budget::Budget;

/// How much more it costs where few of the documents have to be looked at.
const FEW_LOOKS: u32 = 2;

/// How many of the documents have to be looked at that its cost counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Holds {
    /// Few: it is what several lists of some hundredths have in common.
    OfFew,
    /// Most.
    OfMany,
}

/// A set whose documents may be too many.
pub(in crate::search) struct Checked<'a> {
    inner: Set<'a>,
    likely: Holds,
    holds: Box<dyn Fn(DocId) -> bool + 'a>,
    budget: &'a Budget,
}

impl<'a> Checked<'a> {
    pub(super) fn new(
        inner: Set<'a>,
        likely: Holds,
        holds: impl Fn(DocId) -> bool + 'a,
        budget: &'a Budget,
    ) -> Self {
        Self { inner, likely, holds: Box::new(holds), budget }
    }

    pub(super) fn cost(&self) -> u32 {
        match self.likely {
            Holds::OfFew => self.inner.cost().saturating_mul(FEW_LOOKS),
            Holds::OfMany => self.inner.cost().saturating_mul(LOOKS),
        }
    }

    pub(super) fn reach(&mut self, target: DocId) -> DocId {
        self.inner.reach(target)
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        let mut mine = window.beside();
        self.inner.fill(&mut mine);
        self.check(&mut mine);
        window.join(&mine);
    }

    pub(super) fn keep(&mut self, window: &mut Window) {
        self.inner.keep(window);
        self.check(window);
    }

    fn check(&self, window: &mut Window) {
        window.retain(|doc| !self.budget.is_spent() && (self.holds)(doc));
    }
}
