//! The oracle: looks at every document and says which ones match, how well, and in which order. It is slow on
//! purpose, keeps no index, and shares no code with the server but the folding of letters.

use std::collections::BTreeSet;

use memchr::memmem::Finder;
use parloir_client::protocol::entity::{HitId, Rank, Status};
use parloir_client::protocol::ids::MessageId;

use super::question::{Fragment, Qualifier, Question, Term};
use super::world::{Card, Document, Words, World};

/// How many hits are compared.
pub(crate) const TOP: usize = 20;
/// How far hits are counted.
pub(crate) const COUNT_MAX: u64 = 1_000;

/// Which documents somebody may find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    All,
    /// Conversations in these groups.
    Groups(BTreeSet<usize>),
}

/// What is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found<Id> {
    /// The first ones, in order.
    pub(crate) top: Vec<(Rank, Id)>,
    /// At most [`COUNT_MAX`].
    pub(crate) count: u64,
    /// Whether there are more than that.
    pub(crate) capped: bool,
}

/// How well one term is found in one document, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Whole,
    Start,
    Inside,
    Elsewhere,
}

/// The answer to `question` for somebody who may find `scope`.
pub(crate) fn documents(world: &World, question: &Question, scope: &Scope) -> Found<HitId> {
    let terms: Vec<Prepared<'_>> = question.terms.iter().map(|term| Prepared::of(term, world)).collect();
    let distinct = distinct_words(&question.terms);
    let mut tiers = Tiers::default();
    for document in &world.documents {
        if !scope.holds(document) || !question.qualifiers.iter().all(|one| one.holds(world, document)) {
            continue;
        }
        let levels = terms.iter().map(|term| term.level(world, document));
        if let Some(worst) = worst(levels) {
            let card = &world.cards[document.card];
            tiers.take(rank(worst, &question.terms, distinct, card), document.id);
        }
    }
    tiers.found()
}

/// The messages that hold every word of `question`.
pub(crate) fn messages(world: &World, question: &Question) -> Found<MessageId> {
    let words: Vec<Word<'_>> = question.terms.iter().flat_map(Term::words).map(Word::of).collect();
    let mut tiers = Tiers::default();
    for said in &world.messages {
        if let Some(worst) = worst(words.iter().map(|word| word.level(&said.text))) {
            tiers.take(worst.of_words(), said.id);
        }
    }
    tiers.found()
}

/// The worst level; nothing when a term is not found. Without a term everything is found.
fn worst(mut levels: impl Iterator<Item = Option<Level>>) -> Option<Level> {
    levels.try_fold(Level::Whole, |worst, level| level.map(|level| worst.max(level)))
}

fn rank(worst: Level, terms: &[Term], distinct: usize, card: &Card) -> Rank {
    if worst == Level::Whole && is_all(terms, distinct, card) { Rank::Whole } else { worst.of_words() }
}

/// Whether the terms, each of which is whole, are all that there is: the only one is a number, or the name has
/// no other word.
fn is_all(terms: &[Term], distinct: usize, card: &Card) -> bool {
    match terms {
        [] => false,
        [Term::Number(_)] => true,
        terms if terms.iter().any(|term| matches!(term, Term::Number(_))) => false,
        _ => card.name.each().collect::<BTreeSet<_>>().len() == distinct,
    }
}

fn distinct_words(terms: &[Term]) -> usize {
    terms.iter().flat_map(Term::words).collect::<BTreeSet<_>>().len()
}

impl Level {
    fn of_words(self) -> Rank {
        match self {
            Self::Whole => Rank::Word,
            Self::Start => Rank::Start,
            Self::Inside => Rank::Inside,
            Self::Elsewhere => Rank::Elsewhere,
        }
    }
}

impl Term {
    fn words(&self) -> &[String] {
        match self {
            Self::Word(word) => std::slice::from_ref(word),
            Self::Number(fragment) => &fragment.groups,
        }
    }
}

impl Scope {
    fn holds(&self, document: &Document) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => document.group.is_some_and(|group| groups.contains(&group)),
        }
    }
}

impl Qualifier {
    fn holds(&self, world: &World, document: &Document) -> bool {
        match self {
            Self::Tag(tag) => world.cards[document.card].tags.contains(tag),
            Self::Group(group) => document.group == Some(*group),
            Self::Status(status) => document.group.is_some() && document.is_open == (*status == Status::Open),
        }
    }
}

