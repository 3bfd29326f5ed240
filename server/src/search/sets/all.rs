//! What several sets have in common: the cheapest one says what there can be in a stretch, each other one is asked
//! for what is left of it.

use tantivy::{DocId, TERMINATED};

use super::Set;
use super::window::Window;

/// The intersection of two sets or more.
pub(in crate::search) struct All<'a> {
    /// The cheapest first.
    sets: Vec<Set<'a>>,
}

impl<'a> All<'a> {
    pub(super) fn new(mut sets: Vec<Set<'a>>) -> Self {
        sets.sort_by_key(Set::cost);
        Self { sets }
    }

    pub(super) fn cost(&self) -> u32 {
        self.sets.first().map_or(0, Set::cost)
    }

    pub(super) fn reach(&mut self, target: DocId) -> DocId {
        let mut reached = target;
        for set in &mut self.sets {
            if reached == TERMINATED {
                break;
            }
            reached = set.reach(reached);
        }
        reached
    }

    pub(super) fn fill(&mut self, window: &mut Window) {
        let Some((lead, others)) = self.sets.split_first_mut() else { return };
        let mut common = window.beside();
        lead.fill(&mut common);
        keep_all(others, &mut common);
        window.join(&common);
    }

    pub(super) fn keep(&mut self, window: &mut Window) {
        keep_all(&mut self.sets, window);
    }
}

fn keep_all(sets: &mut [Set<'_>], window: &mut Window) {
    for set in sets {
        if window.is_empty() {
            return;
        }
        set.keep(window);
    }
}
