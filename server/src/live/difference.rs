//! How one list of hits becomes another by the fewest moves. Pure: it knows marks and places only.

use std::collections::BTreeMap;

use parloir_protocol::entity::HitId;

use super::listing::Mark;

#[cfg(test)]
mod tests;

/// What makes a list of the one before: `removed` and the ids at `moved` are taken away, then what stands at
/// `added` and `moved` in the new list is inserted there, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Difference {
    /// Places in the new list.
    pub(super) added: Vec<usize>,
    /// Places in the new list.
    pub(super) moved: Vec<usize>,
    pub(super) removed: Vec<HitId>,
}

impl Difference {
    /// From `old` to `new`, each of which holds an id once.
    pub(super) fn between(old: &[Mark], new: &[Mark]) -> Self {
        let before: BTreeMap<HitId, usize> = old.iter().enumerate().map(|(at, mark)| (mark.id, at)).collect();
        let now: BTreeMap<HitId, usize> = new.iter().enumerate().map(|(at, mark)| (mark.id, at)).collect();
        let unchanged: Vec<(usize, usize)> = new
            .iter()
            .enumerate()
            .filter_map(|(at, mark)| Some((*before.get(&mark.id)?, at)))
            .filter(|(was, at)| old[*was].digest == new[*at].digest)
            .collect();
        let kept = longest_rising(&unchanged);
        let stays = |at: &usize| kept.binary_search(at).is_ok();
        let (known, added) = (0..new.len()).partition::<Vec<_>, _>(|at| before.contains_key(&new[*at].id));
        Self {
            added,
            moved: known.into_iter().filter(|at| !stays(at)).collect(),
            removed: old.iter().map(|mark| mark.id).filter(|id| !now.contains_key(id)).collect(),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.moved.is_empty() && self.removed.is_empty()
    }
}

/// The new places of the longest run whose old places rise with them: those hits need not move.
fn longest_rising(places: &[(usize, usize)]) -> Vec<usize> {
    // `ends[n]` is where the run of n + 1 that ends lowest ends; `previous[i]` is what stands before i in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (index, (was, _)) in places.iter().enumerate() {
        let longer_than = ends.partition_point(|end| places[*end].0 < *was);
        previous.push(longer_than.checked_sub(1).map(|before| ends[before]));
        match ends.get_mut(longer_than) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let last = ends.last().copied();
    let mut run: Vec<usize> =
        std::iter::successors(last, |index| previous[*index]).map(|index| places[index].1).collect();
    run.reverse();
    run
}
