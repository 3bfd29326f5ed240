//! An address book as rows, whatever its format.

use std::io::{self, Chain, Cursor, Read};

use thiserror::Error;

use super::card;
use super::cards::{Cards, Piece};
use super::columns::{Columns, ColumnsError, Mapping, Meaning};
use super::draft::Draft;
use super::kind::{Head, Kind};
use super::limits::{CARD_BYTES_MAX, FIELDS_MAX, HEAD_BYTES, RECORD_BYTES_MAX};
use super::records::{Record, Records};
use super::row::{Content, Fault, Row};
use crate::spreadsheet::unguarded;

/// How a file is to be read; what is not said is told from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub kind: Option<Kind>,
    pub delimiter: Option<u8>,
    /// How the file's name ends.
    pub extension: Option<String>,
    pub mappings: Vec<Mapping>,
    /// What each column of CSV is, in their order: told by somebody who saw them, whether or not it is enough.
    pub meanings: Option<Vec<Meaning>>,
}

/// Why a file cannot be read at all.
#[derive(Debug, Error)]
pub enum BookError {
    #[error(transparent)]
    Input(#[from] io::Error),
    #[error("this is UTF-16: save it as CSV in UTF-8")]
    Utf16,
    #[error("there is nothing in it, not even a header")]
    Empty,
    #[error("its first line is no header: it has over {RECORD_BYTES_MAX} bytes or {FIELDS_MAX} fields")]
    Header,
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    #[error("columns are of CSV: --map and --delimiter mean nothing for cards")]
    NoColumns,
}

type Input<R> = Chain<Cursor<Vec<u8>>, R>;

/// An open address book.
#[derive(Debug)]
pub struct Book<R> {
    rows: Rows<R>,
    place: u64,
    /// Bytes before what is read as rows.
    skipped: u64,
}

#[derive(Debug)]
enum Rows<R> {
    Csv { records: Box<Records<Input<R>>>, columns: Columns, delimiter: u8 },
    VCard(Cards<Input<R>>),
}

impl<R: Read> Book<R> {
    /// Reads how the file begins.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn open(mut input: R, reading: &Reading) -> Result<Self, BookError> {
        let mut begins = Vec::new();
        input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut begins)?;
        let head = Head::of(&begins, reading.extension.as_deref());
        if head.utf16 {
            return Err(BookError::Utf16);
        }
        begins.drain(..head.skipped);
        let input = Cursor::new(begins).chain(input);
        let rows = match reading.kind.unwrap_or(head.kind) {
            Kind::Csv => csv(input, reading.delimiter.unwrap_or(head.delimiter), reading)?,
            Kind::VCard if reading.delimiter.is_some() || !reading.mappings.is_empty() => {
                return Err(BookError::NoColumns);
            }
            Kind::VCard => Rows::VCard(Cards::new(input)),
        };
        Ok(Self { rows, place: 0, skipped: head.skipped as u64 })
    }

    pub fn kind(&self) -> Kind {
        match self.rows {
            Rows::Csv { .. } => Kind::Csv,
            Rows::VCard(_) => Kind::VCard,
        }
    }

    /// What the fields of a row are called.
    pub fn header(&self) -> Vec<String> {
        match &self.rows {
            Rows::Csv { columns, .. } => columns.header().to_vec(),
            Rows::VCard(_) => card::COLUMNS.map(str::to_owned).to_vec(),
        }
    }

    /// What the columns mean; of CSV only.
    pub fn columns(&self) -> Option<&Columns> {
        match &self.rows {
            Rows::Csv { columns, .. } => Some(columns),
            Rows::VCard(_) => None,
        }
    }

    /// What the file is, in words.
    pub fn meaning_of_file(&self) -> String {
        match &self.rows {
            Rows::Csv { delimiter, .. } => match delimiter {
                b'\t' => "CSV with tabs".to_owned(),
                delimiter => format!("CSV with '{}'", char::from(*delimiter)),
            },
            Rows::VCard(_) => "vCard".to_owned(),
        }
    }

    /// What makes a row mean what it does, in words: the same words, the same commands.
    pub fn meaning(&self) -> String {
        let columns = self.columns().into_iter().flat_map(Columns::each);
        let columns = columns.map(|(name, meaning)| format!("; {name} is {meaning}"));
        format!("{}{}", self.meaning_of_file(), columns.collect::<String>())
    }

    /// What stands between two fields, also in files written beside this one.
    pub fn delimiter(&self) -> u8 {
        match self.rows {
            Rows::Csv { delimiter, .. } => delimiter,
            Rows::VCard(_) => b',',
        }
    }

    /// Bytes of the file that are behind.
    pub fn bytes_read(&self) -> u64 {
        let read = match &self.rows {
            Rows::Csv { records, .. } => records.bytes_read(),
            Rows::VCard(cards) => cards.bytes_read(),
        };
        self.skipped + read
    }

    /// The next row; nothing at the end.
    ///
    /// # Errors
    /// Those of the input.
    pub fn read_row(&mut self) -> io::Result<Option<Row>> {
        let place = self.place + 1;
        let row = match &mut self.rows {
            Rows::Csv { records, columns, .. } => {
                let line = records.line();
                let record = records.read_record()?;
                record.map(|record| {
                    let number = place + 1;
                    let lines = (line, records.line());
                    let (fields, content) = person(record, columns, lines);
                    Row { place, number, fields, content }
                })
            }
            Rows::VCard(cards) => cards.read_card()?.map(|piece| {
                let (fields, content) = card_of(piece);
                Row { place, number: place, fields, content }
            }),
        };
        self.place += u64::from(row.is_some());
        Ok(row)
    }
}

