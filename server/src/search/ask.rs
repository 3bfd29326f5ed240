//! A search as the index understands it: words, what narrows them, and what the one who asks may see. Names
//! of groups, channels and agents are looked up here, so that an unknown one can be told with its place.

use std::collections::BTreeSet;

use parloir_desk::entity::{Agent, Scope, Status};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::GroupId;
use parloir_protocol::search::{Filter, FilterKind, SearchStatus, SearchText, Term, Wanted, Whose};
use parloir_protocol::text::{Fit, Fragment, Words};

use super::directory::{Directory, Named};
use super::facets::Facet;

/// What is asked.
pub(super) struct Ask {
    pub(super) terms: Vec<Sought>,
    /// All of them must hold.
    pub(super) narrowed: Vec<Narrow>,
}

/// One word, phrase or number, and the groups whose name has it.
pub(super) struct Sought {
    pub(super) term: Term,
    pub(super) groups: Vec<GroupId>,
    /// Of a number that was written in several groups of digits: each as it would be asked alone, since the
    /// groups may be of different things.
    pub(super) apart: Vec<Sought>,
}

/// What a document must have beside the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Narrow {
    /// One of these; of none there is nothing.
    Any(Vec<Facet>),
    Tag(Wanted),
    Property {
        key: String,
        value: Wanted,
    },
}

impl Narrow {
    /// Whether it is about groups alone, which messages are written with.
    pub(super) fn is_of_groups(&self) -> bool {
        match self {
            Self::Any(facets) => facets.iter().all(|facet| matches!(facet, Facet::Group(_))),
            Self::Tag(_) | Self::Property { .. } => false,
        }
    }
}

impl Ask {
    /// What `text` means when `agent` asks it.
    ///
    /// # Errors
    /// `invalid_query` with the place of what is wrong.
    pub(super) fn of(text: &str, directory: &Directory, agent: &Agent) -> Result<Self, ErrorBody> {
        let text = SearchText::parse(text).map_err(|error| {
            let facts = error.facts();
            let refused = invalid(&error.to_string(), error.at, error.problem.code());
            facts.into_iter().fold(refused, |refused, (name, fact)| refused.with(name, fact))
        })?;
        let mut narrowed = Vec::new();
        for filter in &text.filters {
            narrowed.push(narrow(filter, directory, agent)?);
        }
        if let Scope::Groups(groups) = &agent.scope {
            narrowed.push(Narrow::Any(groups.iter().map(|group| Facet::Group(*group)).collect()));
        }
        let seen = |group: &&Named<GroupId>| agent.scope.sees(group.id);
        let alone = |term: Term| {
            let named = directory.groups.iter().filter(seen).filter(|group| names(&group.words, &term));
            Sought { groups: named.map(|group| group.id).collect(), term, apart: Vec::new() }
        };
        let sought = |term: Term| {
            let apart = digits_apart(&term).into_iter().map(alone).collect();
            Sought { apart, ..alone(term) }
        };
        let is_empty = text.is_empty();
        let terms = text.terms.into_iter().map(sought).collect();
        if is_empty {
            // Nothing was asked: nothing is found.
            narrowed.push(Narrow::Any(Vec::new()));
        }
        Ok(Self { terms, narrowed })
    }

    /// The different words that a whole name has to consist of.
    pub(super) fn different_words(&self) -> Vec<&str> {
        different(self.terms.iter().flat_map(|sought| words_of(&sought.term)))
    }
}

/// Each word once, in order: two names with the same ones are one name.
pub(super) fn different<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The groups of digits of a number that has several, each once.
fn digits_apart(term: &Term) -> Vec<Term> {
    let Term::Number { words, .. } = term else { return Vec::new() };
    if words.len() < 2 {
        return Vec::new();
    }
    let words: BTreeSet<&String> = words.iter().collect();
    let apart = |word: &String| match Fragment::parse(word) {
        Some(fragment) => Term::Number { fragment, words: vec![word.clone()] },
        None => Term::Word(word.clone()),
    };
    words.into_iter().map(apart).collect()
}

/// The words of a term as they stand in a text.
pub(super) fn words_of(term: &Term) -> Vec<&str> {
    match term {
        Term::Word(word) => vec![word],
        Term::Phrase(words) | Term::Number { words, .. } => words.iter().map(String::as_str).collect(),
    }
}

/// Whether a text has the term: every word in it, of a phrase side by side.
pub(super) fn names(text: &Words, term: &Term) -> bool {
    match term {
        Term::Phrase(words) => !text.phrase(words).is_empty(),
        Term::Word(_) | Term::Number { .. } => words_of(term).iter().all(|word| text.fit(word).is_some()),
    }
}

fn narrow(filter: &Filter, directory: &Directory, agent: &Agent) -> Result<Narrow, ErrorBody> {
    Ok(match &filter.kind {
        FilterKind::Tag(tag) => Narrow::Tag(tag.clone()),
        FilterKind::Property { key, value } => Narrow::Property { key: key.clone(), value: value.clone() },
        FilterKind::Status(SearchStatus::Open) => Narrow::Any(vec![Facet::Status(Status::Open)]),
        FilterKind::Status(SearchStatus::Closed) => Narrow::Any(vec![Facet::Status(Status::Closed)]),
        FilterKind::Unread(unread) => Narrow::Any(vec![Facet::Unread(*unread)]),
        FilterKind::Group(name) => {
            let seen = directory.groups.iter().filter(|group| agent.scope.sees(group.id));
            named(seen, name, filter.at, "group", Facet::Group)?
        }
        FilterKind::Channel(name) => {
            named(directory.channels.iter(), name, filter.at, "channel", Facet::Channel)?
        }
        FilterKind::Assignee(Whose::Me) => Narrow::Any(vec![Facet::Assignee(Some(agent.id))]),
        FilterKind::Assignee(Whose::Nobody) => Narrow::Any(vec![Facet::Assignee(None)]),
        FilterKind::Assignee(Whose::Named(name)) => {
            named(directory.agents.iter(), name, filter.at, "agent", |id| Facet::Assignee(Some(id)))?
        }
    })
}

/// Everything that is called so, or, when nothing is, everything with these words in what it is called.
fn named<'a, T: Copy + 'a>(
    all: impl Iterator<Item = &'a Named<T>>,
    name: &str,
    at: [usize; 2],
    what: &str,
    facet: impl Fn(T) -> Facet,
) -> Result<Narrow, ErrorBody> {
    let wanted = Words::of(name);
    let words: Vec<&str> = wanted.iter().collect();
    let parts: Vec<&Named<T>> = all.filter(|named| !words.is_empty() && named.has(&words)).collect();
    let whole: Vec<&Named<T>> = parts.iter().copied().filter(|named| named.is_called(&words)).collect();
    let chosen = if whole.is_empty() { parts } else { whole };
    if chosen.is_empty() {
        return Err(invalid(&format!("there is no {what} '{name}'"), at, "unknown_name"));
    }
    Ok(Narrow::Any(chosen.into_iter().map(|named| facet(named.id)).collect()))
}

fn invalid(sentence: &str, at: [usize; 2], reason: &str) -> ErrorBody {
    ErrorBody::new(Code::InvalidQuery, sentence).with("at", vec![at[0], at[1]]).with("reason", reason)
}

/// The fit of the worst of several words, when all of them fit.
pub(super) fn worst_fit(text: &Words, words: &[&str]) -> Option<Fit> {
    words.iter().map(|word| text.fit(word)).try_fold(Fit::Whole, |worst, fit| Some(worst.max(fit?)))
}
