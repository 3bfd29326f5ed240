//! The benchmark of search: a server of its own with made-up people, questions over a live connection, an oracle
//! that judges every answer, and other ways to search the same data. What is measured is written in `figures`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

mod asker;
mod check;
mod copies;
mod desk;
mod figures;
mod fresh;
mod hidden;
mod load;
mod parts;
mod peers;
mod people;
mod pipe;
mod progress;
mod queries;
mod question;
mod reference;
mod site;
mod sizes;
mod steady;
mod stock;
mod storm;
mod texts;
mod ticks;
mod times;
mod world;

/// Waits until a server's index lacks nothing any more.
///
/// # Errors
/// That the server cannot be asked.
pub(crate) async fn indexed(target: &crate::plan::Target) -> anyhow::Result<()> {
    asker::Asker::open(target).await?.built().await
}

/// Contacts of one small workspace.
pub(crate) const SMALL_CONTACTS: u64 = 1_000;

#[derive(Debug, Clone, Args)]
pub(crate) struct Search {
    /// Contacts of the large workspace; it has 1.2 conversations for each.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(50..=people::PEOPLE_MAX))]
    contacts: u64,
    /// Messages that its customers write; two for each contact without.
    #[arg(long)]
    messages: Option<u64>,
    /// Small workspaces of 1,000 contacts beside it.
    #[arg(long, default_value_t = 50)]
    workspaces: u64,
    /// Searches that are timed and judged.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(9..=1_000_000))]
    queries: u64,
    /// Searches that each peer answers.
    #[arg(long, default_value_t = 500)]
    peer_queries: usize,
    /// Real texts to vary, a line each: label, tab, text.
    #[arg(long)]
    texts: Option<PathBuf>,
    /// The same seed makes the same people and searches.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program `parloir`; without, the one beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the server keeps its data while it is measured; a folder for temporary files without. It must be
    /// empty or absent.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Keeps a copy of the loaded data here, and begins with it when it is of the same seed and size.
    #[arg(long)]
    keep_data: Option<PathBuf>,
    /// Parts to leave out.
    #[arg(long, value_delimiter = ',')]
    skip: Vec<Part>,
    /// One line of JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// A part that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Other ways to search the same data.
    Peers,
    /// The index built anew.
    Rebuild,
    /// Changes that a search must find at once.
    Fresh,
    /// Searches and commands while changes arrive.
    Load,
    /// Texts of messages.
    Messages,
    /// An agent who sees three groups.
    Limited,
    /// Small workspaces.
    Workspaces,
}

impl Search {
    fn does(&self, part: Part) -> bool {
        !self.skip.contains(&part)
    }

    fn messages(&self) -> u64 {
        if self.does(Part::Messages) { self.messages.unwrap_or(self.contacts * 2) } else { 0 }
    }

    fn workspaces(&self) -> u64 {
        if self.does(Part::Workspaces) { self.workspaces } else { 0 }
    }

    fn program(&self) -> anyhow::Result<PathBuf> {
        match &self.server {
            Some(program) => Ok(program.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("parloir")),
        }
    }
}

/// Runs the benchmark; it fails when an answer was wrong or a change was not found.
pub(crate) async fn run(search: Search) -> anyhow::Result<ExitCode> {
    let program = search.program()?;
    anyhow::ensure!(program.is_file(), "there is no server at {}: name one with --server", program.display());
    let mut site = site::Site::ready(&search, program).await.context("the data could not be loaded")?;
    let figures = parts::all(&search, &mut site).await?;
    figures.print(search.json)?;
    Ok(if figures.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
