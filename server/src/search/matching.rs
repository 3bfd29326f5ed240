//! How well a document in memory matches: the meaning of a search, which the lists on disk must give as well.

use parloir_protocol::entity::Rank;
use parloir_protocol::search::{Term, Wanted};
use parloir_protocol::text::{Fit, Words, label};

use super::ask::{Ask, Narrow, Sought, different, names, words_of, worst_fit};
use super::facets::Facet;
use super::person::{Person, Thread};
use super::said::Said;

/// How a person matches, if at all.
pub(super) fn person(ask: &Ask, person: &Person) -> Option<Rank> {
    if !ask.narrowed.iter().all(|narrow| has(person, narrow)) {
        return None;
    }
    if ask.terms.is_empty() {
        return Some(Rank::Elsewhere);
    }
    let ranks: Option<Vec<Rank>> = ask.terms.iter().map(|sought| term_rank(sought, person)).collect();
    let worst = ranks?.into_iter().max()?;
    if worst == Rank::Word && is_whole(ask, person) { Some(Rank::Whole) } else { Some(worst) }
}

/// How a message matches, if at all: its text, and the group of its conversation.
pub(super) fn said(ask: &Ask, said: &Said) -> Option<Rank> {
    let seen = |narrow: &Narrow| match narrow {
        Narrow::Any(facets) if narrow.is_of_groups() => facets.contains(&Facet::Group(said.group)),
        // Confirmed by the conversation.
        Narrow::Any(_) | Narrow::Tag(_) | Narrow::Property { .. } => true,
    };
    if !ask.narrowed.iter().all(seen) || ask.terms.is_empty() {
        return None;
    }
    let ranks: Option<Vec<Rank>> =
        ask.terms.iter().map(|sought| text_fit(&said.words, &sought.term).map(rank_of)).collect();
    ranks?.into_iter().max()
}

/// How one term fits one text.
pub(super) fn text_fit(text: &Words, term: &Term) -> Option<Fit> {
    match term {
        Term::Word(word) => text.fit(word),
        Term::Phrase(words) => (!text.phrase(words).is_empty()).then_some(Fit::Whole),
        Term::Number { .. } => worst_fit(text, &words_of(term)),
    }
}

fn rank_of(fit: Fit) -> Rank {
    match fit {
        Fit::Whole => Rank::Word,
        Fit::Start => Rank::Start,
        Fit::Inside => Rank::Inside,
    }
}

fn term_rank(sought: &Sought, person: &Person) -> Option<Rank> {
    let number = match &sought.term {
        Term::Number { fragment, .. } => person.numbers().filter_map(|number| fragment.fit(number)).min(),
        Term::Word(_) | Term::Phrase(_) => None,
    };
    let fit = [number, text_fit(&person.folded.name, &sought.term)].into_iter().flatten().min();
    let together = fit.map(rank_of).or_else(|| is_elsewhere(sought, person).then_some(Rank::Elsewhere));
    [together, apart_rank(sought, person)].into_iter().flatten().min()
}

/// Each group of digits by itself, in whatever field.
fn apart_rank(sought: &Sought, person: &Person) -> Option<Rank> {
    let ranks: Option<Vec<Rank>> = sought.apart.iter().map(|alone| term_rank(alone, person)).collect();
    ranks?.into_iter().max()
}

/// Each word of a term in some tag or some detail; a phrase whole in one of them; or the group's name.
fn is_elsewhere(sought: &Sought, person: &Person) -> bool {
    let group = person.thread.as_ref().is_some_and(|thread| sought.groups.contains(&thread.group));
    group || has_words(&person.folded.details, &sought.term) || has_words(&person.folded.tags, &sought.term)
}

fn has_words(texts: &[Words], term: &Term) -> bool {
    match term {
        Term::Phrase(_) => texts.iter().any(|text| names(text, term)),
        Term::Word(_) | Term::Number { .. } => {
            words_of(term).iter().all(|word| texts.iter().any(|text| text.fit(word).is_some()))
        }
    }
}

/// Whether the words are the whole name, or the only number a whole one.
fn is_whole(ask: &Ask, person: &Person) -> bool {
    if let [Sought { term: Term::Number { fragment, .. }, .. }] = ask.terms.as_slice()
        && person.numbers().any(|number| fragment.fit(number) == Some(Fit::Whole))
    {
        return true;
    }
    different(person.folded.name.iter()) == ask.different_words()
}

pub(super) fn has(person: &Person, narrow: &Narrow) -> bool {
    match narrow {
        Narrow::Any(facets) => is_of_any(person.thread.as_ref(), facets),
        Narrow::Tag(wanted) => has_tag(&person.tags, wanted),
        Narrow::Property { key, value } => has_property(&person.properties, key, value),
    }
}

/// A contact without a conversation is of none.
pub(super) fn is_of_any(thread: Option<&Thread>, facets: &[Facet]) -> bool {
    thread.is_some_and(|thread| facets.iter().any(|facet| facet.is_of(thread)))
}

pub(super) fn has_tag(tags: &[String], wanted: &Wanted) -> bool {
    tags.iter().any(|tag| wanted.fits(&label(tag)))
}

pub(super) fn has_property(properties: &[(String, String)], key: &str, value: &Wanted) -> bool {
    properties.iter().any(|(has, is)| label(has) == key && value.fits(&label(is)))
}
