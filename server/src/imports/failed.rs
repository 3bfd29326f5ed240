//! The file of rows that failed: the reason before the row as it was, so that it can be put right and imported itself.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use super::place::Place;
use crate::import::own::ERROR_COLUMNS;
use crate::import::row::Fault;
use crate::spreadsheet::{BOM, guarded, write_line};

/// So many bytes of them are no file that somebody puts right.
const BYTES_MAX: u64 = 64 << 20;

/// Rows that failed, in the order of the file they came from.
pub(super) struct Failed {
    file: Option<File>,
    header: Vec<String>,
    delimiter: char,
    bytes: u64,
    /// What is not written yet.
    text: String,
}

impl Failed {
    /// Goes on behind the first `bytes`, which hold the rows that are settled.
    pub(super) fn from(bytes: u64, header: Vec<String>, delimiter: u8) -> Self {
        Self { file: None, header, delimiter: char::from(delimiter), bytes, text: String::new() }
    }

    pub(super) fn add(&mut self, number: u64, fault: &Fault, fields: &[String]) {
        if self.bytes == 0 && self.text.is_empty() {
            self.text.push_str(BOM);
            let header = ERROR_COLUMNS.into_iter().chain(self.header.iter().map(String::as_str));
            add_line(header, self.delimiter, &mut self.text);
        }
        let number = number.to_string();
        let missing = self.header.len().saturating_sub(fields.len());
        let fields = fields.iter().map(String::as_str).chain(std::iter::repeat_n("", missing));
        let line = [number.as_str(), &fault.code, &fault.message].into_iter().chain(fields);
        add_line(line, self.delimiter, &mut self.text);
    }

    /// Whether no further row should be added.
    pub(super) fn is_full(&self) -> bool {
        self.bytes + self.text.len() as u64 > BYTES_MAX
    }

    /// Puts everything on the disk; how long the file is then.
    pub(super) fn keep(&mut self, place: &Place) -> io::Result<u64> {
        if self.text.is_empty() {
            return Ok(self.bytes);
        }
        let file = match self.file.take() {
            Some(file) => file,
            None => place.failed_from(self.bytes)?,
        };
        file.write_all_at(self.text.as_bytes(), self.bytes)?;
        file.sync_data()?;
        self.bytes += self.text.len() as u64;
        self.text.clear();
        self.file = Some(file);
        Ok(self.bytes)
    }
}

fn add_line<'a>(cells: impl Iterator<Item = &'a str>, delimiter: char, text: &mut String) {
    let cells: Vec<String> = cells.map(guarded).collect();
    write_line(cells.iter().map(String::as_str), delimiter, text);
}
