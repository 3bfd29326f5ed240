//! What any of a few sets has: all of them stand at or behind the current document, none before it.

use tantivy::{DocId, TERMINATED};

use super::window::Window;
use super::{Set, shared};

/// The union of two sets or more.
pub(in crate::search) struct Any<'a> {
    sets: Vec<Set<'a>>,
    doc: DocId,
}

impl<'a> Any<'a> {
    pub(super) fn new(sets: Vec<Set<'a>>) -> Self {
        let doc = first(&sets);
        Self { sets, doc }
    }

    pub(super) fn doc(&self) -> DocId {
        self.doc
    }

    pub(super) fn few(&self) -> u32 {
        shared(self.sets.iter().map(Set::few))
    }

    pub(super) fn cost(&self) -> u32 {
        self.sets.iter().fold(0, |sum, set| sum.saturating_add(set.cost()))
    }

    pub(super) fn size(&self) -> u32 {
        self.sets.iter().fold(0, |sum, set| sum.saturating_add(set.size()))
    }

    pub(super) fn advance(&mut self) -> DocId {
        for set in self.sets.iter_mut().filter(|set| set.doc() == self.doc) {
            set.advance();
        }
        self.doc = first(&self.sets);
        self.doc
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        for set in &mut self.sets {
            set.seek(target);
        }
        self.doc = first(&self.sets);
        self.doc
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        for set in &mut self.sets {
            set.fill(window);
        }
        self.doc = first(&self.sets);
    }
}

fn first(sets: &[Set<'_>]) -> DocId {
    sets.iter().map(Set::doc).min().unwrap_or(TERMINATED)
}
