//! What any of a few sets has.

use tantivy::{DocId, TERMINATED};

use super::Set;
use super::window::Window;

/// The union of two sets or more.
pub(in crate::search) struct Any<'a> {
    /// What is read from lists alone first, and of that what costs most to take, as it mostly has most.
    sets: Vec<Set<'a>>,
}

impl<'a> Any<'a> {
    pub(super) fn new(mut sets: Vec<Set<'a>>) -> Self {
        let is_list = |set: &Set<'_>| matches!(set, Set::List(_) | Set::Gathered(_));
        sets.sort_by_key(|set| if is_list(set) { (0, u32::MAX - set.cost()) } else { (1, set.cost()) });
        Self { sets }
    }

    pub(super) fn cost(&self) -> u32 {
        self.sets.iter().fold(0, |sum, set| sum.saturating_add(set.cost()))
    }

    pub(super) fn reach(&mut self, target: DocId) -> DocId {
        let mut first = TERMINATED;
        for set in &mut self.sets {
            if first == target {
                break;
            }
            first = first.min(set.reach(target));
        }
        first
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        self.sets.iter_mut().for_each(|set| set.fill(window));
    }

    /// What one has, the next is not asked for.
    pub(super) fn keep(&mut self, window: &mut Window) {
        let (mut kept, mut left) = (window.beside(), window.clone());
        for set in &mut self.sets {
            if left.is_empty() {
                break;
            }
            let mut theirs = left.clone();
            set.keep(&mut theirs);
            left.part(&theirs);
            kept.join(&theirs);
        }
        *window = kept;
    }
}
