//! The scan: all names, numbers and values as folded strings in memory, newest first, searched with `memmem`. It
//! passes over them once for each rank and stops when a page is full; it keeps no index.

use std::time::Instant;

use memchr::memmem::Finder;
use parloir_client::protocol::entity::Rank;

use super::{Measured, Rival, TOP, timed};
use crate::search::question::{Question, Term};
use crate::search::reference::Matcher;
use crate::search::world::{Words, World};

pub(super) fn measure(world: &World, questions: &[Question]) -> Measured {
    let began = Instant::now();
    let scan = Scan::new(world);
    let mut measured = Measured { built: began.elapsed(), bytes: Some(scan.bytes()), ..Measured::default() };
    for question in questions {
        let (took, places) = timed(|| scan.search(question));
        measured.take(Rival::Scan, world, question, took, &places);
    }
    measured
}

/// One field of every document in one string.
#[derive(Default)]
struct Column {
    text: Vec<u8>,
    ends: Vec<usize>,
}

struct Scan<'a> {
    world: &'a World,
    names: Column,
    numbers: Column,
    values: Column,
}

impl Column {
    fn push(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
        self.text.push(b'\n');
        self.ends.push(self.text.len());
    }

    /// The documents that hold `pattern`, the newest first.
    fn holding<'a>(&'a self, pattern: &str) -> impl Iterator<Item = usize> + use<'a> {
        let finder = Finder::new(pattern.as_bytes()).into_owned();
        let (mut from, mut document) = (0, 0);
        std::iter::from_fn(move || {
            let at = from + finder.find(self.text.get(from..)?)?;
            document += self.ends[document..].partition_point(|end| *end <= at);
            from = self.ends[document];
            Some(document)
        })
    }
}

impl<'a> Scan<'a> {
    fn new(world: &'a World) -> Self {
        let mut scan =
            Self { world, names: Column::default(), numbers: Column::default(), values: Column::default() };
        for document in &world.documents {
            let card = &world.cards[document.card];
            scan.names.push(&card.name.0);
            scan.values.push(&card.values.0);
            let numbers: String =
                card.numbers.iter().map(|one| format!("#{} #{} ", one.international, one.national)).collect();
            scan.numbers.push(&numbers);
        }
        scan
    }

    fn bytes(&self) -> u64 {
        let columns = [&self.names, &self.numbers, &self.values];
        columns.map(|column| (column.text.len() + size_of_val(column.ends.as_slice())) as u64).iter().sum()
    }

    fn search(&self, question: &Question) -> Vec<usize> {
        let matcher = Matcher::new(self.world, question);
        let Some(term) = question.terms.iter().max_by_key(|term| length(term)) else { return Vec::new() };
        let mut found: Vec<(Rank, usize)> = Vec::new();
        for pass in [Rank::Word, Rank::Start, Rank::Inside, Rank::Elsewhere] {
            let mut seen = 0;
            for place in self.candidates(term, pass) {
                let Some(rank) = matcher.rank(&self.world.documents[place]) else { continue };
                if rank == pass || rank == Rank::Whole && pass == Rank::Word {
                    found.push((rank, place));
                    // A whole name may still come among the last ones.
                    seen += usize::from(rank == Rank::Whole || pass != Rank::Word);
                    if seen == TOP {
                        break;
                    }
                }
            }
            if found.len() >= TOP {
                break;
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, place)| place).take(TOP).collect()
    }

    /// Documents that hold `term` well enough for `pass`, the newest first; some may not hold it after all.
    fn candidates<'s>(&'s self, term: &Term, pass: Rank) -> Box<dyn Iterator<Item = usize> + 's> {
        match (pass, term) {
            (Rank::Whole | Rank::Word, Term::Word(word)) => {
                Box::new(self.names.holding(&format!(" {word} ")))
            }
            (Rank::Start, Term::Word(word)) => Box::new(self.names.holding(&format!(" {word}"))),
            (Rank::Inside, Term::Word(word)) => Box::new(self.names.holding(word)),
            (Rank::Elsewhere, Term::Word(word)) => Box::new(self.anywhere(word)),
            (Rank::Elsewhere, Term::Phrase(words)) => Box::new(self.anywhere(&words.join(" "))),
            (Rank::Whole | Rank::Word | Rank::Start | Rank::Inside, Term::Phrase(words)) => {
                Box::new(self.names.holding(&format!(" {} ", words.join(" "))))
            }
            (
                Rank::Whole | Rank::Word | Rank::Start | Rank::Inside | Rank::Elsewhere,
                Term::Number(fragment),
            ) => {
                let group = fragment.groups.iter().max_by_key(|group| group.len());
                let group = group.map_or("", String::as_str);
                let mark = if pass < Rank::Inside { "#" } else { "" };
                let written = |digits: &str| format!("{mark}{}", without_noughts(digits));
                let numbers = self.numbers.holding(&written(&fragment.digits));
                // A group of digits may be of a number of its own.
                let numbers = union(numbers, self.numbers.holding(&written(group)));
                match pass {
                    Rank::Elsewhere => Box::new(union(numbers, self.anywhere(group))),
                    Rank::Whole | Rank::Word | Rank::Start | Rank::Inside => {
                        Box::new(union(numbers, self.names.holding(group)))
                    }
                }
            }
        }
    }

    /// Documents with `part` in their name, values, tags or group.
    fn anywhere<'s>(&'s self, part: &str) -> impl Iterator<Item = usize> + use<'s> {
        let holding =
            |labels: &[Words]| -> Vec<bool> { labels.iter().map(|label| label.0.contains(part)).collect() };
        let (tags, groups) = (holding(&self.world.tags), holding(&self.world.groups));
        let is_a_label = tags.iter().chain(&groups).any(|holds| *holds);
        let documents = if is_a_label { self.world.documents.as_slice() } else { &[] };
        let labelled = documents.iter().enumerate().filter(move |(_, document)| {
            document.group.is_some_and(|group| groups[group])
                || self.world.cards[document.card].tags.iter().any(|tag| tags[*tag])
        });
        let written = union(self.names.holding(part), self.values.holding(part));
        union(written, labelled.map(|(place, _)| place))
    }
}

/// The places of both, each once, in order.
fn union(
    one: impl Iterator<Item = usize>,
    other: impl Iterator<Item = usize>,
) -> impl Iterator<Item = usize> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || match (one.peek().copied(), other.peek().copied()) {
        (Some(first), Some(second)) if first == second => {
            other.next();
            one.next()
        }
        (Some(first), Some(second)) if second < first => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    })
}

fn without_noughts(digits: &str) -> &str {
    digits.strip_prefix("00").filter(|rest| !rest.is_empty()).unwrap_or(digits)
}

fn length(term: &Term) -> usize {
    match term {
        Term::Word(word) => word.len(),
        Term::Phrase(words) => words.iter().map(String::len).sum(),
        Term::Number(fragment) => fragment.digits.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::people::People;
    use crate::search::queries::Drawer;
    use crate::search::queries::tests::world;
    use crate::search::reference::{Scope, documents};

    #[test]
    fn a_scan_finds_what_the_oracle_finds() {
        let world = world(&People::new(12, 700));
        let scan = Scan::new(&world);
        for question in Drawer::new(&world, 12, 1).draw(1_800) {
            let found = scan.search(&question).into_iter().map(|place| world.documents[place].id);
            let wanted = documents(&world, &question, &Scope::All).top;
            assert!(found.eq(wanted.into_iter().map(|(_, id)| id)), "{question:?}");
        }
    }
}
