//! A search of the benchmark: the text as it is typed, and what it means. The meaning is given by whoever made
//! the text, so that the server's reading of it is checked as well. It answers nothing.

use parloir_client::protocol::entity::Status;

/// What a search is like; figures are kept for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Class {
    One,
    Two,
    More,
    Prefix,
    Inside,
    Digits,
    Words,
    Qualifier,
    Nothing,
}

impl Class {
    pub(crate) const ALL: [Self; 9] = [
        Self::One,
        Self::Two,
        Self::More,
        Self::Prefix,
        Self::Inside,
        Self::Digits,
        Self::Words,
        Self::Qualifier,
        Self::Nothing,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
            Self::More => "three_and_more",
            Self::Prefix => "prefix",
            Self::Inside => "inside",
            Self::Digits => "digits",
            Self::Words => "words",
            Self::Qualifier => "qualifier",
            Self::Nothing => "nothing",
        }
    }
}

/// One thing that must be found in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// Folded, without a break inside.
    Word(String),
    /// Folded words that stand side by side.
    Phrase(Vec<String>),
    Number(Fragment),
}

/// A part of a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fragment {
    /// All its digits; of an international writing without the nought in brackets.
    pub(crate) digits: String,
    /// Whether it was written with a plus.
    pub(crate) has_plus: bool,
    /// The digits as they were written together.
    pub(crate) groups: Vec<String>,
}

/// What a document must be beside its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Qualifier {
    /// A place in the tags.
    Tag(usize),
    /// A place in the groups.
    Group(usize),
    Status(Status),
}

/// A search and its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) class: Class,
    pub(crate) text: String,
    pub(crate) terms: Vec<Term>,
    pub(crate) qualifiers: Vec<Qualifier>,
}
