//! The file of rows that failed: CSV with the reason before the row as it was, so that it can be put right and
//! imported itself. It never writes into a file that is not of its kind.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::import::own::ERROR_COLUMNS;
use crate::import::row::Fault;
use crate::private_file;
use crate::spreadsheet::{BOM, guarded, write_line};

/// Rows that failed, in the order of the file they came from.
pub(super) struct Errors {
    path: PathBuf,
    header: Vec<String>,
    delimiter: u8,
    file: Option<BufWriter<File>>,
    bytes: u64,
}

impl Errors {
    /// Nothing is written before the first row fails.
    pub(super) fn new(path: &Path, header: Vec<String>, delimiter: u8) -> Self {
        Self { path: path.to_owned(), header, delimiter, file: None, bytes: 0 }
    }

    /// Refuses to write where something stands already.
    pub(super) fn check_free(&self) -> anyhow::Result<()> {
        let shown = self.path.display();
        ensure!(
            self.path.metadata().map_or(0, |metadata| metadata.len()) == 0,
            "{shown} exists: move it away, name another with --errors, or begin anew with --restart"
        );
        Ok(())
    }

    /// Goes on behind the first `bytes`, which hold the rows that are settled.
    pub(super) fn go_on(&mut self, bytes: u64) -> anyhow::Result<()> {
        let shown = self.path.display().to_string();
        let opened = OpenOptions::new().read(true).write(true).open(&self.path);
        let mut file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("cannot open {shown}")),
        };
        let held = file.metadata()?.len();
        ensure!(held == 0 || is_of_errors(&mut file)?, "{shown} is no file of failed rows: move it away");
        // A shorter one was put right in the meantime, and what is in it is kept.
        if held > bytes {
            file.set_len(bytes)?;
        }
        self.bytes = file.seek(SeekFrom::End(0))?;
        self.file = Some(BufWriter::new(file));
        Ok(())
    }

    pub(super) fn add(&mut self, number: u64, fault: &Fault, fields: &[String]) -> io::Result<()> {
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            let file =
                options.write(true).create(true).truncate(true).mode(private_file::MODE).open(&self.path)?;
            self.file = Some(BufWriter::new(file));
        }
        let mut text = String::new();
        if self.bytes == 0 {
            text.push_str(BOM);
            let header = self.header.iter().map(String::as_str);
            self.line(ERROR_COLUMNS.into_iter().chain(header), &mut text);
        }
        let number = number.to_string();
        let reason = [number.as_str(), &fault.code, &fault.message];
        let missing = self.header.len().saturating_sub(fields.len());
        let fields = fields.iter().map(String::as_str).chain(std::iter::repeat_n("", missing));
        self.line(reason.into_iter().chain(fields), &mut text);
        self.bytes += text.len() as u64;
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(text.as_bytes()))
    }

    fn line<'a>(&self, fields: impl Iterator<Item = &'a str>, text: &mut String) {
        let fields: Vec<String> = fields.map(guarded).collect();
        write_line(fields.iter().map(String::as_str), char::from(self.delimiter), text);
    }

    /// Puts everything on the disk; how long the file is then.
    pub(super) fn keep(&mut self) -> io::Result<u64> {
        if let Some(file) = &mut self.file {
            file.flush()?;
            file.get_ref().sync_data()?;
        }
        Ok(self.bytes)
    }
}

fn is_of_errors(file: &mut File) -> io::Result<bool> {
    let wanted = format!("{BOM}{}", ERROR_COLUMNS[0]);
    let mut begins = Vec::new();
    file.take(wanted.len() as u64).read_to_end(&mut begins)?;
    Ok(begins == wanted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Vec<String> {
        ["Nom", "Télé;phone"].map(str::to_owned).to_vec()
    }

    fn add(errors: &mut Errors, number: u64) {
        let fields = ["a\"b".to_owned(), "é\nè".to_owned()];
        errors.add(number, &Fault::new("bad", "not; good"), &fields).expect("it is written");
    }

    #[test]
    fn a_row_that_failed_can_be_read_again_where_it_stood() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.errors.csv");
        let mut errors = Errors::new(&path, header(), b';');
        errors.check_free().expect("nothing is there");
        assert_eq!(errors.keep().expect("nothing to keep"), 0);
        assert!(!path.exists());
        add(&mut errors, 7);
        let kept = errors.keep().expect("it is kept");
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert_eq!(
            text,
            "\u{feff}parloir_row;parloir_code;parloir_message;Nom;\"Télé;phone\"\r\n\
             7;bad;\"not; good\";\"a\"\"b\";\"é\nè\"\r\n"
        );
        assert_eq!(kept, text.len() as u64);
        assert!(errors.check_free().is_err());
    }

    #[test]
    fn what_was_not_settled_is_written_again_and_what_was_put_right_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.errors.csv");
        let mut errors = Errors::new(&path, header(), b';');
        add(&mut errors, 7);
        let kept = errors.keep().expect("it is kept");
        add(&mut errors, 8);
        errors.keep().expect("it is kept");
        let mut errors = Errors::new(&path, header(), b';');
        errors.go_on(kept).expect("it is ours");
        add(&mut errors, 9);
        errors.keep().expect("it is kept");
        let text = std::fs::read_to_string(&path).expect("it is there");
        let numbers: Vec<&str> =
            text.split("\r\n").filter_map(|line| line.split_once(";bad").map(|(number, _)| number)).collect();
        assert_eq!(numbers, ["7", "9"]);
        std::fs::remove_file(&path).expect("it is there");
        let mut errors = Errors::new(&path, header(), b';');
        errors.go_on(kept).expect("it was moved away");
        add(&mut errors, 9);
        errors.keep().expect("it is kept");
        assert!(std::fs::read_to_string(&path).expect("it is there").starts_with("\u{feff}parloir_row"));
    }

    #[test]
    fn a_file_of_another_kind_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.errors.csv");
        std::fs::write(&path, "name,phone\n").expect("it is written");
        let mut errors = Errors::new(&path, header(), b';');
        assert!(errors.go_on(5).is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "name,phone\n");
    }
}
