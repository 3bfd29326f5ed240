//! A scenario from its file to its report: rounds of a server of its own, hands that work its plan in processes of
//! their own, and the oracle at the end of each. What happens when is in `plan`, who does it in `hand`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

mod act;
mod agent;
mod asked;
pub(crate) mod hand;
mod judge;
mod orders;
mod outcome;
mod page;
mod plan;
mod progress;
mod round;
mod scenario;
mod seqs;
mod sought;
pub(crate) mod versus;

use outcome::Outcome;
use plan::Plan;
use scenario::Scenario;
use versus::Side;

/// One machine has no use for more.
const PROCESSES_MAX: i64 = 64;

#[derive(Debug, Clone, Args)]
pub(crate) struct Run {
    /// The scenario: a TOML file. A plan that was kept holds its own.
    #[arg(required_unless_present = "plan", conflicts_with = "plan")]
    scenario: Option<PathBuf>,
    /// Writes the report here; without, figures go to the standard output.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Writes the report as a page with plots.
    #[arg(long)]
    html: Option<PathBuf>,
    /// The same seed makes the same plan.
    #[arg(long, default_value_t = 1, conflicts_with = "plan")]
    seed: u64,
    /// Keeps the plan.
    #[arg(long, conflicts_with = "plan")]
    save_plan: Option<PathBuf>,
    /// Replays a plan that was kept.
    #[arg(long)]
    plan: Option<PathBuf>,
    /// Load processes that share the work.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=PROCESSES_MAX))]
    processes: u32,
    /// Rounds, each with a server of its own; as many as the scenario or the plan says without. A plan has no more.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: Option<u32>,
    /// The length of a round in seconds; as the scenario says without.
    #[arg(long, conflicts_with = "plan", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: Option<u32>,
    /// The program `parloir`; without, the one beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the servers keep their data; temporary files without.
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Report {
    /// Compares two reports of `run`, or two of `compare --json`, with the noise of their rounds.
    Diff {
        /// The report before.
        before: PathBuf,
        /// The report after.
        after: PathBuf,
    },
}

/// Runs a scenario; it fails when the oracle found something.
pub(crate) async fn run(run: Run) -> anyhow::Result<ExitCode> {
    crate::cores::open_files_max().context("the number of open files cannot be raised")?;
    let plan = plan(&run)?;
    if let Some(file) = &run.save_plan {
        plan.save(file)?;
    }
    let beside = std::env::current_exe()?.with_file_name("parloir");
    let program = run.server.clone().unwrap_or(beside);
    anyhow::ensure!(program.is_file(), "there is no server at {}: name one with --server", program.display());
    let mut outcome = Outcome::of(&plan, run.processes);
    for number in 0..plan.rounds() {
        let ring = round::Ring {
            program: &program,
            folder: run.data_dir.as_deref(),
            processes: run.processes,
            plan: &plan,
            number,
        };
        outcome.add(round::play(ring).await.with_context(|| format!("round {}", number + 1))?);
    }
    outcome.close();
    write(&run, &outcome)?;
    Ok(if outcome.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn plan(run: &Run) -> anyhow::Result<Plan> {
    if let Some(file) = &run.plan {
        let mut plan = Plan::load(file)?;
        if let Some(rounds) = run.rounds {
            plan.keep_rounds(rounds)?;
        }
        return Ok(plan);
    }
    let mut scenario = Scenario::read(run.scenario.as_deref().context("a run needs a scenario or a plan")?)?;
    scenario.seconds = run.seconds.unwrap_or(scenario.seconds);
    scenario.rounds = run.rounds.unwrap_or(scenario.rounds);
    Plan::make(scenario, run.seed)
}

fn write(run: &Run, outcome: &Outcome) -> anyhow::Result<()> {
    let put = |file: &Path, text: String| {
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    };
    if let Some(file) = &run.json {
        put(file, serde_json::to_string(outcome)?)?;
    }
    if let Some(file) = &run.html {
        put(file, page::of(outcome))?;
    }
    outcome.print();
    Ok(())
}

/// Compares two reports.
pub(crate) fn report(report: Report) -> anyhow::Result<ExitCode> {
    match report {
        Report::Diff { before, after } => {
            versus::print(&Side::read(&before)?, &Side::read(&after)?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        run: Run,
    }

    fn parsed(words: &str) -> Result<Run, clap::Error> {
        Line::try_parse_from(format!("run {words}").split_whitespace()).map(|line| line.run)
    }

    #[test]
    fn a_plan_stands_alone_and_nothing_said_beside_it_is_passed_over() {
        for words in ["a.toml", "a.toml --seed 2 --seconds 5", "--plan p.json", "--plan p.json --rounds 2"] {
            assert!(parsed(words).is_ok(), "{words}");
        }
        for words in [
            "",
            "a.toml --plan p.json",
            "--plan p.json --seconds 5",
            "--plan p.json --seed 2",
            "--plan p.json --save-plan q.json",
        ] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
