//! The sets against sets of the standard library, on random lists.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tantivy::schema::{IndexRecordOption, STRING, Schema};
use tantivy::{Index, TERMINATED, TantivyDocument, Term};

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

/// Documents of which every one has `1`, every third `3` and so on, in one segment.
fn written(count: DocId, every: &[DocId]) -> (tantivy::Searcher, tantivy::schema::Field) {
    let mut schema = Schema::builder();
    let field = schema.add_text_field("every", STRING);
    let index = Index::create_in_ram(schema.build());
    let mut writer = index.writer_with_num_threads(1, 15_000_000).expect("a writer");
    for doc in 0..count {
        let mut document = TantivyDocument::new();
        let has = every.iter().filter(|every| doc.is_multiple_of(**every));
        has.for_each(|every| document.add_text(field, every.to_string()));
        writer.add_document(document).expect("it is added");
    }
    writer.commit().expect("it is committed");
    (index.reader().expect("a reader").searcher(), field)
}

#[test]
fn a_written_list_is_walked_sought_and_met() {
    let every = [1, 3, 7, 130, 4_999];
    // Neither a multiple of a block's 128 documents nor of a window's.
    let (searcher, field) = written(10_001, &every);
    let lists = searcher.segment_reader(0).inverted_index(field).expect("it can be read");
    let set = |every: DocId| {
        let term = Term::from_field_text(field, &every.to_string());
        let blocks = lists.read_block_postings(&term, IndexRecordOption::Basic).expect("it can be read");
        Set::list(blocks.map(List::new))
    };
    let docs = |every: DocId| (0..10_001).step_by(every as usize).collect::<BTreeSet<DocId>>();
    let budget = Budget::endless();
    for one in every {
        assert_eq!(walked(set(one)), docs(one).into_iter().collect::<Vec<_>>());
        for step in [1, 90, 128, 5_000] {
            assert_eq!(sought(set(one), step), stops(&docs(one), step));
        }
        for other in every {
            let both = &docs(one) & &docs(other);
            assert_eq!(sought(Set::all(vec![set(one), set(other)], &budget), 17), stops(&both, 17));
            let any = &docs(one) | &docs(other);
            let met = Set::all(vec![Set::any(vec![set(one), set(other)]), set(1)], &budget);
            assert_eq!(walked(met), any.into_iter().collect::<Vec<_>>());
        }
    }
    assert_eq!(walked(set(2)), [0; 0], "nobody has it");
}

#[test]
fn many_documents_are_bits() {
    let even: BTreeSet<DocId> = (0..40_000).step_by(2).collect();
    let third: BTreeSet<DocId> = (0..40_000).step_by(3).collect();
    let lists = [&even, &third];
    let gathered = |lists: &[&BTreeSet<DocId>]| {
        let lists: Vec<Vec<DocId>> = lists.iter().map(|docs| docs.iter().copied().collect()).collect();
        Gathering::of_docs(&lists.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
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
