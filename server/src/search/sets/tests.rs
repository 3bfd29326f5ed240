//! The sets against sets of the standard library, on random lists.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tantivy::TERMINATED;

use super::*;

fn list(docs: &BTreeSet<DocId>) -> Set<'static> {
    let docs: Vec<DocId> = docs.iter().copied().collect();
    Set::Gathered(Gathered::Listed { docs, at: 0 })
}

fn walked(mut set: Set<'_>) -> Vec<DocId> {
    let mut docs = Vec::new();
    while set.doc() != TERMINATED {
        docs.push(set.doc());
        set.advance();
    }
    docs
}

/// Stops at every `step`-th document that is asked for.
fn sought(mut set: Set<'_>, step: DocId) -> Vec<DocId> {
    let mut docs = Vec::new();
    let mut target = 0;
    while set.seek(target) != TERMINATED {
        docs.push(set.doc());
        target = set.doc() + step;
    }
    docs
}

fn stops(docs: &BTreeSet<DocId>, step: DocId) -> Vec<DocId> {
    let mut stops = Vec::new();
    let mut target = 0;
    while let Some(doc) = docs.range(target..).next() {
        stops.push(*doc);
        target = doc + step;
    }
    stops
}

fn lists(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<BTreeSet<DocId>>> {
    let few = proptest::collection::btree_set(0_u32..400, 0..40);
    let many = proptest::collection::btree_set(0_u32..2_000, 100..900);
    proptest::collection::vec(prop_oneof![few, many], count)
}

proptest! {
    #[test]
    fn all_is_the_intersection(lists in lists(1..5), step in 1_u32..50) {
        let budget = Budget::endless();
        let expected = lists.iter().skip(1).fold(lists[0].clone(), |all, next| &all & next);
        let all = || Set::all(lists.iter().map(list).collect(), &budget);
        prop_assert_eq!(walked(all()), expected.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(sought(all(), step), stops(&expected, step));
    }

    #[test]
    fn any_is_the_union(lists in lists(1..40), step in 1_u32..50) {
        let expected: BTreeSet<DocId> = lists.iter().flatten().copied().collect();
        let any = || Set::any(lists.iter().map(list).collect());
        prop_assert_eq!(walked(any()), expected.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(sought(any(), step), stops(&expected, step));
    }

    #[test]
    fn checked_leaves_out(lists in lists(1..2), step in 1_u32..50) {
        let budget = Budget::endless();
        let expected: BTreeSet<DocId> = lists[0].iter().copied().filter(|doc| doc % 3 == 0).collect();
        let checked = || list(&lists[0]).checked(|doc| doc % 3 == 0, &budget);
        prop_assert_eq!(walked(checked()), expected.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(sought(checked(), step), stops(&expected, step));
    }
}

#[test]
fn many_documents_are_bits() {
    let even: BTreeSet<DocId> = (0..40_000).step_by(2).collect();
    let third: BTreeSet<DocId> = (0..40_000).step_by(3).collect();
    let lists = [&even, &third];
    let gathered =
        |lists: &[&BTreeSet<DocId>]| Gathering::of_docs(lists.iter().flat_map(|docs| docs.iter().copied()));
    let many = gathered(&lists);
    assert!(matches!(many, Gathered::Bits { .. }));
    let both = &even | &third;
    assert_eq!(walked(Set::Gathered(many)), both.iter().copied().collect::<Vec<_>>());
    assert_eq!(sought(Set::Gathered(gathered(&lists)), 7), stops(&both, 7));
    let few: BTreeSet<DocId> = [9, 3, 700].into();
    assert_eq!(walked(Set::Gathered(gathered(&[&few, &few]))), [3, 9, 700]);
}

#[test]
fn a_spent_budget_ends_a_walk() {
    let docs: BTreeSet<DocId> = (0..100_000).collect();
    let budget = Budget::spent();
    assert_eq!(walked(list(&docs).checked(|_| false, &budget)), [0; 0]);
}