/// A word in the three ways in which it may stand in a text.
struct Word<'a> {
    text: &'a str,
    whole: String,
    inside: Finder<'a>,
}

impl<'a> Word<'a> {
    fn of(text: &'a String) -> Self {
        Self { text, whole: format!(" {text} "), inside: Finder::new(text) }
    }

    fn is_inside(&self, words: &Words) -> bool {
        self.inside.find(words.0.as_bytes()).is_some()
    }

    fn level(&self, words: &Words) -> Option<Level> {
        if !self.is_inside(words) {
            return None;
        }
        let start = &self.whole[..=self.text.len()];
        Some(if words.0.contains(&self.whole) {
            Level::Whole
        } else if words.0.contains(start) {
            Level::Start
        } else {
            Level::Inside
        })
    }
}

/// A term with what is the same for all documents.
struct Prepared<'a> {
    words: Vec<Word<'a>>,
    number: Option<&'a Fragment>,
    /// Of each tag and group whether it holds the term.
    tags: Vec<bool>,
    groups: Vec<bool>,
}

impl<'a> Prepared<'a> {
    fn of(term: &'a Term, world: &World) -> Self {
        let words: Vec<Word<'_>> = term.words().iter().map(Word::of).collect();
        let holding = |labels: &[Words]| {
            labels.iter().map(|label| words.iter().all(|word| word.is_inside(label))).collect()
        };
        let (tags, groups) = (holding(&world.tags), holding(&world.groups));
        let number = match term {
            Term::Word(_) => None,
            Term::Number(fragment) => Some(fragment),
        };
        Self { words, number, tags, groups }
    }

    fn level(&self, world: &World, document: &Document) -> Option<Level> {
        let card = &world.cards[document.card];
        let of_name = match self.number {
            None => self.words.first().and_then(|word| word.level(&card.name)),
            Some(_) => self.are_inside(&card.name).then_some(Level::Inside),
        };
        let of_numbers = self.number.and_then(|fragment| fragment.level(card));
        let found = of_name.into_iter().chain(of_numbers).min();
        found.or_else(|| self.is_elsewhere(card, document).then_some(Level::Elsewhere))
    }

    fn are_inside(&self, words: &Words) -> bool {
        self.words.iter().all(|word| word.is_inside(words))
    }

    fn is_elsewhere(&self, card: &Card, document: &Document) -> bool {
        card.tags.iter().any(|tag| self.tags[*tag])
            || document.group.is_some_and(|group| self.groups[group])
            || card.values.iter().any(|value| self.are_inside(value))
    }
}

impl Fragment {
    fn level(&self, card: &Card) -> Option<Level> {
        let forms = card.numbers.iter().flat_map(|number| {
            let national = (!self.is_international).then_some(&number.national);
            std::iter::once(&number.international).chain(national)
        });
        forms.filter_map(|form| self.level_in(form)).min()
    }

    fn level_in(&self, form: &str) -> Option<Level> {
        if form == self.digits {
            Some(Level::Whole)
        } else if form.starts_with(&self.digits) {
            Some(Level::Start)
        } else if !self.is_international && form.contains(&self.digits) {
            Some(Level::Inside)
        } else {
            None
        }
    }
}

/// Hits by rank; within one in the order in which they come.
struct Tiers<Id> {
    top: [Vec<Id>; RANKS.len()],
    count: u64,
}

const RANKS: [Rank; 5] = [Rank::Whole, Rank::Word, Rank::Start, Rank::Inside, Rank::Elsewhere];

impl<Id> Default for Tiers<Id> {
    fn default() -> Self {
        Self { top: RANKS.map(|_| Vec::new()), count: 0 }
    }
}

impl<Id> Tiers<Id> {
    fn take(&mut self, rank: Rank, id: Id) {
        self.count += 1;
        let tier = &mut self.top[rank as usize];
        if tier.len() < TOP {
            tier.push(id);
        }
    }

    fn found(self) -> Found<Id> {
        let tiers = RANKS.into_iter().zip(self.top);
        let top =
            tiers.flat_map(|(rank, tier)| tier.into_iter().map(move |id| (rank, id))).take(TOP).collect();
        Found { top, count: self.count.min(COUNT_MAX), capped: self.count > COUNT_MAX }
    }
}

#[cfg(test)]
mod tests;
