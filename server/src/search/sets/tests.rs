//! The sets against sets of the standard library, on random lists.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use tantivy::schema::{IndexRecordOption, STRING, Schema, TEXT};
use tantivy::{Index, Searcher, TERMINATED, Term, doc};

use super::*;

fn list(docs: &BTreeSet<DocId>) -> Set<'static> {
    let docs: Vec<DocId> = docs.iter().copied().collect();
    Set::Gathered(Gathered::Listed { docs, at: 0 })
}

fn walked(set: Set<'_>) -> Vec<DocId> {
    let budget = Budget::endless();
    let mut met = Docs::from(set, 0, &budget);
    let mut docs = Vec::new();
    while met.doc() != TERMINATED {
        docs.push(met.doc());
        met.advance();
    }
    docs
}

/// Stops at every `step`-th document that is asked for.
fn sought(set: Set<'_>, step: DocId) -> Vec<DocId> {
    let budget = Budget::endless();
    let mut met = Docs::from(set, 0, &budget);
    let mut docs = Vec::new();
    let mut target = 0;
    while met.seek(target) != TERMINATED {
        docs.push(met.doc());
        target = met.doc() + step;
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

/// Sets put together, and what they mean.
#[derive(Debug, Clone)]
enum Tree {
    Listed(BTreeSet<DocId>),
    Bits(BTreeSet<DocId>),
    /// What is written of the multiples of a number.
    Written(DocId),
    /// The same, of which single documents may be asked.
    Valued(DocId),
    /// Two words in this order.
    Phrase([&'static str; 2]),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    /// Without the multiples of a number.
    Checked(Box<Tree>, DocId),
}

impl Tree {
    fn set<'a>(&self, budget: &'a Budget) -> Set<'a> {
        let sets = |trees: &[Tree]| trees.iter().map(|tree| tree.set(budget)).collect();
        match self {
            Self::Listed(docs) => list(docs),
            Self::Bits(docs) => bits(docs),
            Self::Written(every) => written(*every),
            Self::Valued(every) => {
                let every = *every;
                let holds = move |doc: DocId| doc < WRITTEN && doc.is_multiple_of(every);
                Set::Valued(Valued::new(WRITTEN / every, holds, move || written(every), budget))
            }
            Self::Phrase(words) => phrase(*words, budget),
            Self::All(trees) => Set::all(sets(trees)),
            Self::Any(trees) => Set::any(sets(trees)),
            Self::Checked(tree, every) => {
                let every = *every;
                tree.set(budget).checked(Holds::OfFew, move |doc| !doc.is_multiple_of(every), budget)
            }
        }
    }

    fn docs(&self) -> BTreeSet<DocId> {
        let docs = |trees: &[Tree]| trees.iter().map(Tree::docs).collect::<Vec<_>>();
        match self {
            Self::Listed(docs) | Self::Bits(docs) => docs.clone(),
            Self::Written(every) | Self::Valued(every) => (0..WRITTEN).step_by(*every as usize).collect(),
            Self::Phrase(words) => (0..WRITTEN).filter(|doc| text(*doc).contains(&words.join(" "))).collect(),
            Self::All(trees) => docs(trees).into_iter().reduce(|all, next| &all & &next).unwrap_or_default(),
            Self::Any(trees) => docs(trees).into_iter().flatten().collect(),
            Self::Checked(tree, every) => {
                tree.docs().into_iter().filter(|doc| !doc.is_multiple_of(*every)).collect()
            }
        }
    }
}

fn bits(docs: &BTreeSet<DocId>) -> Set<'static> {
    let mut words = vec![0; docs.last().map_or(0, |last| *last as usize / 64 + 1)];
    docs.iter().for_each(|doc| words[*doc as usize / 64] |= 1 << (doc % 64));
    Set::Gathered(Gathered::Bits(words))
}

/// Documents that are written: neither a multiple of a block's 128 nor of a window's.
const WRITTEN: DocId = 10_001;
/// Of the multiples of each there is a list.
const EVERY: [DocId; 5] = [1, 3, 7, 130, 4_999];
const PHRASES: [[&str; 2]; 4] = [["marie", "lyon"], ["lyon", "marie"], ["marie", "marie"], ["paul", "lyon"]];

fn text(doc: DocId) -> &'static str {
    match doc % 1_000 {
        0..3 => "paul lyon",
        nth if nth % 3 == 0 => "lyon marie lyon",
        nth if nth % 7 == 0 => "marie marie",
        nth if nth % 2 == 0 => "marie paul lyon",
        _ => "lyon",
    }
}

/// All of them, in one segment.
static INDEX: LazyLock<Searcher> = LazyLock::new(|| {
    let mut schema = Schema::builder();
    let (every, said) = (schema.add_text_field("every", STRING), schema.add_text_field("said", TEXT));
    let index = Index::create_in_ram(schema.build());
    let mut writer = index.writer_with_num_threads(1, 15_000_000).expect("a writer");
    for nth in 0..WRITTEN {
        let mut document = doc!(said => text(nth));
        let has = EVERY.iter().filter(|every| nth.is_multiple_of(**every));
        has.for_each(|number| document.add_text(every, number.to_string()));
        writer.add_document(document).expect("it is added");
    }
    writer.commit().expect("it is committed");
    index.reader().expect("a reader").searcher()
});

