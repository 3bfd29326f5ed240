//! The text of a search as the server reads it: words, phrases and numbers that must all be found, and filters.
//! It says what is asked and where it is not understood; it finds nothing.

mod filter;
mod free;
mod problem;
mod read;

pub use filter::{Filter, FilterKind, QUALIFIERS, Qualifier, SearchStatus, Wanted, Whose};
pub use problem::{Problem, SearchTextError};

use crate::text::Fragment;

/// Characters of a search.
pub const QUERY_CHARS_MAX: usize = 256;
/// Words, phrases and numbers of a search.
pub const QUERY_TERMS_MAX: usize = 16;
/// Filters of a search.
pub const QUERY_FILTERS_MAX: usize = 16;

/// What a search asks for: every term and every filter must hold, in any order. `PROTOCOL.md`, section 18.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    pub terms: Vec<Term>,
    pub filters: Vec<Filter>,
}

/// Something to be found in a field or a text. Words are folded, as [`words`](crate::text::words) gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A word, the start of one, or a part inside one.
    Word(String),
    /// Whole words side by side, in this order.
    Phrase(Vec<String>),
    /// A part of a phone number, or else its groups of digits as words.
    Number { fragment: Fragment, words: Vec<String> },
}

impl SearchText {
    /// Reads a search as it was typed. Any text is one, except where a qualifier or a quotation mark is begun
    /// and not ended rightly, and beyond the bounds.
    ///
    /// ```
    /// use parloir_protocol::search::{SearchText, Term};
    ///
    /// let search = SearchText::parse("Hélène status:open").expect("it is complete");
    /// assert_eq!(search.terms, [Term::Word("helene".to_owned())]);
    /// assert_eq!(search.filters.len(), 1);
    /// assert_eq!(SearchText::parse("tag:").expect_err("the tag is missing").at, [0, 4]);
    /// ```
    ///
    /// # Errors
    /// The first [`Problem`], with the characters that it is about.
    pub fn parse(text: &str) -> Result<Self, SearchTextError> {
        read::read(text)
    }

    /// Whether nothing is asked: nothing is found.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.filters.is_empty()
    }
}
