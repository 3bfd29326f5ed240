//! The same meaning from the lists of a segment: for each rank the documents that match at least so.

use std::io;

use memchr::memmem::Finder;
use parloir_protocol::entity::Rank;
use parloir_protocol::search::{Term, Wanted};
use parloir_protocol::text::{Fit, Form, Fragment};
use tantivy::TERMINATED;

use super::ask::{Ask, Narrow, Sought, words_of};
use super::facets::Facet;
use super::messages::MessagesSegment;
use super::numbering::{Decimal, Extent};
use super::people::{KEY_END, NUMBER_START_MAX, PeopleSegment, runs};
use super::sets::{Gathering, Set};
use super::tokens::kind;
use super::zone::{Of, Zone, list, lists_under};

/// The people who match at least so.
pub(super) fn people<'a>(
    segment: &'a PeopleSegment,
    of: &Of<'a>,
    ask: &'a Ask,
    rank: Rank,
) -> io::Result<Set<'a>> {
    if ask.terms.is_empty() {
        let is_ranked = rank == Rank::Elsewhere;
        return if is_ranked {
            Ok(Set::all(narrowing(segment, of, ask)?, of.budget))
        } else {
            Ok(Set::Nothing)
        };
    }
    let mut sets = match rank {
        Rank::Whole => vec![whole(segment, of, ask)?],
        Rank::Word | Rank::Start | Rank::Inside | Rank::Elsewhere => {
            let terms: io::Result<Vec<Set<'a>>> =
                ask.terms.iter().map(|sought| term(segment, of, sought, rank)).collect();
            terms?
        }
    };
    if sets.iter().any(|set| set.doc() == TERMINATED) {
        return Ok(Set::Nothing);
    }
    sets.extend(narrowing(segment, of, ask)?);
    Ok(Set::all(sets, of.budget))
}

/// The messages that match at least so. Only their groups are written with them: what else narrows is
/// confirmed by their conversation.
pub(super) fn messages<'a>(
    segment: &'a MessagesSegment,
    of: &Of<'a>,
    ask: &'a Ask,
    rank: Rank,
) -> io::Result<Set<'a>> {
    let Some(fit) = fit_of(rank).filter(|_| !ask.terms.is_empty()) else { return Ok(Set::Nothing) };
    let mut sets = Vec::new();
    for narrow in ask.narrowed.iter().filter(|narrow| narrow.is_of_groups()) {
        if let Narrow::Any(facets) = narrow {
            sets.push(any_facet(&segment.facets, of, facets)?);
        }
    }
    for sought in &ask.terms {
        sets.push(text(&segment.text, of, &sought.term, fit)?);
    }
    Ok(Set::all(sets, of.budget))
}

/// The fit that a word needs for a rank; elsewhere is none of the name.
fn fit_of(rank: Rank) -> Option<Fit> {
    match rank {
        Rank::Whole | Rank::Word => Some(Fit::Whole),
        Rank::Start => Some(Fit::Start),
        Rank::Inside => Some(Fit::Inside),
        Rank::Elsewhere => None,
    }
}

fn narrowing<'a>(segment: &'a PeopleSegment, of: &Of<'a>, ask: &Ask) -> io::Result<Vec<Set<'a>>> {
    let narrow = |narrow: &Narrow| match narrow {
        Narrow::Any(facets) => any_facet(&segment.facets, of, facets),
        Narrow::Tag(Wanted::Whole(tag)) => segment.tags.whole(of, tag),
        Narrow::Tag(Wanted::Start(start)) => segment.tags.starting(of, start),
        Narrow::Property { key, value: Wanted::Whole(value) } => {
            list(&segment.properties, &of.prefix.key("", &[key, KEY_END, value].concat()))
        }
        Narrow::Property { key, value: Wanted::Start(start) } => {
            lists_under(&segment.properties, &of.prefix.key("", &[key, KEY_END, start].concat()), of.budget)
        }
    };
    ask.narrowed.iter().map(narrow).collect()
}

fn any_facet<'a>(
    facets: &tantivy::InvertedIndexReader,
    of: &Of<'a>,
    wanted: &[Facet],
) -> io::Result<Set<'a>> {
    let sets: io::Result<Vec<Set<'a>>> =
        wanted.iter().map(|facet| list(facets, &of.prefix.key("", &facet.token()))).collect();
    Ok(Set::any(sets?))
}

/// The words are the whole name, or the only number is a whole one.
fn whole<'a>(segment: &'a PeopleSegment, of: &Of<'a>, ask: &'a Ask) -> io::Result<Set<'a>> {
    let count = ask.different_words().len().to_string();
    let mut names = vec![segment.name.marked(of, kind::WORDS, &count)?];
    for sought in &ask.terms {
        names.push(text(&segment.name, of, &sought.term, Fit::Whole)?);
    }
    let mut found = vec![Set::all(names, of.budget)];
    if let [Sought { term: Term::Number { fragment, .. }, .. }] = ask.terms.as_slice() {
        found.push(numbers(segment, of, fragment, Fit::Whole)?);
    }
    Ok(Set::any(found))
}

