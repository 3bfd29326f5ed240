//! SQLite with an FTS5 index of trigrams, in a file of its own with a large cache. Terms of three letters and more
//! are looked up, shorter ones are looked for in every row.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};

use super::sql::{Dialect, INDEXED_CHARS_MIN, Row, number_parts, select};
use super::{Measured, Rival, timed};
use crate::folder::Folder;
use crate::search::copies::folder_bytes;
use crate::search::question::{Question, Term};
use crate::search::world::World;

const SCHEMA: &str = "
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -1048576;
PRAGMA mmap_size = 8589934592;
CREATE VIRTUAL TABLE docs USING fts5(
    name, numbers, labels, words UNINDEXED, grp UNINDEXED, open UNINDEXED, tags UNINDEXED,
    tokenize = 'trigram case_sensitive 1'
);";
const INSERT: &str = "INSERT INTO docs (rowid, name, numbers, labels, words, grp, open, tags)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(super) fn measure(world: &World, questions: &[Question]) -> anyhow::Result<Measured> {
    let folder = Folder::new(None, "fts5")?;
    let began = Instant::now();
    let mut connection = fill(&folder.path().join("docs.sqlite"), world)?;
    let mut measured =
        Measured { built: began.elapsed(), bytes: folder_bytes(folder.path())?, ..Measured::default() };
    for question in questions {
        let (took, places) = timed(|| search(&mut connection, question));
        measured.take(Rival::Fts5, world, question, took, &places?);
    }
    Ok(measured)
}

fn fill(file: &Path, world: &World) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch(SCHEMA)?;
    let filling = connection.transaction()?;
    let mut insert = filling.prepare(INSERT)?;
    for (place, document) in world.documents.iter().enumerate() {
        let row = Row::of(world, document);
        let tags: String = row.tags.iter().map(|tag| format!(" {tag} ")).collect();
        let place = place as i64;
        insert.execute(params![
            place,
            row.name,
            row.numbers,
            row.labels,
            row.words,
            row.group,
            row.is_open,
            tags
        ])?;
    }
    drop(insert);
    filling.commit()?;
    connection.execute_batch("INSERT INTO docs (docs) VALUES ('optimize')")?;
    Ok(connection)
}

fn search(connection: &mut Connection, question: &Question) -> rusqlite::Result<Vec<usize>> {
    let mut asked = connection.prepare(&select(&Sqlite, question, "rowid"))?;
    let places = asked.query_map([], |row| row.get::<_, i64>(0).map(|place| place as usize))?;
    places.collect()
}

struct Sqlite;

impl Dialect for Sqlite {
    fn holds(&self, column: &str, part: &str) -> String {
        format!("instr({column}, '{part}') > 0")
    }

    fn indexed(&self, question: &Question) -> Option<String> {
        let terms: Vec<String> = question.terms.iter().filter_map(matched).collect();
        (!terms.is_empty()).then(|| format!("docs MATCH '{}'", terms.join(" AND ")))
    }

    fn greatest(&self) -> &'static str {
        "max"
    }

    fn least(&self) -> &'static str {
        "min"
    }

    fn tagged(&self, tag: usize) -> String {
        self.holds("tags", &format!(" {tag} "))
    }
}

/// What the index is asked for a term.
fn matched(term: &Term) -> Option<String> {
    let quoted = |parts: &[&str]| {
        let known = parts.iter().all(|part| part.chars().count() >= INDEXED_CHARS_MIN) && !parts.is_empty();
        let parts: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
        known.then(|| format!("({})", parts.join(" AND ")))
    };
    match term {
        Term::Word(word) => quoted(&[word]),
        Term::Phrase(words) => quoted(&[&format!(" {} ", words.join(" "))]),
        Term::Number(fragment) => {
            let [digits, groups] = number_parts(fragment);
            let digits = quoted(&digits)?;
            Some(quoted(&groups).map_or(digits.clone(), |groups| format!("({digits} OR {groups})")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sql::tests::answerable;
    use super::*;
    use crate::search::people::People;
    use crate::search::queries::Drawer;
    use crate::search::queries::tests::world;

    #[test]
    fn sqlite_finds_what_the_oracle_finds() {
        let world = world(&People::new(13, 500));
        let questions = answerable(Drawer::new(&world, 13, 1).draw(450));
        let measured = measure(&world, &questions).expect("SQLite is built in");
        assert!(questions.len() > 400, "{} of 450 can be asked", questions.len());
        assert_eq!(measured.different, 0, "of {}", questions.len());
    }
}
