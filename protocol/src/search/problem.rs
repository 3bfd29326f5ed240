//! Why a text is no search. Each problem has a code for programs, a sentence that says what to do, and the
//! facts; none of them names anything that is not in the text.

use serde_json::{Value, json};
use thiserror::Error;

/// A problem with the characters of the text that it is about, from the first up to the one after the last.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct SearchTextError {
    pub at: [usize; 2],
    pub problem: Problem,
}

/// What is wrong with the text of a search.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// `too_long`
    #[error("a search has {max} characters at most: leave some words out")]
    TooLong { max: usize },
    /// `too_many_terms`
    #[error("a search has {max} words, phrases and numbers at most: leave some out")]
    TooManyTerms { max: usize },
    /// `too_many_filters`
    #[error("a search has {max} qualifiers at most: leave some out")]
    TooManyFilters { max: usize },
    /// `unclosed_quote`
    #[error("a quotation mark is never closed: write another one after the phrase, or take it away")]
    UnclosedQuote,
    /// `empty_value`
    #[error("'{qualifier}:' has no value: write one without a space before it, as in {qualifier}:{example}")]
    EmptyValue { qualifier: String, example: &'static str },
    /// `unknown_value`
    #[error("'{value}' is no value of '{qualifier}:': write {}", allowed.join(" or "))]
    UnknownValue { qualifier: String, value: String, allowed: &'static [&'static str] },
    /// `incomplete_property`
    #[error(
        "'{qualifier}:' lacks a property or a value: write both around an equals sign, as in {qualifier}:{example}"
    )]
    IncompleteProperty { qualifier: String, example: &'static str },
}

impl Problem {
    /// Every code.
    pub const CODES: [&'static str; 7] = [
        "too_long",
        "too_many_terms",
        "too_many_filters",
        "unclosed_quote",
        "empty_value",
        "unknown_value",
        "incomplete_property",
    ];

    /// The stable name of the problem.
    pub fn code(&self) -> &'static str {
        let index = match self {
            Self::TooLong { .. } => 0,
            Self::TooManyTerms { .. } => 1,
            Self::TooManyFilters { .. } => 2,
            Self::UnclosedQuote => 3,
            Self::EmptyValue { .. } => 4,
            Self::UnknownValue { .. } => 5,
            Self::IncompleteProperty { .. } => 6,
        };
        Self::CODES[index]
    }
}

impl SearchTextError {
    /// What the details of an error say: `reason` (the code), `at`, and what else there is to know: `max`, or
    /// `qualifier` as it was typed, with `example`, or with `value` and `allowed`.
    pub fn facts(&self) -> Vec<(&'static str, Value)> {
        let mut facts = vec![("reason", json!(self.problem.code())), ("at", json!(self.at))];
        match &self.problem {
            Problem::TooLong { max } | Problem::TooManyTerms { max } | Problem::TooManyFilters { max } => {
                facts.push(("max", json!(max)));
            }
            Problem::UnclosedQuote => {}
            Problem::EmptyValue { qualifier, example }
            | Problem::IncompleteProperty { qualifier, example } => {
                facts.extend([("qualifier", json!(qualifier)), ("example", json!(example))]);
            }
            Problem::UnknownValue { qualifier, value, allowed } => facts.extend([
                ("qualifier", json!(qualifier)),
                ("value", json!(value)),
                ("allowed", json!(allowed)),
            ]),
        }
        facts
    }
}