fn term<'a>(segment: &'a PeopleSegment, of: &Of<'a>, sought: &'a Sought, rank: Rank) -> io::Result<Set<'a>> {
    let fit = fit_of(rank);
    let mut sets = vec![text(&segment.name, of, &sought.term, fit.unwrap_or(Fit::Inside))?];
    if let Term::Number { fragment, .. } = &sought.term {
        sets.push(numbers(segment, of, fragment, fit.unwrap_or(Fit::Inside))?);
    }
    if fit.is_none() {
        sets.push(text(&segment.detail, of, &sought.term, Fit::Inside)?);
        sets.push(tags(segment, of, &sought.term)?);
        for group in &sought.groups {
            sets.push(any_facet(&segment.facets, of, &[Facet::Group(*group)])?);
        }
    }
    if !sought.apart.is_empty() {
        let apart: io::Result<Vec<Set<'a>>> =
            sought.apart.iter().map(|alone| term(segment, of, alone, rank)).collect();
        sets.push(Set::all(apart?, of.budget));
    }
    Ok(Set::any(sets))
}

/// The documents whose words of one kind fit a term.
fn text<'a>(zone: &Zone, of: &Of<'a>, term: &Term, fit: Fit) -> io::Result<Set<'a>> {
    match term {
        Term::Word(word) => zone.fitting(of, word, fit),
        Term::Phrase(words) => zone.phrase(of, words),
        Term::Number { .. } => {
            let words = words_of(term);
            let sets: io::Result<Vec<Set<'a>>> =
                words.iter().map(|word| zone.fitting(of, word, fit)).collect();
            Ok(Set::all(sets?, of.budget))
        }
    }
}

fn tags<'a>(segment: &PeopleSegment, of: &Of<'a>, term: &Term) -> io::Result<Set<'a>> {
    if let Term::Phrase(words) = term {
        return segment.tags.phrase(of, words);
    }
    let words = words_of(term);
    let sets: io::Result<Vec<Set<'a>>> = words.iter().map(|word| segment.tags.holding(of, word)).collect();
    Ok(Set::all(sets?, of.budget))
}

/// The documents with a number that a fragment fits at least so. Few digits are what lists are of; numbers that
/// begin with more stand in one range; inside a number its runs choose and the number confirms.
fn numbers<'a>(
    segment: &'a PeopleSegment,
    of: &Of<'a>,
    fragment: &'a Fragment,
    fit: Fit,
) -> io::Result<Set<'a>> {
    if fragment.digits().len() <= NUMBER_START_MAX {
        return few_digits(segment, of, fragment, fit);
    }
    let forms = fragment.forms();
    let extent = if fit == Fit::Whole { Extent::Whole } else { Extent::Begun };
    let docs = segment.numbering.having(of.workspace, &forms, extent);
    let longer = segment.numbering.longer(of.workspace).iter();
    let longer = longer.copied().filter(|doc| {
        segment.numbers_of(*doc).any(|number| fragment.fit(&number).is_some_and(|found| found <= fit))
    });
    let mut sets = vec![Set::Gathered(Gathering::of_docs(docs.into_iter().chain(longer)))];
    if fit == Fit::Inside {
        for form in &forms {
            if let Form::Inside(digits) = form {
                sets.push(inside(segment, of, digits)?);
            }
        }
    }
    Ok(Set::any(sets))
}

fn few_digits<'a>(
    segment: &'a PeopleSegment,
    of: &Of<'a>,
    fragment: &Fragment,
    fit: Fit,
) -> io::Result<Set<'a>> {
    // No number has so few digits in any writing.
    if fit == Fit::Whole {
        return Ok(Set::Nothing);
    }
    let mut sets = Vec::new();
    for form in fragment.forms() {
        let (kind, digits) = match &form {
            Form::Inside(digits) if fit == Fit::Inside => (kind::GRAM, digits),
            Form::Inside(digits) | Form::Start(digits) => (kind::START, digits),
            Form::NationalStart(digits) => (kind::NATIONAL, digits),
        };
        sets.push(list(&segment.numbers, &of.prefix.key(kind, digits))?);
    }
    Ok(Set::any(sets))
}

/// Those whose numbers have all runs of `digits`, and them side by side.
fn inside<'a>(segment: &'a PeopleSegment, of: &Of<'a>, digits: &str) -> io::Result<Set<'a>> {
    let mut sets = Vec::new();
    for run in runs(digits) {
        sets.push(list(&segment.numbers, &of.prefix.key(kind::GRAM, run))?);
    }
    let finder = Finder::new(digits).into_owned();
    let holds =
        move |doc| segment.number.of(doc).any(|number| finder.find(Decimal::of(number).digits()).is_some());
    Ok(Set::all(sets, of.budget).checked(holds, of.budget))
}
