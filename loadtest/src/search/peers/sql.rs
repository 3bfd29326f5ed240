//! What both databases hold and are asked: rows of folded texts, newest first by their number, and the rules of
//! matching and order as expressions. Folded words hold letters and digits only, so they need no escaping.

use std::collections::BTreeSet;

use parloir_client::protocol::entity::Status;

use crate::search::question::{Fragment, Qualifier, Question, Term};
use crate::search::reference::TOP;
use crate::search::world::{Document, World};

/// The shortest part that an index of three letters knows.
pub(super) const INDEXED_CHARS_MIN: usize = 3;
/// The level of a term that is not found.
const NOWHERE: u8 = 9;

/// One document as a row. Its number is its place in the order of activity.
pub(super) struct Row {
    pub(super) name: String,
    /// International writings after `+`, national ones after `#`, a space after each.
    pub(super) numbers: String,
    /// Words of each tag, the group and the values, with a bar between them.
    pub(super) labels: String,
    /// Different words of the name.
    pub(super) words: i32,
    pub(super) group: i32,
    pub(super) is_open: bool,
    pub(super) tags: Vec<i32>,
}

impl Row {
    pub(super) fn of(world: &World, document: &Document) -> Self {
        let card = &world.cards[document.card];
        let tags = card.tags.iter().map(|tag| &world.tags[*tag]);
        let group = document.group.map(|group| &world.groups[group]);
        let labels: Vec<&str> =
            tags.chain(group).chain([&card.values]).map(|words| words.0.as_str()).collect();
        let numbers = card.numbers.iter().map(|one| format!("+{} #{} ", one.international, one.national));
        Self {
            name: card.name.0.clone(),
            numbers: numbers.collect(),
            labels: labels.join("|"),
            words: card.name.each().collect::<BTreeSet<_>>().len() as i32,
            group: document.group.map_or(-1, |group| group as i32),
            is_open: document.is_open,
            tags: card.tags.iter().map(|tag| *tag as i32).collect(),
        }
    }
}

/// How a database says things.
pub(super) trait Dialect {
    /// Whether `part` stands in a column.
    fn holds(&self, column: &str, part: &str) -> String;

    /// What narrows the rows by an index, where one can.
    fn indexed(&self, question: &Question) -> Option<String>;

    fn greatest(&self) -> &'static str;

    fn least(&self) -> &'static str;

    /// Whether the row has a tag.
    fn tagged(&self, tag: usize) -> String;
}

/// The numbers of the first rows that match, in order.
pub(super) fn select(dialect: &impl Dialect, question: &Question, number: &str) -> String {
    let mut conditions: Vec<String> = dialect.indexed(question).into_iter().collect();
    conditions.extend(question.qualifiers.iter().map(|qualifier| holds(dialect, qualifier)));
    if conditions.is_empty() {
        conditions.push("true".to_owned());
    }
    format!(
        "SELECT {number} FROM (SELECT {number}, {} AS tier FROM docs WHERE {}) AS found \
         WHERE tier < {NOWHERE} ORDER BY tier, {number} LIMIT {TOP}",
        tier(dialect, question),
        conditions.join(" AND ")
    )
}

fn holds(dialect: &impl Dialect, qualifier: &Qualifier) -> String {
    match qualifier {
        Qualifier::Tag(tag) => dialect.tagged(*tag),
        Qualifier::Group(group) => format!("grp = {group}"),
        Qualifier::Status(Status::Open) => "grp >= 0 AND open".to_owned(),
        Qualifier::Status(Status::Closed) => "grp >= 0 AND NOT open".to_owned(),
    }
}

/// 0 for a whole name or number, then 1 to 4 as the worst term, [`NOWHERE`] when one is not found.
fn tier(dialect: &impl Dialect, question: &Question) -> String {
    let levels: Vec<String> = question.terms.iter().map(|term| level(dialect, term)).collect();
    let worst = among(dialect.greatest(), &levels);
    let words: BTreeSet<&str> = question.terms.iter().flat_map(words).collect();
    let mut whole = format!("words = {}", words.len());
    if let [Term::Number(fragment)] = question.terms.as_slice() {
        whole = format!("{whole} OR {}", whole_number(dialect, fragment));
    }
    format!("CASE {worst} WHEN 1 THEN CASE WHEN {whole} THEN 0 ELSE 1 END ELSE {worst} END")
}

