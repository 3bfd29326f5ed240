//! The same meaning from the lists of a segment: for each rank the documents that match at least so.

use std::io;

use memchr::memmem::Finder;
use parloir_protocol::entity::Rank;
use parloir_protocol::ids::GroupId;
use parloir_protocol::search::{Term, Wanted};
use parloir_protocol::text::{Fit, Form, Fragment};
use tantivy::DocId;

use super::ask::{Ask, Narrow, Sought, words_of};
use super::facets::Facet;
use super::messages::MessagesSegment;
use super::numbering::{Decimal, Extent};
use super::people::{KEY_END, NUMBER_START_MAX, PeopleSegment, runs};
use super::sets::{Gathering, Holds, Set, Valued};
use super::tokens::{self, GRAM_CHARS_MAX, kind};
use super::walk::Better;
use super::zone::{Of, Zone, any_list, list, lists_under};

/// Groups whose lists are walked. Tests have few groups, and try both ways.
const LISTED_GROUPS_MAX: usize = if cfg!(test) { 1 } else { 4 };

/// Numbers that are read at once where all of them begin with the same digits. Tests have few people, and try both ways.
const GATHERED_MAX: usize = if cfg!(test) { 3 } else { 16_384 };

/// The people who match at least so.
pub(super) fn people<'a>(
    segment: &'a PeopleSegment,
    of: &Of<'a>,
    ask: &'a Ask,
    (rank, better): (Rank, Better),
) -> io::Result<Set<'a>> {
    if ask.terms.is_empty() {
        let is_ranked = rank == Rank::Elsewhere;
        return if is_ranked { Ok(Set::all(narrowing(segment, of, ask)?)) } else { Ok(Set::Nothing) };
    }
    let mut sets = match (rank, better, ask.terms.as_slice()) {
        (Rank::Whole, ..) => vec![whole(segment, of, ask)?],
        (Rank::Elsewhere, Better::LeftOut, [only]) => {
            vec![Set::any(elsewhere(segment, of, only)?)]
        }
        _ => terms(segment, of, ask, rank)?,
    };
    if sets.iter().any(Set::is_nothing) {
        return Ok(Set::Nothing);
    }
    sets.extend(narrowing(segment, of, ask)?);
    Ok(Set::all(sets))
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
    Ok(Set::all(sets))
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
            list(&segment.properties, of, &of.prefix.key("", &[key, KEY_END, value].concat()))
        }
        Narrow::Property { key, value: Wanted::Start(start) } => {
            lists_under(&segment.properties, of, &of.prefix.key("", &[key, KEY_END, start].concat()))
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
        wanted.iter().map(|facet| list(facets, of, &of.prefix.key("", &facet.token()))).collect();
    Ok(Set::any(sets?))
}

/// The words are the whole name, or the only number is a whole one.
fn whole<'a>(segment: &'a PeopleSegment, of: &Of<'a>, ask: &'a Ask) -> io::Result<Set<'a>> {
    let mut names = Vec::with_capacity(ask.terms.len() + 1);
    if let Some(whole) = tokens::whole(&ask.different_words()) {
        // As many words, and each of these: it has no other.
        names.push(segment.name.marked(of, kind::WHOLE, &whole)?);
        for sought in &ask.terms {
            if names.iter().any(Set::is_nothing) {
                break;
            }
            names.push(text(&segment.name, of, &sought.term, Fit::Whole)?);
        }
    }
    let mut found = vec![Set::all(names)];
    if let [Sought { term: Term::Number { fragment, .. }, .. }] = ask.terms.as_slice() {
        found.push(numbers(segment, of, fragment, Fit::Whole)?);
    }
    Ok(Set::any(found))
}

/// The documents of each term, up to one that is in no list.
fn terms<'a>(segment: &'a PeopleSegment, of: &Of<'a>, ask: &'a Ask, rank: Rank) -> io::Result<Vec<Set<'a>>> {
    let mut sets = Vec::with_capacity(ask.terms.len() + ask.narrowed.len());
    for sought in &ask.terms {
        let set = term(segment, of, sought, rank)?;
        let is_none = set.is_nothing();
        sets.push(set);
        if is_none {
            break;
        }
    }
    Ok(sets)
}

fn term<'a>(segment: &'a PeopleSegment, of: &Of<'a>, sought: &'a Sought, rank: Rank) -> io::Result<Set<'a>> {
    let fit = fit_of(rank);
    let mut sets = vec![text(&segment.name, of, &sought.term, fit.unwrap_or(Fit::Inside))?];
    if let Term::Number { fragment, .. } = &sought.term {
        sets.push(numbers(segment, of, fragment, fit.unwrap_or(Fit::Inside))?);
    }
    if fit.is_none() {
        sets.extend(elsewhere(segment, of, sought)?);
    } else {
        sets.push(apart(segment, of, sought, rank)?);
    }
    Ok(Set::any(sets))
}

/// The documents with each group of digits of a number that has several.
fn apart<'a>(segment: &'a PeopleSegment, of: &Of<'a>, sought: &'a Sought, rank: Rank) -> io::Result<Set<'a>> {
    let apart: io::Result<Vec<Set<'a>>> =
        sought.apart.iter().map(|alone| term(segment, of, alone, rank)).collect();
    Ok(Set::all(apart?))
}