fn csv<R: Read>(input: Input<R>, delimiter: u8, reading: &Reading) -> Result<Rows<R>, BookError> {
    let mut records = Box::new(Records::new(input, delimiter));
    let columns = match records.read_record()? {
        None => return Err(BookError::Empty),
        Some(Record::TooLong | Record::TooManyFields) => return Err(BookError::Header),
        Some(Record::Fields(header)) => match &reading.meanings {
            Some(meanings) => Columns::guessed(&freed(header)).with(meanings),
            None => Columns::of(&freed(header), &reading.mappings)?,
        },
    };
    Ok(Rows::Csv { records, columns, delimiter })
}

fn person(record: Record, columns: &Columns, (first, last): (u64, u64)) -> (Vec<String>, Content) {
    let fault = |code: &str, message: String| Content::Fault(Fault::new(code, message));
    match record {
        Record::Fields(fields) => {
            let fields = freed(fields);
            let room = columns.header().len();
            let content = if fields.iter().skip(room).any(|field| !field.trim().is_empty()) {
                let found = fields.len();
                let message =
                    format!("{found} fields under a header of {room}: put quotes around one of them");
                fault("too_many_fields", message)
            } else {
                columns.draft(&fields).map_or_else(Content::Fault, Draft::content)
            };
            (fields, content)
        }
        Record::TooLong => {
            let message = format!(
                "from line {first} to {last} it has over {RECORD_BYTES_MAX} bytes: is a quote left open?"
            );
            (Vec::new(), fault("row_too_long", message))
        }
        Record::TooManyFields => {
            let message = format!("it has over {FIELDS_MAX} fields: is it of this file?");
            (Vec::new(), fault("too_many_fields", message))
        }
    }
}

/// Cells as they were before they were written so that no spreadsheet runs them.
fn freed(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().map(|cell| unguarded(&cell).to_owned()).collect()
}

fn card_of(piece: Piece) -> (Vec<String>, Content) {
    let fault = |code: &str, message: String| (Vec::new(), Content::Fault(Fault::new(code, message)));
    match piece {
        Piece::Card(text) => match card::draft(&text) {
            Ok(draft) => (card::fields(&draft), draft.content()),
            Err(error) => (Vec::new(), Content::Fault(error)),
        },
        Piece::TooLong => {
            fault("card_too_long", format!("it has over {CARD_BYTES_MAX} bytes beside its pictures"))
        }
        Piece::Unterminated => {
            fault("card_unterminated", "the file goes on or ends before END:VCARD".to_owned())
        }
    }
}
