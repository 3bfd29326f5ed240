//! The same meaning from the lists of a segment: for each rank the documents that match at least so.

use std::io;

use parloir_protocol::entity::Rank;
use parloir_protocol::search::{Term, Wanted};
use parloir_protocol::text::{Fit, Form, Fragment};
use tantivy::TERMINATED;

use super::ask::{Ask, Narrow, Sought, words_of};
use super::facets::Facet;
use super::messages::MessagesSegment;
use super::people::{KEY_END, NUMBER_START_MAX, PeopleSegment, runs};
use super::sets::Set;
use super::tokens::kind;
use super::zone::{Of, Zone, list, lists_under};

/// No number has fewer digits in any writing: seven with its calling code, of which three may be that code
/// and one `0` stand for it.
const WHOLE_DIGITS_MIN: usize = 5;

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

/// The documents with a number that a fragment fits at least so: those whose lists have all of its runs,
/// confirmed by the number itself.
fn numbers<'a>(
    segment: &'a PeopleSegment,
    of: &Of<'a>,
    fragment: &'a Fragment,
    fit: Fit,
) -> io::Result<Set<'a>> {
    let digits = fragment.digits().len();
    if fit == Fit::Whole && digits < WHOLE_DIGITS_MIN {
        return Ok(Set::Nothing);
    }
    let mut sets = Vec::new();
    for form in fragment.forms() {
        match &form {
            Form::Inside(digits) => {
                sets.push(begun(segment, of, kind::START, digits, digits)?);
                if fit == Fit::Inside {
                    sets.push(having(segment, of, digits, Vec::new())?);
                }
            }
            Form::Start(digits) => sets.push(begun(segment, of, kind::START, digits, digits)?),
            Form::NationalStart(digits) => {
                let inner = digits.get(1..).unwrap_or_default();
                sets.push(begun(segment, of, kind::NATIONAL, digits, inner)?);
            }
        }
    }
    if digits <= NUMBER_START_MAX {
        // So few digits are what the lists are of: there is nothing left to confirm.
        return Ok(Set::any(sets));
    }
    let fits = move |doc| match fit {
        // Most candidates for a whole number are only begun by it, which their length tells at once.
        Fit::Whole if !segment.number.of(doc).any(|number| may_be_whole(number, digits)) => false,
        Fit::Whole | Fit::Start | Fit::Inside => {
            segment.numbers_of(doc).any(|number| fragment.fit(&number).is_some_and(|found| found <= fit))
        }
    };
    Ok(Set::any(sets).checked(fits, of.budget))
}

/// Whether a number may be written whole with so many digits: `00` before it, or a `0` in the place of its
/// calling code, which has three digits at most.
fn may_be_whole(number: u64, digits: usize) -> bool {
    let own = number.checked_ilog10().map_or(1, |tens| tens as usize + 1);
    (own..=own + 2).contains(&digits) || (digits..=digits + 2).contains(&own)
}

/// Numbers that begin with `digits` in one writing; `inner` are those of them that stand in the other one too.
fn begun<'a>(
    segment: &PeopleSegment,
    of: &Of<'a>,
    kind: &str,
    digits: &str,
    inner: &str,
) -> io::Result<Set<'a>> {
    let start = digits.get(..NUMBER_START_MAX).unwrap_or(digits);
    let first = list(&segment.numbers, &of.prefix.key(kind, start))?;
    if digits.len() <= NUMBER_START_MAX {
        return Ok(first);
    }
    having(segment, of, inner, vec![first])
}

/// Those of the documents that have every run of `digits`.
fn having<'a>(
    segment: &PeopleSegment,
    of: &Of<'a>,
    digits: &str,
    mut sets: Vec<Set<'a>>,
) -> io::Result<Set<'a>> {
    for run in runs(digits) {
        sets.push(list(&segment.numbers, &of.prefix.key(kind::GRAM, run))?);
    }
    Ok(Set::all(sets, of.budget))
}
