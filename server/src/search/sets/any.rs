//! What any of a few sets has.

use tantivy::{DocId, TERMINATED};

use super::window::Window;
use super::{FEW, Set};

/// The union of two sets or more.
pub(in crate::search) struct Any<'a> {
    /// What is read from lists alone.
    lists: Vec<Set<'a>>,
    others: Vec<Set<'a>>,
}

impl<'a> Any<'a> {
    pub(super) fn new(sets: Vec<Set<'a>>) -> Self {
        let is_list = |set: &Set<'_>| matches!(set, Set::List(_) | Set::Gathered(_));
        let (lists, others) = sets.into_iter().partition(is_list);
        Self { lists, others }
    }

    pub(super) fn cost(&self) -> u32 {
        self.lists.iter().chain(&self.others).fold(0, |sum, set| sum.saturating_add(set.cost()))
    }

    pub(super) fn reach(&mut self, target: DocId) -> DocId {
        self.all().map(|set| set.reach(target)).min().unwrap_or(TERMINATED)
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        self.all().for_each(|set| set.fill(window));
    }

    /// What one has, the next is not asked for.
    pub(super) fn keep(&mut self, window: &mut Window) {
        let mut kept = window.clone();
        self.keep_listed(&mut kept);
        for set in &mut self.others {
            window.part(&kept);
            if window.is_empty() {
                break;
            }
            let mut theirs = window.clone();
            set.keep(&mut theirs);
            kept.join(&theirs);
        }
        *window = kept;
    }

    fn keep_listed(&mut self, window: &mut Window) {
        let few = FEW / u32::try_from(self.lists.len()).unwrap_or(u32::MAX).max(1);
        if window.has_few(few) {
            return window.retain(|doc| self.lists.iter_mut().any(|list| list.reach(doc) == doc));
        }
        let mut theirs = window.beside();
        self.lists.iter_mut().for_each(|list| list.fill(&mut theirs));
        window.meet(&theirs);
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Set<'a>> {
        self.lists.iter_mut().chain(&mut self.others)
    }
}
