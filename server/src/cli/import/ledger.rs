//! The journal and the file of failed rows, which move together: what the journal counts as settled is written,
//! and what is written beyond it is written again.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use parloir_client::protocol::ids::CommandId;
use uuid::Uuid;

use super::errors::Errors;
use crate::clock::Clock;
use crate::import::book::Book;
use crate::import::journal::{JOURNAL_BYTES_MAX, Journal, Purpose};
use crate::import::row::Fault;
use crate::private_file;

/// Where an import begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    WhereItWas,
    Anew,
}

/// Where the two files are.
#[derive(Debug)]
pub(super) struct Places {
    journal: PathBuf,
    pub(super) errors: PathBuf,
}

impl Places {
    pub(super) fn beside(file: &Path, journal: Option<&Path>, errors: Option<&Path>) -> anyhow::Result<Self> {
        let beside = |ending: &str| {
            let mut name = file.file_name().unwrap_or_default().to_owned();
            name.push(ending);
            file.with_file_name(name)
        };
        let journal = journal.map_or_else(|| beside(".parloir-import"), Path::to_owned);
        let errors = errors.map_or_else(|| beside(".errors.csv"), Path::to_owned);
        let [file, journal, errors] = [file, &journal, &errors].map(std::path::absolute);
        let (file, journal, errors) = (file?, journal?, errors?);
        ensure!(
            file != journal && file != errors && journal != errors,
            "the file, --journal and --errors must be three files"
        );
        Ok(Self { journal, errors })
    }
}

/// What came of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Imported,
    Unchanged,
    Blank,
    Failed { number: u64, fault: Fault, fields: Vec<String> },
}

/// The two files of one run.
pub(super) struct Ledger {
    path: PathBuf,
    journal: Journal,
    errors: Errors,
    /// When this part of the run began, and how long the parts before it took.
    since: (Instant, u64),
}

impl Ledger {
    /// Goes on with the run that the journal tells of, or begins one.
    pub(super) fn open<R: Read>(
        places: &Places,
        purpose: Purpose,
        book: &Book<R>,
        beginning: Beginning,
    ) -> anyhow::Result<Self> {
        let now = Clock::system().now();
        let mut errors = Errors::new(&places.errors, book.header(), book.delimiter());
        let shown = places.journal.display();
        let known = match read(&places.journal)? {
            // Whatever it is, it is replaced only when it is a journal.
            Some(text) => Some(Journal::parse(&text).with_context(|| format!("{shown}: move it away"))?),
            None => None,
        };
        let journal = match known.filter(|_| beginning == Beginning::WhereItWas) {
            Some(journal) => {
                journal.check(&purpose, now).with_context(|| {
                    format!("cannot go on with the import that {shown} tells of: --restart begins anew")
                })?;
                errors.go_on(journal.errors_bytes)?;
                journal
            }
            None => {
                match beginning {
                    Beginning::WhereItWas => errors.check_free()?,
                    Beginning::Anew => errors.go_on(0)?,
                }
                Journal::begin(purpose, Uuid::now_v7(), now)
            }
        };
        let since = (Instant::now(), journal.millis);
        let mut ledger = Self { path: places.journal.clone(), journal, errors, since };
        ledger.keep().with_context(|| format!("cannot write {shown}"))?;
        Ok(ledger)
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The place of the last row that is settled.
    pub(super) fn settled(&self) -> u64 {
        self.journal.tally.rows()
    }

    pub(super) fn command_id(&self, place: u64) -> CommandId {
        self.journal.command_id(place)
    }

    /// Settles the next row.
    pub(super) fn settle(&mut self, outcome: &Outcome) -> std::io::Result<()> {
        let tally = &mut self.journal.tally;
        match outcome {
            Outcome::Imported => tally.imported += 1,
            Outcome::Unchanged => tally.unchanged += 1,
            Outcome::Blank => tally.blank += 1,
            Outcome::Failed { number, fault, fields } => {
                tally.failed += 1;
                self.errors.add(*number, fault, fields)?;
            }
        }
        Ok(())
    }

    /// All rows are settled.
    pub(super) fn finish(&mut self) -> std::io::Result<()> {
        self.journal.done = true;
        self.keep()
    }

    /// Puts what is settled on the disk: the rows that failed first, as the journal says how many there are.
    pub(super) fn keep(&mut self) -> std::io::Result<()> {
        self.journal.errors_bytes = self.errors.keep()?;
        if !self.journal.done {
            let millis = u64::try_from(self.since.0.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.journal.millis = self.since.1.saturating_add(millis);
        }
        private_file::write(&self.path, self.journal.text().as_bytes())
    }
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    let shown = path.display();
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
    };
    let mut text = String::new();
    file.take(JOURNAL_BYTES_MAX)
        .read_to_string(&mut text)
        .with_context(|| format!("{shown} is no journal of an import: move it away"))?;
    Ok(Some(text))
}