fn written(every: DocId) -> Set<'static> {
    let field = INDEX.schema().get_field("every").expect("a field");
    let lists = INDEX.segment_reader(0).inverted_index(field).expect("it can be read");
    let term = Term::from_field_text(field, &every.to_string());
    let blocks = lists.read_block_postings(&term, IndexRecordOption::Basic).expect("it can be read");
    Set::list(blocks.map(List::new))
}

fn phrase<'a>(words: [&str; 2], budget: &'a Budget) -> Set<'a> {
    let field = INDEX.schema().get_field("said").expect("a field");
    let lists = INDEX.segment_reader(0).inverted_index(field).expect("it can be read");
    let list = |word: &str| {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let list = lists.read_postings(&Term::from_field_text(field, word), option);
        list.expect("it can be read").expect("somebody said it")
    };
    Set::Phrase(Box::new(Phrase::new(words.map(list).into(), budget)))
}

/// Few and many documents, of several stretches, at any depth.
fn trees() -> impl Strategy<Value = Tree> {
    let docs = || {
        let few = proptest::collection::btree_set(0_u32..400, 0..40);
        let many = proptest::collection::btree_set(0_u32..2_000, 100..900);
        let far = proptest::collection::btree_set(0_u32..30_000, 0..200);
        prop_oneof![few, many, far]
    };
    let leaf = prop_oneof![
        docs().prop_map(Tree::Listed),
        docs().prop_map(Tree::Bits),
        proptest::sample::select(&EVERY[..]).prop_map(Tree::Written),
        proptest::sample::select(&EVERY[..]).prop_map(Tree::Valued),
        proptest::sample::select(&PHRASES[..]).prop_map(Tree::Phrase),
    ];
    leaf.prop_recursive(4, 24, 6, |tree| {
        let trees = |tree| proptest::collection::vec(tree, 0..6);
        prop_oneof![
            trees(tree.clone()).prop_map(Tree::All),
            trees(tree.clone()).prop_map(Tree::Any),
            (tree, 1_u32..6).prop_map(|(tree, every)| Tree::Checked(Box::new(tree), every)),
        ]
    })
}

proptest! {
    #[test]
    fn sets_put_together_have_what_they_mean(tree in trees(), step in 1_u32..5_000) {
        let (budget, docs) = (Budget::endless(), tree.docs());
        prop_assert_eq!(walked(tree.set(&budget)), docs.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(sought(tree.set(&budget), step), stops(&docs, step));
    }
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
    assert!(matches!(many, Gathered::Bits(_)));
    let both = &even | &third;
    assert_eq!(walked(Set::Gathered(many)), both.iter().copied().collect::<Vec<_>>());
    assert_eq!(sought(Set::Gathered(gathered(&lists)), 7), stops(&both, 7));
    let few: BTreeSet<DocId> = [9, 3, 700].into();
    assert_eq!(walked(Set::Gathered(gathered(&[&few, &few]))), [3, 9, 700]);
}

#[test]
fn what_is_read_is_what_is_written() {
    let budget = Budget::endless();
    let read = EVERY.map(Tree::Written).into_iter().chain(EVERY.map(Tree::Valued));
    for tree in read.chain(PHRASES.map(Tree::Phrase)) {
        let docs = tree.docs();
        assert!(!docs.is_empty(), "{tree:?}");
        assert_eq!(walked(tree.set(&budget)), docs.iter().copied().collect::<Vec<_>>());
        for step in [1, 90, 128, 300, 5_000] {
            assert_eq!(sought(tree.set(&budget), step), stops(&docs, step));
        }
    }
    assert_eq!(walked(written(2)), [0; 0], "nobody has it");
}

#[test]
fn values_are_asked_of_who_is_there_and_lists_opened_for_who_is_not() {
    let budget = Budget::endless();
    let valued = |holds: bool| {
        let lists = move || if holds { panic!("nobody wants to be told") } else { written(7) };
        Set::Valued(Valued::new(WRITTEN, move |_| holds, lists, &budget))
    };
    assert_eq!(walked(Set::all(vec![written(4_999), valued(true)])), [0, 4_999, 9_998]);
    assert_eq!(walked(Set::all(vec![written(4_999), valued(false)])), [0; 0]);
    assert_eq!(walked(valued(false)), walked(written(7)));
}

#[test]
fn a_walk_begins_where_it_is_told_to() {
    let budget = Budget::endless();
    for from in [0, 63, 64, 4_096, 9_999, WRITTEN] {
        let first = Docs::from(written(7), from, &budget).doc();
        assert_eq!(first, Tree::Written(7).docs().range(from..).next().copied().unwrap_or(TERMINATED));
    }
}

#[test]
fn a_spent_budget_ends_a_walk() {
    let docs: BTreeSet<DocId> = (0..100_000).collect();
    let budget = Budget::spent();
    let mut met = Docs::from(list(&docs), 0, &budget);
    assert_eq!((met.doc(), met.advance()), (TERMINATED, TERMINATED));
    assert_eq!(walked(list(&docs).checked(Holds::OfMany, |_| true, &budget)), [0; 0]);
    assert_eq!(walked(phrase(["marie", "lyon"], &budget)), [0; 0]);
    assert_eq!(walked(Set::all(vec![written(1), phrase(["marie", "lyon"], &budget)])), [0; 0]);
}
