//! What several sets have in common: the smallest one leads, the others follow.

use tantivy::{DocId, TERMINATED};

use super::Set;
use crate::search::budget::Budget;

/// The intersection of two sets or more.
pub(in crate::search) struct All<'a> {
    /// The smallest first.
    sets: Vec<Set<'a>>,
    budget: &'a Budget,
}

impl<'a> All<'a> {
    pub(super) fn new(mut sets: Vec<Set<'a>>, budget: &'a Budget) -> Self {
        sets.sort_by_key(Set::size);
        let mut all = Self { sets, budget };
        all.align();
        all
    }

    pub(super) fn doc(&self) -> DocId {
        self.sets.first().map_or(TERMINATED, Set::doc)
    }

    pub(super) fn size(&self) -> u32 {
        self.sets.first().map_or(0, Set::size)
    }

    pub(super) fn advance(&mut self) -> DocId {
        if let Some(lead) = self.sets.first_mut() {
            lead.advance();
        }
        self.align()
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if let Some(lead) = self.sets.first_mut() {
            lead.seek(target);
        }
        self.align()
    }

    /// Brings every set to the first document that all of them have.
    fn align(&mut self) -> DocId {
        let Some((lead, others)) = self.sets.split_first_mut() else { return TERMINATED };
        let mut target = lead.doc();
        while target != TERMINATED {
            let behind = others.iter_mut().map(|other| other.seek(target)).find(|doc| *doc != target);
            match behind {
                None => return target,
                Some(_) if self.budget.is_spent() => break,
                Some(further) => target = lead.seek(further),
            }
        }
        self.sets.clear();
        TERMINATED
    }
}
