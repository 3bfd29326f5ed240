//! The oracle: looks at every document and says which ones match, how well, and in which order. It is slow on
//! purpose, keeps no index, and shares no code with the server but the folding of letters.

use std::collections::BTreeSet;

use memchr::memmem::Finder;
use parloir_client::protocol::entity::{HitId, Rank, Status};
use parloir_client::protocol::ids::MessageId;

use super::question::{Fragment, Qualifier, Question, Term};
use super::world::{Card, Document, Number, Said, Words, World};

/// How many hits are compared.
pub(crate) const TOP: usize = 20;
/// How far hits are counted.
pub(crate) const COUNT_MAX: u64 = 1_000;

/// Fewer digits are looked for at the start of a number only.
const INSIDE_DIGITS_MIN: usize = 3;

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
    let matcher = Matcher::new(world, question);
    let mut tiers = Tiers::default();
    for document in world.documents.iter().filter(|document| scope.holds(document)) {
        if let Some(rank) = matcher.rank(document) {
            tiers.take(rank, document.id);
        }
    }
    tiers.found()
}

/// A question made ready to be held against one document after the other.
pub(crate) struct Matcher<'a> {
    world: &'a World,
    question: &'a Question,
    terms: Vec<Prepared<'a>>,
    distinct: BTreeSet<&'a str>,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(world: &'a World, question: &'a Question) -> Self {
        let terms = question.terms.iter().map(|term| Prepared::of(term, world)).collect();
        Self { world, question, terms, distinct: distinct_words(&question.terms) }
    }

    /// How well a document matches; nothing when it does not.
    pub(crate) fn rank(&self, document: &Document) -> Option<Rank> {
        let Self { world, question, .. } = self;
        if !question.qualifiers.iter().all(|qualifier| qualifier.holds(world, document)) {
            return None;
        }
        let worst = worst(self.terms.iter().map(|term| term.level(world, document)))?;
        Some(rank(worst, &question.terms, &self.distinct, &world.cards[document.card]))
    }
}

/// The messages that hold every word of `question`, of conversations that are what its qualifiers ask for.
pub(crate) fn messages(world: &World, question: &Question) -> Found<MessageId> {
    let terms: Vec<Prepared<'_>> = question.terms.iter().map(|term| Prepared::of(term, world)).collect();
    let mut tiers = Tiers::default();
    let is_of = |said: &&Said| {
        let document = said.document.map(|place| &world.documents[place]);
        let mut qualifiers = question.qualifiers.iter();
        qualifiers.all(|qualifier| document.is_some_and(|document| qualifier.holds(world, document)))
    };
    for said in world.messages.iter().filter(is_of) {
        if let Some(worst) = worst(terms.iter().map(|term| term.level_in(&said.text))) {
            tiers.take(worst.of_words(), said.id);
        }
    }
    tiers.found()
}

/// The worst level; nothing when a term is not found. Without a term everything is found.
fn worst(mut levels: impl Iterator<Item = Option<Level>>) -> Option<Level> {
    levels.try_fold(Level::Whole, |worst, level| level.map(|level| worst.max(level)))
}

fn rank(worst: Level, terms: &[Term], distinct: &BTreeSet<&str>, card: &Card) -> Rank {
    if worst == Level::Whole && is_all(terms, distinct, card) { Rank::Whole } else { worst.of_words() }
}

/// Whether the terms, each of which is whole, are all that there is: the only one is a whole number, or the name
/// has no other word.
fn is_all(terms: &[Term], distinct: &BTreeSet<&str>, card: &Card) -> bool {
    if let [Term::Number(fragment)] = terms
        && fragment.level(card) == Some(Level::Whole)
    {
        return true;
    }
    card.name.each().collect::<BTreeSet<_>>() == *distinct
}

fn distinct_words(terms: &[Term]) -> BTreeSet<&str> {
    terms.iter().flat_map(Term::words).map(String::as_str).collect()
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
            Self::Phrase(words) => words,
            Self::Number(fragment) => &fragment.groups,
        }
    }
}

