//! How a file will be read: what its columns mean, and its first rows as they would be saved. It saves nothing.

use std::io::Read;

use parloir_protocol::command::contact::Save;
use serde::Serialize;

use super::journal::Told;
use crate::import::book::{Book, BookError};
use crate::import::columns::ColumnsError;
use crate::import::kind::Kind;
use crate::import::row::{Content, Row};

/// Rows that are shown.
const ROWS: usize = 5;

/// Characters of a cell that are shown.
const CELL_CHARS_MAX: usize = 200;

/// A file as whoever imports it is shown it.
#[derive(Debug, Serialize)]
pub struct Preview {
    kind: Kind,
    /// Of CSV.
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<char>,
    columns: Vec<Column>,
    rows: Vec<Shown>,
    /// Why nobody could be saved as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: String,
    /// As the command line calls it: name, first, last, phone, tag, skip or prop:key.
    meaning: String,
}

#[derive(Debug, Serialize)]
struct Shown {
    /// As people count: a header is row 1.
    number: u64,
    cells: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<Person>,
    /// Why it cannot be imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

#[derive(Debug, Serialize)]
struct Person {
    name: String,
    numbers: Vec<String>,
    tags: Vec<String>,
    properties: Vec<(String, String)>,
}

/// Why a file has no preview: a word for programs.
pub fn word_of(error: &BookError) -> &'static str {
    match error {
        BookError::Input(_) => "unreadable",
        BookError::Utf16 => "utf16",
        BookError::Empty => "empty",
        BookError::Header => "header",
        BookError::Columns(_) => "columns",
        BookError::NoColumns => "cards",
    }
}

impl Preview {
    /// Reads how a file begins.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn of(input: impl Read, told: &Told, name: &str) -> Result<Self, BookError> {
        let mut reading = told.reading(name).map_err(std::io::Error::other)?;
        // What was told is shown, whether or not it is enough; so is what was not.
        reading.meanings.get_or_insert_default();
        let mut book = Book::open(input, &reading)?;
        let columns: Vec<Column> = match book.columns() {
            Some(columns) => columns.each().map(|(name, meaning)| column(name, meaning.word())).collect(),
            None => book.header().iter().map(|name| column(name, name.clone())).collect(),
        };
        let problem = book.columns().and_then(|columns| columns.check().err()).map(|error| match error {
            ColumnsError::NoPerson { .. } | ColumnsError::Unknown { .. } => "no_person",
            ColumnsError::KeyTooLong { .. } => "key_too_long",
        });
        let mut rows = Vec::new();
        while rows.len() < ROWS
            && let Some(row) = book.read_row()?
        {
            rows.push(shown(row));
        }
        let delimiter = (book.kind() == Kind::Csv).then(|| char::from(book.delimiter()));
        Ok(Self { kind: book.kind(), delimiter, columns, rows, problem })
    }

    /// Why nobody could be saved as it is.
    pub fn problem(&self) -> Option<&'static str> {
        self.problem
    }
}

fn column(name: &str, meaning: String) -> Column {
    Column { name: short(name), meaning }
}

fn shown(row: Row) -> Shown {
    let (person, code) = match row.content {
        Content::Person(save) => (Some(person(*save)), None),
        Content::Fault(fault) => (None, Some(fault.code)),
        Content::Blank => (None, None),
    };
    Shown { number: row.number, cells: row.fields.iter().map(|cell| short(cell)).collect(), person, code }
}

fn person(save: Save) -> Person {
    let properties = save.properties.unwrap_or_default().into_iter();
    Person {
        name: save.name.unwrap_or_default(),
        numbers: save.add_addresses.unwrap_or_default().into_iter().map(|address| address.value).collect(),
        tags: save.add_tags.unwrap_or_default(),
        properties: properties.filter_map(|(key, value)| Some((key, short(&value?)))).collect(),
    }
}

fn short(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(text: &str, told: &Told) -> serde_json::Value {
        let preview = Preview::of(text.as_bytes(), told, "a.csv").expect("a book");
        serde_json::to_value(preview).expect("JSON")
    }

    #[test]
    fn what_columns_seem_to_mean_can_be_told_otherwise() {
        let text = "Nom;Ligne;Ville\n'=Ana;06;Lyon\n;;x\n";
        let seen = preview(text, &Told::default());
        let meanings: Vec<&str> = seen["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .filter_map(|one| one["meaning"].as_str())
            .collect();
        assert_eq!((meanings, &seen["delimiter"]), (vec!["name", "prop:Ligne", "prop:Ville"], &";".into()));
        assert_eq!(seen["rows"][0]["cells"][0], "=Ana");
        assert_eq!(seen["rows"][1]["code"], "no_name_or_number");
        let columns = Some(["name", "phone", "skip"].map(str::to_owned).to_vec());
        let seen = preview(text, &Told { columns, delimiter: None });
        assert_eq!(seen["rows"][0]["person"]["numbers"][0], "06");
        assert_eq!(seen["rows"][0]["person"]["properties"].as_array().map(Vec::len), Some(0));
        let columns = Some(["skip", "skip", "skip"].map(str::to_owned).to_vec());
        assert_eq!(preview(text, &Told { columns, delimiter: None })["problem"], "no_person");
        let seen = preview(text, &Told { columns: None, delimiter: Some(',') });
        assert_eq!(seen["columns"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let columns = Some(vec!["who".to_owned()]);
        assert!(Told { columns, delimiter: None }.reading("a.csv").is_err());
        assert!(Told { columns: None, delimiter: Some('é') }.reading("a.csv").is_err());
        assert!(Preview::of(b"\xff\xfea".as_slice(), &Told::default(), "a.csv").is_err());
    }
}
