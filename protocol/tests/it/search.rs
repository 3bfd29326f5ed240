//! The search language: its bounds, and laws for any text. What each text asks for stands in the vectors of
//! `fixtures/text`.

use parloir_protocol::search::{
    FilterKind, Problem, QUERY_CHARS_MAX, QUERY_FILTERS_MAX, QUERY_TERMS_MAX, SearchStatus, SearchText,
    SearchTextError, Term, Wanted, Whose,
};
use parloir_protocol::text::{label, words};
use proptest::prelude::*;

use crate::texts::text;

fn parse(text: &str) -> SearchText {
    SearchText::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> SearchTextError {
    SearchText::parse(text).expect_err("it is not a search")
}

#[test]
fn a_value_fits_whole_or_by_its_start() {
    let whole = |text: &str| Wanted::Whole(text.to_owned());
    let start = |text: &str| Wanted::Start(text.to_owned());
    assert!(whole("vip").fits("vip") && !whole("vip").fits("vip gold"));
    assert!(start("vip").fits("vip gold") && !start("vip").fits("gold vip"));
}

#[test]
fn a_search_has_bounds() {
    let long = "é".repeat(QUERY_CHARS_MAX);
    assert_eq!(parse(&long).terms.len(), 1);
    let problem = Problem::TooLong { max: QUERY_CHARS_MAX };
    assert_eq!(error(&(long + "ab")), SearchTextError { at: [256, 258], problem });
    let terms = "t ".repeat(QUERY_TERMS_MAX);
    assert_eq!(parse(&terms).terms.len(), QUERY_TERMS_MAX);
    let problem = Problem::TooManyTerms { max: QUERY_TERMS_MAX };
    assert_eq!(error(&(terms + "last t")), SearchTextError { at: [32, 36], problem });
    let filters = "tag:x ".repeat(QUERY_FILTERS_MAX);
    assert_eq!(parse(&filters).filters.len(), QUERY_FILTERS_MAX);
    let problem = Problem::TooManyFilters { max: QUERY_FILTERS_MAX };
    assert_eq!(error(&(filters + "tag:y")), SearchTextError { at: [96, 101], problem });
}

#[test]
fn the_facts_of_a_problem_are_details_of_an_error() {
    let facts = |text| serde_json::Value::from_iter(error(text).facts());
    assert_eq!(facts("\""), serde_json::json!({"reason": "unclosed_quote", "at": [0, 1]}));
    assert_eq!(
        facts("statut:x"),
        serde_json::json!({
            "reason": "unknown_value", "at": [7, 8], "qualifier": "statut", "value": "x", "allowed": ["open", "closed"],
        })
    );
}

/// A search in its plainest writing.
fn written(search: &SearchText) -> String {
    let terms = search.terms.iter().map(|term| match term {
        Term::Word(word) => format!(",{word}"),
        Term::Phrase(words) => format!("\"{}\"", words.join(" ")),
        Term::Number { words, .. } => format!(",{}", words.join(" ")),
    });
    let value = |wanted: &Wanted| match wanted {
        Wanted::Whole(text) => format!("\"{text}\""),
        Wanted::Start(text) => format!("\"{text}\"*"),
    };
    let filters = search.filters.iter().map(|filter| match &filter.kind {
        FilterKind::Tag(wanted) => format!("tag:{}", value(wanted)),
        FilterKind::Group(name) => format!("group:\"{name}\""),
        FilterKind::Status(SearchStatus::Open) => "status:open".to_owned(),
        FilterKind::Status(SearchStatus::Closed) => "status:closed".to_owned(),
        FilterKind::Channel(name) => format!("channel:\"{name}\""),
        FilterKind::Assignee(Whose::Me) => "assignee:me".to_owned(),
        FilterKind::Assignee(Whose::Nobody) => "assignee:nobody".to_owned(),
        FilterKind::Assignee(Whose::Named(name)) => format!("assignee:\"{name}\""),
        FilterKind::Property { key, value: wanted } => format!("prop:\"{key}\"={}", value(wanted)),
        FilterKind::Unread(true) => "unread:yes".to_owned(),
        FilterKind::Unread(false) => "unread:no".to_owned(),
    });
    terms.chain(filters).collect::<Vec<_>>().join(" ")
}

/// What is asked without places, and without a number's own punctuation.
fn meaning(search: &SearchText) -> (Vec<(&'static str, Vec<String>)>, Vec<FilterKind>) {
    let terms = search.terms.iter().map(|term| match term {
        Term::Word(word) => ("word", vec![word.clone()]),
        Term::Phrase(words) => ("phrase", words.clone()),
        Term::Number { words, .. } => ("number", words.clone()),
    });
    (terms.collect(), search.filters.iter().map(|filter| filter.kind.clone()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_with_its_place(text in text(24)) {
        let count = text.chars().count();
        match SearchText::parse(&text) {
            Ok(search) => {
                prop_assert!(count <= QUERY_CHARS_MAX);
                prop_assert!(search.terms.len() <= QUERY_TERMS_MAX && search.filters.len() <= QUERY_FILTERS_MAX);
                prop_assert!(search.filters.iter().all(|filter| filter.at[0] < filter.at[1] && filter.at[1] <= count));
                prop_assert!(search.filters.windows(2).all(|pair| pair[0].at[1] <= pair[1].at[0]));
                for (_, asked) in meaning(&search).0 {
                    prop_assert!(!asked.is_empty());
                    prop_assert_eq!(&words(&asked.join(" ")), &asked);
                }
            }
            Err(error) => {
                prop_assert!(error.at[0] < error.at[1] && error.at[1] <= count);
                prop_assert!(Problem::CODES.contains(&error.problem.code()) && !error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn a_search_written_plainly_asks_the_same(text in text(10)) {
        if let Ok(search) = SearchText::parse(&text) {
            let again = SearchText::parse(&written(&search));
            prop_assert_eq!(again.as_ref().map(meaning), Ok(meaning(&search)), "{}", written(&search));
            prop_assert_eq!(SearchText::parse(&text), Ok(search));
        }
    }

    #[test]
    fn text_without_signs_of_the_language_asks_for_its_words(text in text(10)) {
        let plain: String = text.chars().filter(|c| !"\":“”„«»".contains(*c)).collect();
        let asked: Vec<String> = parse(&plain).terms.iter().flat_map(|term| match term {
            Term::Word(word) => vec![word.clone()],
            Term::Phrase(words) | Term::Number { words, .. } => words.clone(),
        }).collect();
        prop_assert_eq!(asked, words(&plain));
        prop_assert_eq!(label(&plain).is_empty(), parse(&plain).is_empty());
    }
}
