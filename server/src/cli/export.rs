//! `parloir export`: all contacts of a running server in a file, which is there when it is whole and not before.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use reqwest::Response;
use serde::Deserialize;

use super::connect::Access;
use super::terminal::{count, plain};
use crate::import::kind::Kind;
use crate::private_file;
use crate::providers::patient_client;
use counting::Counting;

mod counting;

/// The name that stands for the standard output.
const STANDARD_OUTPUT: &str = "-";

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    access: Access,
    /// Where to: contacts.csv or contacts.vcf; `-` is the standard output.
    file: PathBuf,
    /// The format; told from the file's name without, CSV where it tells nothing.
    #[arg(long)]
    format: Option<Kind>,
    /// What stands between two cells of CSV.
    #[arg(long, value_enum, default_value_t = Delimiter::Comma)]
    delimiter: Delimiter,
    /// Put it in the place of a file that is there.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

/// Why the server refused, as it says it.
#[derive(Deserialize)]
struct Problem {
    code: String,
    message: String,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let began = Instant::now();
        if self.file.as_os_str() == STANDARD_OUTPUT {
            let answer = self.ask().await?;
            taken(answer, &mut std::io::stdout().lock(), self.kind()).await?;
            return Ok(());
        }
        let shown = plain(&self.file.display().to_string());
        let is_free = self.force || !self.file.exists();
        ensure!(is_free, "{shown} exists: move it away, or say --force to replace it");
        let answer = self.ask().await?;
        let people = self.save(answer).await.with_context(|| format!("cannot write {shown}"))?;
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let time = format!("{}.{} s", count(millis / 1_000), millis % 1_000 / 100);
        writeln!(std::io::stdout().lock(), "{} contacts in {shown}; {time}", count(people))?;
        Ok(())
    }

    fn kind(&self) -> Kind {
        let named = self.file.extension().map(OsStr::to_ascii_lowercase);
        let is_card = named.is_some_and(|extension| extension == "vcf" || extension == "vcard");
        self.format.unwrap_or(if is_card { Kind::VCard } else { Kind::Csv })
    }

    async fn ask(&self) -> anyhow::Result<Response> {
        let (url, token) = self.access.door()?;
        let path = match (self.kind(), self.delimiter) {
            (Kind::VCard, _) => "/v1/contacts.vcf",
            (Kind::Csv, Delimiter::Comma) => "/v1/contacts.csv",
            (Kind::Csv, Delimiter::Semicolon) => "/v1/contacts.csv?delimiter=semicolon",
            (Kind::Csv, Delimiter::Tab) => "/v1/contacts.csv?delimiter=tab",
        };
        let client = patient_client().map_err(|reason| anyhow::anyhow!(reason))?;
        let request = client.get(format!("{}{path}", url.trim_end_matches('/'))).bearer_auth(token);
        let answer = request.send().await.context("the server cannot be reached")?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body = answer.bytes().await.context("the answer did not come whole")?;
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => bail!("{}: {}", plain(&problem.code), plain(&problem.message)),
            Err(_) => bail!("the server answered {status}"),
        }
    }

    /// Writes beside the file, then takes its place. How many contacts that are.
    async fn save(&self, answer: Response) -> anyhow::Result<u64> {
        let name = self.file.file_name().context("it names no file")?.to_string_lossy();
        let beside = self.file.with_file_name(format!("{name}.part"));
        let saved = self.write(answer, &beside).await;
        if saved.is_err() {
            // It may not have been made.
            std::fs::remove_file(&beside).ok();
        }
        saved
    }

    async fn write(&self, answer: Response, beside: &Path) -> anyhow::Result<u64> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(private_file::MODE).open(beside)?;
        let mut file = BufWriter::new(file);
        let people = taken(answer, &mut file, self.kind()).await?;
        file.into_inner()?.sync_all()?;
        std::fs::rename(beside, &self.file)?;
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(people)
    }
}

/// Takes the answer as it comes. How many contacts it holds.
async fn taken(mut answer: Response, to: &mut impl Write, kind: Kind) -> anyhow::Result<u64> {
    let mut counting = Counting::of(kind);
    while let Some(piece) = answer.chunk().await.context("the contacts did not come whole")? {
        counting.take(&piece);
        to.write_all(&piece)?;
    }
    to.flush()?;
    Ok(counting.people())
}
