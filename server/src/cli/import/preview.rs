//! `parloir import --dry-run`: what the columns mean, and the first rows as they would be saved.

use std::fmt::Write as _;
use std::io::{Read, Write as _};

use parloir_client::protocol::command::contact::Save;

use crate::cli::terminal::{cell, plain};
use crate::import::book::Book;
use crate::import::row::{Content, Row};

/// Rows that are shown.
const ROWS: usize = 5;

/// Columns of a terminal for what something is called.
const NAME: usize = 24;

pub(super) fn show<R: Read>(file: &str, mut book: Book<R>) -> anyhow::Result<()> {
    let mut text = format!("{file}: {}\n", book.meaning_of_file());
    if let Some(columns) = book.columns() {
        text.push('\n');
        for (name, meaning) in columns.each() {
            writeln!(text, "  {} {}", cell(name, NAME), plain(&meaning.to_string()))?;
        }
    }
    for _ in 0..ROWS {
        let Some(row) = book.read_row()? else { break };
        text.push_str(&shown(&row));
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn shown(row: &Row) -> String {
    let number = row.number;
    match &row.content {
        Content::Blank => format!("\nrow {number}: blank\n"),
        Content::Fault(fault) => format!("\nrow {number}: {}: {}\n", fault.code, plain(&fault.message)),
        Content::Person(save) => {
            let lines = lines(save).into_iter();
            let lines = lines.map(|(name, value)| format!("  {} {}\n", cell(&name, NAME), plain(&value)));
            format!("\nrow {number}\n{}", lines.collect::<String>())
        }
    }
}

fn lines(save: &Save) -> Vec<(String, String)> {
    let name = save.name.iter().map(|name| ("name".to_owned(), name.clone()));
    let numbers = save.add_addresses.iter().flatten();
    let numbers = numbers.map(|address| ("phone".to_owned(), address.value.clone()));
    let tags = save.add_tags.iter().map(|tags| ("tags".to_owned(), tags.join(", ")));
    let properties = save.properties.iter().flatten();
    let properties = properties.filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
    name.chain(numbers).chain(tags).chain(properties).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::book::Reading;

    #[test]
    fn a_row_is_shown_as_it_would_be_saved() {
        let csv = "name,phone,mobile,tags,city\nAna\u{1b}[2J,06,07,vip|b,Lyon\n,,,,x\n,,,,\n";
        let mut book = Book::open(csv.as_bytes(), &Reading::default()).expect("a book");
        let mut next = || shown(&book.read_row().expect("it reads").expect("a row"));
        let gap = |name: &str| format!("  {name:NAME$} ");
        let expected = [
            "\nrow 2\n".to_owned(),
            format!("{}Ana[2J\n{}06\n{}07\n", gap("name"), gap("phone"), gap("phone")),
            format!("{}vip, b\n{}Lyon\n", gap("tags"), gap("city")),
        ];
        assert_eq!(next(), expected.concat());
        assert!(next().starts_with("\nrow 3: no_name_or_number: "));
        assert_eq!(next(), "\nrow 4: blank\n");
    }
}