impl Scope {
    pub(crate) fn holds(&self, document: &Document) -> bool {
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
    /// All of them must stand in one field, or in the tags, or in the values.
    parts: Vec<Part<'a>>,
    number: Option<Fragment>,
    /// Of each part and each tag whether the tag holds it.
    tags: Vec<Vec<bool>>,
    /// Of each group whether it holds all parts.
    groups: Vec<bool>,
    /// The groups of digits of a number that was written in several, each by itself.
    apart: Vec<Prepared<'a>>,
}

enum Part<'a> {
    Word(Box<Word<'a>>),
    /// With a space before, between and behind its words.
    Phrase(String),
}

impl Part<'_> {
    fn level(&self, words: &Words) -> Option<Level> {
        match self {
            Self::Word(word) => word.level(words),
            Self::Phrase(phrase) => words.0.contains(phrase).then_some(Level::Whole),
        }
    }
}

impl<'a> Prepared<'a> {
    fn of(term: &'a Term, world: &World) -> Self {
        let word = |word: &'a String| Part::Word(Box::new(Word::of(word)));
        match term {
            Term::Word(only) => Self::with(vec![word(only)], None, world),
            Term::Phrase(words) => {
                Self::with(vec![Part::Phrase(format!(" {} ", words.join(" ")))], None, world)
            }
            Term::Number(fragment) => {
                let groups = &fragment.groups;
                let alone = |group| Self::with(vec![word(group)], Some(Fragment::alone(group)), world);
                let apart = if groups.len() > 1 { groups.iter().map(alone).collect() } else { Vec::new() };
                let together = Self::with(groups.iter().map(word).collect(), Some(fragment.clone()), world);
                Self { apart, ..together }
            }
        }
    }

    fn with(parts: Vec<Part<'a>>, number: Option<Fragment>, world: &World) -> Self {
        let holding = |part: &Part<'_>| world.tags.iter().map(|tag| part.level(tag).is_some()).collect();
        let tags = parts.iter().map(holding).collect();
        let groups = world.groups.iter().map(|group| level_in(&parts, group).is_some()).collect();
        Self { parts, number, tags, groups, apart: Vec::new() }
    }

    fn level(&self, world: &World, document: &Document) -> Option<Level> {
        if self.apart.is_empty() {
            return self.level_together(world, document);
        }
        let apart = worst(self.apart.iter().map(|alone| alone.level_together(world, document)));
        self.level_together(world, document).into_iter().chain(apart).min()
    }

    fn level_together(&self, world: &World, document: &Document) -> Option<Level> {
        let card = &world.cards[document.card];
        let of_number = self.number.as_ref().and_then(|fragment| fragment.level(card));
        let found = self.level_in(&card.name).into_iter().chain(of_number).min();
        found.or_else(|| self.is_elsewhere(card, document).then_some(Level::Elsewhere))
    }

    fn level_in(&self, words: &Words) -> Option<Level> {
        level_in(&self.parts, words)
    }

    fn is_elsewhere(&self, card: &Card, document: &Document) -> bool {
        self.tags.iter().all(|holding| card.tags.iter().any(|tag| holding[*tag]))
            || document.group.is_some_and(|group| self.groups[group])
            || self.level_in(&card.values).is_some()
    }
}

fn level_in(parts: &[Part<'_>], words: &Words) -> Option<Level> {
    worst(parts.iter().map(|part| part.level(words)))
}

impl Fragment {
    /// Digits that were written together.
    fn alone(digits: &str) -> Self {
        Self { digits: digits.to_owned(), has_plus: false, groups: vec![digits.to_owned()] }
    }

    /// With a plus a number must begin so; with two noughts it may; with one it may be dialled so at home; and
    /// three digits may stand anywhere.
    fn level(&self, card: &Card) -> Option<Level> {
        let digits = self.digits.as_str();
        let after_noughts = digits.strip_prefix("00").filter(|rest| !rest.is_empty() && !self.has_plus);
        let at_home = digits.starts_with('0') && !self.has_plus;
        let is_inside = digits.len() >= INSIDE_DIGITS_MIN && !self.has_plus;
        let of_one = |number: &Number| {
            let international = begins(&number.international, digits);
            let exited = after_noughts.and_then(|rest| begins(&number.international, rest));
            let national = begins(&number.national, digits).filter(|_| at_home);
            let inside = (is_inside && number.international.contains(digits)).then_some(Level::Inside);
            [international, exited, national, inside].into_iter().flatten().min()
        };
        card.numbers.iter().filter_map(of_one).min()
    }
}

fn begins(form: &str, digits: &str) -> Option<Level> {
    let level = if form.len() == digits.len() { Level::Whole } else { Level::Start };
    form.starts_with(digits).then_some(level)
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
