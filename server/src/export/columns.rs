//! Contacts as CSV: a column for each property that somebody has, up to a bound, and the rest of them in one cell.
//! Every row holds all of its contact, whatever was saved since the columns were chosen.

use std::collections::BTreeSet;

use super::{Person, ids, numbers};
use crate::import::own::{ADDRESSES, CONTACT, PROPERTIES, PROPERTY_PREFIX};
use crate::spreadsheet::several::joined;
use crate::spreadsheet::{BOM, guarded, write_line};

/// Properties with a column of their own: with the others they are fewer than an import reads.
const COLUMNS_MAX: usize = 1_000;

/// Bytes of their names: the header stays within what an import looks at to find its delimiter.
const NAMES_BYTES_MAX: usize = 48 * 1024;

/// Which properties have a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    keys: BTreeSet<String>,
    bytes: usize,
}

impl Columns {
    /// Gives the properties of a contact their columns, as far as there is room.
    pub fn add<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        for key in keys {
            let is_full = self.keys.len() == COLUMNS_MAX || self.bytes + key.len() > NAMES_BYTES_MAX;
            if !is_full && !self.keys.contains(key) {
                self.keys.insert(key.to_owned());
                self.bytes += key.len();
            }
        }
    }

    /// The first line, with the mark by which spreadsheets know the encoding.
    pub fn write_header(&self, delimiter: char, text: &mut String) {
        text.push_str(BOM);
        let properties = self.keys.iter().map(|key| format!("{PROPERTY_PREFIX}{key}"));
        let first = ["name", "phone", "tags"].map(str::to_owned);
        let last = [PROPERTIES, ADDRESSES, CONTACT].map(str::to_owned);
        let cells: Vec<String> = first.into_iter().chain(properties).chain(last).collect();
        write_line(cells.iter().map(String::as_str), delimiter, text);
    }

    /// One contact as one row.
    pub fn write_row(&self, Person { id, card }: &Person, delimiter: char, text: &mut String) {
        let own =
            self.keys.iter().map(|key| card.properties.get(key).map(String::as_str).unwrap_or_default());
        let others = card.properties.iter().filter(|(key, _)| !self.keys.contains(*key));
        let others = joined(others.flat_map(|(key, value)| [key.as_str(), value.as_str()]));
        let first = [&card.name, &joined(numbers(card)), &joined(card.tags.iter().map(String::as_str))]
            .map(|cell| guarded(cell));
        let last = [
            guarded(&others),
            guarded(&joined(ids(card).flat_map(|(kind, value)| [kind, value]))),
            id.to_string(),
        ];
        let cells: Vec<String> = first.into_iter().chain(own.map(guarded)).chain(last).collect();
        write_line(cells.iter().map(String::as_str), delimiter, text);
    }
}
