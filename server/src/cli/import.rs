//! `parloir import`: contacts from a file into a running server, row by row, so that it can be stopped at any
//! moment and gone on with. It changes nothing in the file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use parloir_client::Client;

use super::connect::Access;
use super::terminal::{count, plain};
use crate::import::book::{Book, Reading};
use crate::import::columns::Mapping;
use crate::import::journal::{Journal, Purpose, Tally};
use crate::import::kind::Kind;
use course::{Course, End};
use ledger::{Beginning, Ledger, Places};
use progress::Progress;
use source::Source;

mod ask;
mod course;
mod errors;
mod ledger;
mod preview;
mod progress;
mod source;

/// Rows that are asked for at once; the server may allow fewer.
const ASKED_MAX: usize = 256;

/// What says that some rows did not go in.
const SOME_FAILED: u8 = 2;

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    access: Access,
    /// A CSV or vCard file.
    file: PathBuf,
    /// Its format; told from the file without.
    #[arg(long)]
    format: Option<Kind>,
    /// What stands between two fields of CSV: one character, or `tab`; told from the header without.
    #[arg(long, value_parser = delimiter)]
    delimiter: Option<u8>,
    /// What a column of CSV is: "Column=name", first, last, phone, tag, skip or prop:key; may be given again.
    #[arg(long = "map", value_name = "COLUMN=MEANING")]
    mappings: Vec<Mapping>,
    /// Where it is noted how far the import came; FILE.parloir-import without.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Where the rows that failed are written to; FILE.errors.csv without.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Begin with the first row, whatever was imported before.
    #[arg(long)]
    restart: bool,
    /// Show what the columns mean and the first rows as they would be saved; needs no server.
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    /// Imports, and says whether all rows went in.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let shown = plain(&self.file.display().to_string());
        let source = Source::open(&self.file).with_context(|| format!("cannot import {shown}"))?;
        let book = Book::open(source.reader()?, &self.reading())
            .with_context(|| format!("cannot import {shown}"))?;
        if self.dry_run {
            preview::show(&shown, book)?;
            return Ok(ExitCode::SUCCESS);
        }
        source.lock()?;
        let client = self.access.live_asking(ASKED_MAX).await?;
        let end = self.import(&client, &source, book).await;
        client.leave().await;
        end
    }

    async fn import(
        &self,
        client: &Client,
        source: &Source,
        book: Book<std::fs::File>,
    ) -> anyhow::Result<ExitCode> {
        let places = Places::beside(&self.file, self.journal.as_deref(), self.errors.as_deref())?;
        let purpose = purpose(client, source, &book)?;
        let beginning = if self.restart { Beginning::Anew } else { Beginning::WhereItWas };
        let ledger = Ledger::open(&places, purpose, &book, beginning)?;
        if ledger.journal().done {
            say(&format!(
                "it was imported already, on {}; --restart imports it again",
                ledger.journal().begun
            ))?;
            return told(ledger.journal(), &places.errors);
        }
        let progress = Progress::begin(source.bytes(), ledger.journal().tally);
        let course = Course::begin(client.clone(), book, ledger, progress);
        let (ledger, end) = course.run().await?;
        let code = told(ledger.journal(), &places.errors)?;
        let on = format!("{} rows are settled; the same command goes on from there", count(ledger.settled()));
        match end {
            End::Whole => Ok(code),
            End::Stopped => anyhow::bail!("stopped: {on}"),
            End::Over(reason) => anyhow::bail!("{}: {on}", plain(&reason)),
        }
    }

    fn reading(&self) -> Reading {
        let extension = self.file.extension().map(|extension| extension.to_string_lossy().into_owned());
        let mappings = self.mappings.clone();
        Reading { kind: self.format, delimiter: self.delimiter, extension, mappings, meanings: None }
    }
}

/// What would make another import of it: other bytes, another meaning of a row, another place to save it.
fn purpose<R: std::io::Read>(client: &Client, source: &Source, book: &Book<R>) -> anyhow::Result<Purpose> {
    let (workspace, agent) = client.read(|store| {
        let workspace = store.directory().workspace.as_ref().map(|workspace| workspace.workspace_id);
        (workspace, store.me().map(|agent| agent.agent_id))
    });
    Ok(Purpose {
        source_bytes: source.bytes(),
        source_digest: source.digest()?,
        reading: book.meaning(),
        workspace: workspace.context("the server did not say which workspace this is")?,
        agent: agent.context("the server did not say who this is")?,
    })
}

/// Says what came of all rows, and whether all went in.
fn told(journal: &Journal, errors: &Path) -> anyhow::Result<ExitCode> {
    say(&summary(&journal.tally, journal.millis))?;
    if journal.tally.failed == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("why rows failed is in {}", plain(&errors.display().to_string())))?;
    Ok(ExitCode::from(SOME_FAILED))
}

fn summary(tally: &Tally, millis: u64) -> String {
    let Tally { imported, unchanged, failed, blank } = *tally;
    let a_second = tally.rows().saturating_mul(1_000) / millis.max(1);
    let blank = if blank == 0 { String::new() } else { format!(", {} blank", count(blank)) };
    format!(
        "{} imported, {} changed nothing, {} failed{blank}; {}.{} s, {} rows a second",
        count(imported),
        count(unchanged),
        count(failed),
        count(millis / 1_000),
        millis % 1_000 / 100,
        count(a_second)
    )
}

fn say(sentence: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{sentence}")
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(*byte),
        _ => Err(format!("'{text}' is neither one ASCII character nor 'tab'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character() {
        assert_eq!([delimiter(";"), delimiter("tab"), delimiter("\t")], [Ok(b';'), Ok(b'\t'), Ok(b'\t')]);
        for text in ["", ";;", "é", "\"", "\n"] {
            assert!(delimiter(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_summary_counts_every_row() {
        let tally = Tally { imported: 1_200, unchanged: 30, failed: 4, blank: 0 };
        assert_eq!(
            summary(&tally, 2_450),
            "1,200 imported, 30 changed nothing, 4 failed; 2.4 s, 503 rows a second"
        );
        assert!(summary(&Tally { blank: 2, ..tally }, 0).contains(", 2 blank;"));
    }
}
