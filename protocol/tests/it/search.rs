//! The search language: what a text asks for, what is wrong with it and where, and laws for any text.

use parloir_protocol::search::{
    Filter, FilterKind, Problem, QUERY_CHARS_MAX, QUERY_FILTERS_MAX, QUERY_TERMS_MAX, SearchStatus,
    SearchText, SearchTextError, Term, Wanted, Whose,
};
use parloir_protocol::text::{Fragment, label, words};
use proptest::prelude::*;

use crate::texts::text;

fn parse(text: &str) -> SearchText {
    SearchText::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> SearchTextError {
    SearchText::parse(text).expect_err("it is not a search")
}

fn word(text: &str) -> Term {
    Term::Word(text.to_owned())
}

fn phrase(text: &str) -> Term {
    Term::Phrase(words(text))
}

fn number(text: &str) -> Term {
    Term::Number { fragment: Fragment::parse(text).expect("a part of a number"), words: words(text) }
}

#[test]
fn free_text_is_words_phrases_and_numbers() {
    for (text, terms) in [
        ("", vec![]),
        (" \u{200b} -*:… \"\" \"!\"", vec![]),
        ("Hélène O'Brien", vec![word("helene"), word("o"), word("brien")]),
        ("06 12 34", vec![number("06 12 34")]),
        ("marie 06 12 34", vec![word("marie"), number("06 12 34")]),
        ("marie, 06-12/34.  dupont", vec![word("marie"), number("06 12 34"), word("dupont")]),
        ("+33 (0)6 12, 5678", vec![number("+33 (0)6 12"), number("5678")]),
        ("06 12 +33 6", vec![number("06 12"), number("+33 6")]),
        ("lot12 12b", vec![word("lot12"), word("12b")]),
        ("\"Jean-Pierre\"Dupont", vec![phrase("jean pierre"), word("dupont")]),
        ("« Grand compte » “06 12”", vec![phrase("grand compte"), phrase("06 12")]),
        (
            "12:30 foo:bar (tag:x",
            vec![number("12"), number("30"), word("foo"), word("bar"), word("tag"), word("x")],
        ),
        ("123456789012 345678901", vec![word("123456789012"), word("345678901")]),
    ] {
        let search = parse(text);
        assert_eq!((search.terms, search.filters), (terms, vec![]), "{text}");
    }
}

fn whole(text: &str) -> Wanted {
    Wanted::Whole(text.to_owned())
}

fn start(text: &str) -> Wanted {
    Wanted::Start(text.to_owned())
}

fn city(value: Wanted) -> FilterKind {
    FilterKind::Property { key: "ville natale".to_owned(), value }
}

#[test]
fn qualifiers_are_filters() {
    for (text, kind) in [
        ("tag:VIP", FilterKind::Tag(whole("vip"))),
        ("Étiquette:\"Très cher\"*", FilterKind::Tag(start("tres cher"))),
        ("tag:\"vip*\"", FilterKind::Tag(start("vip"))),
        ("GROUP:« Grand compte »", FilterKind::Group("grand compte".to_owned())),
        ("groupe:ventes", FilterKind::Group("ventes".to_owned())),
        ("status:open", FilterKind::Status(SearchStatus::Open)),
        ("statut:Fermé", FilterKind::Status(SearchStatus::Closed)),
        ("channel:sms", FilterKind::Channel("sms".to_owned())),
        ("canal:WhatsApp", FilterKind::Channel("whatsapp".to_owned())),
        ("assignee:me", FilterKind::Assignee(Whose::Me)),
        ("à:moi", FilterKind::Assignee(Whose::Me)),
        ("assigné:personne", FilterKind::Assignee(Whose::Nobody)),
        ("assignee:none", FilterKind::Assignee(Whose::Nobody)),
        ("a:\"Zoé Martin\"", FilterKind::Assignee(Whose::Named("zoe martin".to_owned()))),
        ("prop:\"Ville natale\"=Lyon", city(whole("lyon"))),
        ("prop:\"ville-natale=Saint=Denis*\"", city(start("saint denis"))),
        ("unread:yes", FilterKind::Unread(true)),
        ("non-lu:OUI", FilterKind::Unread(true)),
        ("nonlu:false", FilterKind::Unread(false)),
    ] {
        let search = parse(text);
        let filter = Filter { kind, at: [0, text.chars().count()] };
        assert_eq!((search.terms, search.filters), (vec![], vec![filter]), "{text}");
    }
}

#[test]
fn a_filter_knows_its_place() {
    let search = parse("06 é\u{301}tag:x \"a\"tag:y  tag:z 12");
    let places: Vec<_> = search.filters.iter().map(|filter| filter.at).collect();
    assert_eq!(places, [[14, 19], [21, 26]]);
    assert_eq!(search.terms, [number("06"), word("etag"), word("x"), phrase("a"), number("12")]);
}

#[test]
fn a_value_fits_whole_or_by_its_start() {
    assert!(whole("vip").fits("vip") && !whole("vip").fits("vip gold"));
    assert!(start("vip").fits("vip gold") && !start("vip").fits("gold vip"));
}

#[test]
fn a_problem_has_a_place_a_code_and_advice() {
    for (text, at, code, advice) in [
        (
            "marie \"du",
            [6, 9],
            "unclosed_quote",
            "a quotation mark is never closed: write another one after the phrase, or take it away",
        ),
        (
            "a group:\"x",
            [8, 10],
            "unclosed_quote",
            "a quotation mark is never closed: write another one after the phrase, or take it away",
        ),
        (
            "é Tag: vip",
            [2, 6],
            "empty_value",
            "'Tag:' has no value: write one without a space before it, as in Tag:vip",
        ),
        (
            "tag:*",
            [0, 5],
            "empty_value",
            "'tag:' has no value: write one without a space before it, as in tag:vip",
        ),
        (
            "tag:=",
            [0, 5],
            "empty_value",
            "'tag:' has no value: write one without a space before it, as in tag:vip",
        ),
        (
            "prop:",
            [0, 5],
            "empty_value",
            "'prop:' has no value: write one without a space before it, as in prop:city=lyon",
        ),
        (
            "prop:city=",
            [0, 10],
            "empty_value",
            "'prop:' has no value: write one without a space before it, as in prop:city=lyon",
        ),
        (
            "prop:city",
            [0, 9],
            "incomplete_property",
            "'prop:' lacks a property or a value: write both around an equals sign, as in prop:city=lyon",
        ),
        (
            "prop:=x",
            [0, 7],
            "incomplete_property",
            "'prop:' lacks a property or a value: write both around an equals sign, as in prop:city=lyon",
        ),
        ("x status:opne", [9, 13], "unknown_value", "'opne' is no value of 'status:': write open or closed"),
        ("unread:maybe", [7, 12], "unknown_value", "'maybe' is no value of 'unread:': write yes or no"),
    ] {
        let error = error(text);
        assert_eq!(
            (error.at, error.problem.code(), error.to_string().as_str()),
            (at, code, advice),
            "{text}"
        );
    }
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