/// The documents of a term beside those that have it in their name or number.
fn elsewhere<'a>(segment: &'a PeopleSegment, of: &Of<'a>, sought: &'a Sought) -> io::Result<Vec<Set<'a>>> {
    let mut sets = vec![
        text(&segment.detail, of, &sought.term, Fit::Inside)?,
        tags(segment, of, &sought.term)?,
        apart(segment, of, sought, Rank::Elsewhere)?,
    ];
    sets.push(groups(segment, of, &sought.groups)?);
    Ok(sets)
}

/// The documents of some groups. Of a few the lists are walked; where a short word stands in the names of many, whoever has
/// documents already looks at the group of each.
fn groups<'a>(segment: &'a PeopleSegment, of: &Of<'a>, groups: &'a [GroupId]) -> io::Result<Set<'a>> {
    let some = if groups.len() > LISTED_GROUPS_MAX { segment.some_groups(groups) } else { None };
    let Some(some) = some else {
        let facets: Vec<Facet> = groups.iter().map(|group| Facet::Group(*group)).collect();
        return any_facet(&segment.facets, of, &facets);
    };
    if some.having == 0 {
        return Ok(Set::Nothing);
    }
    let (having, prefix) = (some.having, of.prefix.clone());
    let lists = move || {
        let keys = groups.iter().map(|group| prefix.key("", &Facet::Group(*group).token()));
        // Who searches takes a panic for an index that cannot be read.
        any_list(&segment.facets, keys).expect("the lists of an index that is searched can be read")
    };
    Ok(Set::Valued(Valued::new(having, move |doc| some.has(doc), lists, of.budget)))
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
            Ok(Set::all(sets?))
        }
    }
}

fn tags<'a>(segment: &PeopleSegment, of: &Of<'a>, term: &Term) -> io::Result<Set<'a>> {
    if let Term::Phrase(words) = term {
        return segment.tags.phrase(of, words);
    }
    let words = words_of(term);
    let sets: io::Result<Vec<Set<'a>>> = words.iter().map(|word| segment.tags.holding(of, word)).collect();
    Ok(Set::all(sets?))
}

/// The documents with a number that a fragment fits at least so.
fn numbers<'a>(
    segment: &'a PeopleSegment,
    of: &Of<'a>,
    fragment: &'a Fragment,
    fit: Fit,
) -> io::Result<Set<'a>> {
    let longer = segment.numbering.longer(of.workspace).iter();
    let longer = longer.copied().filter(|doc| {
        segment.numbers_of(*doc).any(|number| fragment.fit(&number).is_some_and(|found| found <= fit))
    });
    let longer: Vec<DocId> = longer.collect();
    let mut sets = vec![Set::Gathered(Gathering::of_docs(&[&longer]))];
    for form in fragment.forms() {
        sets.push(match (&form, fit) {
            (_, Fit::Whole) => whole_number(segment, of, &form),
            (Form::Inside(digits), Fit::Inside) => inside(segment, of, digits)?,
            (Form::Inside(_) | Form::Start(_) | Form::NationalStart(_), Fit::Start | Fit::Inside) => {
                begun(segment, of, form)?
            }
        });
    }
    Ok(Set::any(sets))
}

fn whole_number<'a>(segment: &PeopleSegment, of: &Of<'a>, form: &Form) -> Set<'a> {
    let docs = segment.numbering.having(of.workspace, form, Extent::Whole);
    Set::Gathered(Gathering::of_docs(&docs))
}

/// Those whose numbers begin so. Few of them stand in one stretch of the numbers; many are walked in the lists of their
/// runs, and the number confirms: whoever stops after twenty looks at few.
fn begun<'a>(segment: &'a PeopleSegment, of: &Of<'a>, form: Form) -> io::Result<Set<'a>> {
    let (kind, digits, rest) = match &form {
        Form::Inside(digits) | Form::Start(digits) => (kind::START, digits, digits.as_str()),
        Form::NationalStart(digits) => (kind::NATIONAL, digits, digits.get(1..).unwrap_or_default()),
    };
    let Some(first) = digits.get(..NUMBER_START_MAX).filter(|first| first.len() < digits.len()) else {
        return list(&segment.numbers, of, &of.prefix.key(kind, digits));
    };
    let docs = segment.numbering.having(of.workspace, &form, Extent::Begun);
    if docs.iter().map(|docs| docs.len()).sum::<usize>() <= GATHERED_MAX {
        return Ok(Set::Gathered(Gathering::of_docs(&docs)));
    }
    let mut sets = vec![list(&segment.numbers, of, &of.prefix.key(kind, first))?];
    for run in runs(rest) {
        sets.push(list(&segment.numbers, of, &of.prefix.key(kind::GRAM, run))?);
    }
    let begins = move |doc| segment.number.of(doc).any(|number| Decimal::of(number).begins(&form));
    Ok(Set::all(sets).checked(Holds::OfMany, begins, of.budget))
}

/// Those whose numbers have all runs of `digits`, and them side by side.
fn inside<'a>(segment: &'a PeopleSegment, of: &Of<'a>, digits: &str) -> io::Result<Set<'a>> {
    if digits.len() <= GRAM_CHARS_MAX {
        return list(&segment.numbers, of, &of.prefix.key(kind::GRAM, digits));
    }
    let mut sets = Vec::new();
    for run in runs(digits) {
        sets.push(list(&segment.numbers, of, &of.prefix.key(kind::GRAM, run))?);
    }
    let finder = Finder::new(digits).into_owned();
    let holds =
        move |doc| segment.number.of(doc).any(|number| finder.find(Decimal::of(number).digits()).is_some());
    Ok(Set::all(sets).checked(Holds::OfFew, holds, of.budget))
}