fn among(function: &str, levels: &[String]) -> String {
    match levels {
        [one] => one.clone(),
        all => format!("{function}({})", all.join(", ")),
    }
}

fn words(term: &Term) -> Vec<&str> {
    match term {
        Term::Word(word) => vec![word],
        Term::Phrase(words) => words.iter().map(String::as_str).collect(),
        Term::Number(fragment) => fragment.groups.iter().map(String::as_str).collect(),
    }
}

fn level(dialect: &impl Dialect, term: &Term) -> String {
    match term {
        Term::Word(word) => word_level(dialect, word),
        Term::Phrase(words) => {
            let phrase = format!(" {} ", words.join(" "));
            let (name, labels) = (dialect.holds("name", &phrase), dialect.holds("labels", &phrase));
            format!("CASE WHEN {name} THEN 1 WHEN {labels} THEN 4 ELSE {NOWHERE} END")
        }
        Term::Number(fragment) => {
            let groups = indexed_groups(fragment);
            let number = number_level(dialect, fragment);
            if groups.is_empty() {
                return number;
            }
            let groups: Vec<String> = groups.iter().map(|group| word_level(dialect, group)).collect();
            let text = among(dialect.greatest(), &groups);
            among(dialect.least(), &[number, text])
        }
    }
}

fn word_level(dialect: &impl Dialect, word: &str) -> String {
    let whole = dialect.holds("name", &format!(" {word} "));
    let start = dialect.holds("name", &format!(" {word}"));
    let (inside, elsewhere) = (dialect.holds("name", word), dialect.holds("labels", word));
    format!(
        "CASE WHEN {whole} THEN 1 WHEN {start} THEN 2 WHEN {inside} THEN 3 WHEN {elsewhere} THEN 4 \
         ELSE {NOWHERE} END"
    )
}

fn number_level(dialect: &impl Dialect, fragment: &Fragment) -> String {
    let whole = whole_number(dialect, fragment);
    let start = any(dialect, &starts(fragment));
    let inside = if fragment.has_plus || fragment.digits.len() < INDEXED_CHARS_MIN {
        String::new()
    } else {
        format!(" WHEN {} THEN 3", dialect.holds("numbers", &fragment.digits))
    };
    format!("CASE WHEN {whole} THEN 1 WHEN {start} THEN 2{inside} ELSE {NOWHERE} END")
}

fn whole_number(dialect: &impl Dialect, fragment: &Fragment) -> String {
    any(dialect, &starts(fragment).iter().map(|start| format!("{start} ")).collect::<Vec<_>>())
}

fn any(dialect: &impl Dialect, parts: &[String]) -> String {
    let held: Vec<String> = parts.iter().map(|part| dialect.holds("numbers", part)).collect();
    held.join(" OR ")
}

/// How a number may begin with a fragment, with the mark of its writing.
fn starts(fragment: &Fragment) -> Vec<String> {
    let digits = &fragment.digits;
    let mut starts = vec![format!("+{digits}")];
    if !fragment.has_plus {
        starts.extend(digits.strip_prefix("00").map(|rest| format!("+{rest}")));
        starts.extend(digits.starts_with('0').then(|| format!("#{digits}")));
    }
    starts
}

/// The groups of a fragment, where an index knows all of them. Shorter ones are looked for in numbers only, as
/// every row would have to be read for them; one that stands alone is.
pub(super) fn indexed_groups(fragment: &Fragment) -> &[String] {
    let known = fragment.groups.iter().all(|group| group.len() >= INDEXED_CHARS_MIN);
    if known || fragment.groups.len() == 1 { &fragment.groups } else { &[] }
}

/// Parts of a number of which a row that matches has one: its digits without a prefix, or all groups.
pub(super) fn number_parts(fragment: &Fragment) -> [Vec<&str>; 2] {
    let digits = fragment.digits.strip_prefix("00").unwrap_or(&fragment.digits);
    [vec![digits], indexed_groups(fragment).iter().map(String::as_str).collect()]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The questions that an index of three letters answers as the oracle does: groups of digits that are too short for
    /// it are looked for in numbers only.
    pub(in super::super) fn answerable(mut questions: Vec<Question>) -> Vec<Question> {
        let is_left_out =
            |term: &Term| matches!(term, Term::Number(digits) if indexed_groups(digits).is_empty());
        questions.retain(|question| !question.terms.iter().any(is_left_out));
        questions
    }
}
