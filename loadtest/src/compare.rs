//! Our server beside what people would use instead, in one run: the same listeners, payloads and rates, one after
//! the other in turns, and the ratio of each figure. What a figure means is in `figure`; how it is taken, in
//! `parts`. A faster server that loses anything fails.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum as _};

mod absent;
mod broker;
mod figure;
mod parts;
mod peers;
mod process;
mod publisher;
mod sheet;
mod stage;
mod verdict;
mod who;

use crate::better::Better;
use figure::{Figure, Part};
pub(crate) use sheet::EDITION;
use stage::Stage;
use who::Who;

#[derive(Debug, Clone, Args)]
pub(crate) struct Compare {
    /// Connections that listen; five times as many come back at once, and ten times as many show how cost grows.
    #[arg(long, value_parser = clap::value_parser!(u32).range(10..=1_500))]
    agents: Option<u32>,
    /// Turns of each part; the median counts.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: Option<u32>,
    /// Figures to take; all without.
    #[arg(long, value_delimiter = ',', value_name = "FIGURE")]
    only: Vec<Figure>,
    /// Peers to start; all that are installed without.
    #[arg(long, value_delimiter = ',', value_name = "PEER")]
    peers: Option<Vec<Who>>,
    /// A small run that proves the oracle and judges no figure.
    #[arg(long)]
    quick: bool,
    /// The same seed makes the same order of turns.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bytes that a peer delivers at a time; as many as one event of ours takes without, and 220 at least.
    #[arg(long, value_parser = clap::value_parser!(u32).range(64..=4_000))]
    event_bytes: Option<u32>,
    /// Events in the log that a start is timed with.
    #[arg(long)]
    events: Option<u64>,
    /// Events in the long log that commands are timed with, beside a short one of 1,000.
    #[arg(long)]
    grown_events: Option<u64>,
    /// The program `parloir`; without, the one beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Scripts of the peers that run on Node.js, with their packages installed.
    #[arg(long, default_value = "loadtest/peers")]
    scripts: PathBuf,
    /// Where servers keep their data while they are measured; temporary files without.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// One line of JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Compare {
    fn program(&self) -> anyhow::Result<PathBuf> {
        let beside = std::env::current_exe()?.with_file_name("parloir");
        let program = self.server.clone().unwrap_or(beside);
        anyhow::ensure!(
            program.is_file(),
            "there is no server at {}: name one with --server",
            program.display()
        );
        Ok(program)
    }
}

/// Which way a figure of this name should go.
pub(crate) fn better(figure: &str) -> Option<Better> {
    Figure::from_str(figure, false).ok().map(Figure::better)
}

/// Runs all parts; it fails when the oracle found something, a turn of ours ended before its time or a figure of ours
/// could not be taken. The price of a listener is a difference of differences, which a quick run may be too short to tell.
pub(crate) async fn run(compare: Compare) -> anyhow::Result<ExitCode> {
    let (json, quick) = (compare.json, compare.quick);
    crate::cores::open_files_max().context("the number of open files cannot be raised")?;
    let mut stage = Stage::build(compare).await?;
    parts::all(&mut stage).await;
    stage.sheet.print(&stage, json)?;
    let is_whole = stage.sheet.missing().all(|figure| quick && figure.part() == Part::Growth);
    Ok(if stage.verdict.passed() && is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
