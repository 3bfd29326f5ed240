//! The records of CSV, a bounded piece of the file at a time. A record that is too long is passed over, however
//! long it is: a quote left open makes one of all that follows.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::limits::{FIELDS_MAX, INPUT_BYTES, RECORD_BYTES_MAX};
use super::text::decode;

/// One record, or why it is none that could be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    Fields(Vec<String>),
    TooLong,
    TooManyFields,
}

/// A reader of records. `R` stands behind any byte order mark.
#[derive(Debug)]
pub struct Records<R> {
    input: R,
    reader: Reader,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    fields: Vec<u8>,
    ends: Vec<usize>,
    read: u64,
}

impl<R: Read> Records<R> {
    pub fn new(input: R, delimiter: u8) -> Self {
        Self {
            input,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: vec![0; INPUT_BYTES],
            at: 0,
            filled: 0,
            fields: vec![0; RECORD_BYTES_MAX],
            ends: vec![0; FIELDS_MAX],
            read: 0,
        }
    }

    /// Bytes of the input that are behind.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The line of the file that is read next, from 1.
    pub fn line(&self) -> u64 {
        self.reader.line()
    }

    /// The next record; nothing at the end.
    ///
    /// # Errors
    /// Those of the input.
    pub fn read_record(&mut self) -> io::Result<Option<Record>> {
        let (mut bytes, mut fields) = (0, 0);
        let mut over = None;
        loop {
            if self.at == self.filled {
                self.fill()?;
            }
            let input = &self.buffer[self.at..self.filled];
            let room = (&mut self.fields[bytes..], &mut self.ends[fields..]);
            let (result, taken, written, ended) = self.reader.read_record(input, room.0, room.1);
            self.at += taken;
            self.read += taken as u64;
            bytes += written;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    over = over.or(Some(Record::TooLong));
                    bytes = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    over = over.or(Some(Record::TooManyFields));
                    fields = 0;
                }
                ReadRecordResult::Record => {
                    return Ok(Some(over.unwrap_or_else(|| self.record(bytes, fields))));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.filled = loop {
            match self.input.read(&mut self.buffer) {
                Ok(read) => break read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        Ok(())
    }

    fn record(&self, bytes: usize, fields: usize) -> Record {
        let mut start = 0;
        let ends = self.ends[..fields].iter();
        Record::Fields(
            ends.map(|end| {
                let end = (*end).min(bytes);
                let field = decode(&self.fields[start.min(end)..end]);
                start = end;
                field
            })
            .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<Record> {
        let mut records = Records::new(text, b';');
        let mut found = Vec::new();
        while let Some(record) = records.read_record().expect("it reads from memory") {
            found.push(record);
        }
        assert_eq!(records.bytes_read(), text.len() as u64);
        found
    }

    fn fields(fields: &[&str]) -> Record {
        Record::Fields(fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn records_are_read_as_spreadsheets_write_them() {
        let text = "a;b\r\n\"x;\"\"y\"\"\r\nz\";\r\n\r\n1\n;;;\nend;\"";
        let found = all(text.as_bytes());
        assert_eq!(
            found,
            [
                fields(&["a", "b"]),
                fields(&["x;\"y\"\r\nz", ""]),
                fields(&["1"]),
                fields(&["", "", "", ""]),
                fields(&["end", ""]),
            ]
        );
        assert_eq!(all(b""), []);
        assert_eq!(all(b"\xe9\0;b"), [fields(&["é\0", "b"])]);
    }

    #[test]
    fn a_record_of_any_length_is_passed_over_in_bounded_memory() {
        let long = vec![b'x'; 10_000_000];
        let text = [b"a;b\n1;".as_slice(), &long, b"\nc;d\n"].concat();
        assert_eq!(all(&text), [fields(&["a", "b"]), Record::TooLong, fields(&["c", "d"])]);
        let many = vec![b';'; 10 * FIELDS_MAX];
        let text = [b"a;b\n".as_slice(), &many, b"\nc;d\n"].concat();
        assert_eq!(all(&text), [fields(&["a", "b"]), Record::TooManyFields, fields(&["c", "d"])]);
        let open = [b"a;b\n1;\"".as_slice(), &b"x;y\n".repeat(100_000)].concat();
        assert_eq!(all(&open), [fields(&["a", "b"]), Record::TooLong]);
    }

    #[test]
    fn a_record_may_be_as_long_as_the_bound() {
        let bound = "x".repeat(RECORD_BYTES_MAX - 1);
        assert_eq!(all(format!("{bound};\n").as_bytes()), [fields(&[&bound, ""])]);
    }
}
