//! A difference, folded as the protocol says, gives the new list, and moves no more than it must.

use std::collections::BTreeSet;

use parloir_protocol::ids::{ContactId, ConversationId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn mark(number: u8, digest: u64) -> Mark {
    let bytes = [number; 16];
    let id = if number.is_multiple_of(5) {
        HitId::Contact(ContactId::from_bytes(bytes))
    } else {
        HitId::Conversation(ConversationId::from_bytes(bytes))
    };
    Mark { id, digest }
}

/// The rule of the protocol, as it is written there.
fn fold(mut list: Vec<Mark>, difference: &Difference, new: &[Mark]) -> Vec<Mark> {
    let moved: BTreeSet<HitId> = difference.moved.iter().map(|at| new[*at].id).collect();
    list.retain(|mark| !difference.removed.contains(&mark.id) && !moved.contains(&mark.id));
    let mut places = [&difference.added[..], &difference.moved[..]].concat();
    places.sort_unstable();
    for at in places {
        list.insert(at, new[at]);
    }
    list
}

fn list(numbers: &[u8]) -> Vec<Mark> {
    numbers.iter().map(|number| mark(*number, 0)).collect()
}

fn places(old: &[u8], new: &[u8]) -> (Vec<usize>, Vec<usize>, usize) {
    let Difference { added, moved, removed } = Difference::between(&list(old), &list(new));
    (added, moved, removed.len())
}

#[test]
fn one_hit_that_comes_goes_or_rises_is_one_entry() {
    assert_eq!(places(&[1, 2, 3], &[1, 2, 3]), (vec![], vec![], 0));
    assert_eq!(places(&[1, 2, 3], &[4, 1, 2, 3]), (vec![0], vec![], 0));
    assert_eq!(places(&[1, 2, 3], &[1, 3]), (vec![], vec![], 1));
    assert_eq!(places(&[1, 2, 3, 4], &[4, 1, 2, 3]), (vec![], vec![0], 0));
    assert_eq!(places(&[1, 2, 3, 4], &[2, 3, 4, 1]), (vec![], vec![3], 0));
    assert_eq!(places(&[1, 2, 3], &[4, 1, 2]), (vec![0], vec![], 1));
}

#[test]
fn a_hit_that_says_something_else_is_moved_where_it_stands() {
    let old = list(&[1, 2, 3]);
    let new = [mark(1, 0), mark(2, 9), mark(3, 0)];
    let difference = Difference::between(&old, &new);
    assert_eq!(difference, Difference { moved: vec![1], ..Difference::default() });
    assert!(!difference.is_nothing());
    assert!(Difference::between(&old, &old).is_nothing());
}

/// Up to 40 hits out of 60, each of which may say one of two things.
fn hits() -> impl Strategy<Value = Vec<Mark>> {
    vec((0_u8..60, 0_u64..2), 0..40).prop_map(|picked| {
        let mut seen = BTreeSet::new();
        picked
            .into_iter()
            .filter(|(number, _)| seen.insert(*number))
            .map(|(number, digest)| mark(number, digest))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_folded_difference_is_the_new_list(old in hits(), new in hits()) {
        let difference = Difference::between(&old, &new);
        prop_assert_eq!(fold(old, &difference, &new), new);
    }

    #[test]
    fn a_few_hits_put_elsewhere_are_the_only_ones_moved(old in hits(), from in any::<usize>(), to in any::<usize>()) {
        prop_assume!(!old.is_empty());
        let mut new = old.clone();
        let taken = new.remove(from % old.len());
        new.insert(to % old.len(), taken);
        let difference = Difference::between(&old, &new);
        prop_assert!(difference.moved.len() <= 1);
        prop_assert!(difference.added.is_empty() && difference.removed.is_empty());
    }
}
