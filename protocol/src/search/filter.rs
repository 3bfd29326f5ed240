//! Qualifiers, in English and French, and what their values mean. Whether a named thing exists is not known here.

use super::problem::Problem;
use crate::text::{fold, label};

/// A condition that stood as `name:value`, with its characters of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub kind: FilterKind,
    pub at: [usize; 2],
}

/// What must hold. Names and values are folded words joined by one space, as [`label`] gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterKind {
    /// A tag of the contact.
    Tag(Wanted),
    /// The group's name.
    Group(String),
    Status(SearchStatus),
    /// The channel's name or kind.
    Channel(String),
    Assignee(Whose),
    /// A property of the contact.
    Property {
        key: String,
        value: Wanted,
    },
    Unread(bool),
}

/// A value that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole(String),
    /// Its start: it was written with `*` at the end.
    Start(String),
}

impl Wanted {
    /// Whether a value is what is looked for, given as [`label`] writes it.
    pub fn fits(&self, label: &str) -> bool {
        match self {
            Self::Whole(whole) => label == whole,
            Self::Start(start) => label.starts_with(start.as_str()),
        }
    }
}

/// Whose a conversation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The asking agent's.
    Me,
    Nobody,
    /// That of the agent with this name.
    Named(String),
}

/// Whether a conversation is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchStatus {
    Open,
    Closed,
}

/// What a qualifier is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifier {
    Tag,
    Group,
    Status,
    Channel,
    Assignee,
    Property,
    Unread,
}

/// Every name of a qualifier, folded. Case and accents of what is typed do not matter.
pub const QUALIFIERS: [(&str, Qualifier); 15] = [
    ("tag", Qualifier::Tag),
    ("etiquette", Qualifier::Tag),
    ("group", Qualifier::Group),
    ("groupe", Qualifier::Group),
    ("status", Qualifier::Status),
    ("statut", Qualifier::Status),
    ("channel", Qualifier::Channel),
    ("canal", Qualifier::Channel),
    ("assignee", Qualifier::Assignee),
    ("assigne", Qualifier::Assignee),
    ("a", Qualifier::Assignee),
    ("prop", Qualifier::Property),
    ("unread", Qualifier::Unread),
    ("non-lu", Qualifier::Unread),
    ("nonlu", Qualifier::Unread),
];

impl Qualifier {
    pub(super) fn named(name: &str) -> Option<Self> {
        let folded = fold(name);
        QUALIFIERS.iter().find(|(known, _)| *known == folded).map(|(_, qualifier)| *qualifier)
    }

    /// A value, as the sentence of a problem shows it.
    fn example(self) -> &'static str {
        match self {
            Self::Tag => "vip",
            Self::Group => "sales",
            Self::Status => "open",
            Self::Channel => "sms",
            Self::Assignee => "me",
            Self::Property => "city=lyon",
            Self::Unread => "yes",
        }
    }

    /// What `name:value` asks for; both as they were typed, without quotation marks.
    pub(super) fn filter(self, name: &str, value: &str) -> Result<FilterKind, Problem> {
        let plain = label(value);
        let some = if plain.is_empty() { Err(self.empty(name)) } else { Ok(plain) };
        let unknown =
            |allowed| Problem::UnknownValue { qualifier: name.to_owned(), value: value.to_owned(), allowed };
        match self {
            Self::Tag => some.map(|plain| FilterKind::Tag(wanted(plain, value))),
            Self::Group => some.map(FilterKind::Group),
            Self::Status => status(&some?).ok_or_else(|| unknown(&["open", "closed"])),
            Self::Channel => some.map(FilterKind::Channel),
            Self::Assignee => some.map(|plain| FilterKind::Assignee(whose(plain))),
            Self::Property => self.property(name, value),
            Self::Unread => unread(&some?).ok_or_else(|| unknown(&["yes", "no"])),
        }
    }

    fn property(self, name: &str, text: &str) -> Result<FilterKind, Problem> {
        let Some((key, value)) = text.split_once('=') else {
            return Err(if label(text).is_empty() { self.empty(name) } else { self.incomplete(name) });
        };
        let (key, plain) = (label(key), label(value));
        if key.is_empty() {
            Err(self.incomplete(name))
        } else if plain.is_empty() {
            Err(self.empty(name))
        } else {
            Ok(FilterKind::Property { key, value: wanted(plain, value) })
        }
    }

    fn empty(self, name: &str) -> Problem {
        Problem::EmptyValue { qualifier: name.to_owned(), example: self.example() }
    }

    fn incomplete(self, name: &str) -> Problem {
        Problem::IncompleteProperty { qualifier: name.to_owned(), example: self.example() }
    }
}

fn wanted(plain: String, value: &str) -> Wanted {
    if value.trim_end().ends_with('*') { Wanted::Start(plain) } else { Wanted::Whole(plain) }
}

fn status(value: &str) -> Option<FilterKind> {
    match value {
        "open" | "ouvert" | "ouverte" => Some(FilterKind::Status(SearchStatus::Open)),
        "closed" | "ferme" | "fermee" => Some(FilterKind::Status(SearchStatus::Closed)),
        _ => None,
    }
}

fn whose(value: String) -> Whose {
    match value.as_str() {
        "me" | "moi" => Whose::Me,
        "none" | "nobody" | "personne" => Whose::Nobody,
        _ => Whose::Named(value),
    }
}

fn unread(value: &str) -> Option<FilterKind> {
    match value {
        "yes" | "true" | "oui" => Some(FilterKind::Unread(true)),
        "no" | "false" | "non" => Some(FilterKind::Unread(false)),
        _ => None,
    }
}
