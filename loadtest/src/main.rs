//! The load test's command line. Each verb has its own file; nothing here talks to a server.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod agent;
mod better;
mod compare;
mod cores;
mod crowd;
mod customer;
mod export;
mod fill;
mod floor;
mod folder;
mod house;
mod mark;
mod measure;
mod median;
mod messages;
mod oracle;
mod plan;
mod raw;
mod report;
mod run;
mod search;
mod smoke;
mod socket;
mod webhook;

/// Load, soak and measure a Parloir server.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Many agents and customers at once, with an oracle: exit code 1 on any loss or difference.
    Smoke(plan::Smoke),
    /// Grows a large log through real commands.
    Fill(fill::Fill),
    /// First figures: fanout, commands, idle, webhook, uploads.
    #[command(subcommand)]
    Measure(measure::Measure),
    /// Messages in both directions through the simulator, with an oracle: exit code 1 on loss, silent doubles or
    /// statuses that fall back.
    Messages(messages::Messages),
    /// The benchmark of search, on a server of its own, with an oracle and peers.
    Search(Box<search::Search>),
    /// Our server beside what people would use instead, in turns, with an oracle: exit code 1 when it finds anything.
    Compare(Box<compare::Compare>),
    /// A scenario from its file, with an oracle: exit code 1 when it finds anything.
    Run(Box<run::Run>),
    /// Looks at reports of runs.
    #[command(subcommand)]
    Report(run::Report),
    /// One load process of a run; it takes its orders from the standard input.
    #[command(hide = true)]
    Hand,
    /// The floor of a comparison, as a server of its own.
    Floor(floor::Floor),
}

fn main() -> anyhow::Result<ExitCode> {
    let verb = Cli::parse().verb;
    let mut runtime = match verb {
        // One thread, so that what is measured has the other cores to itself.
        Verb::Compare(_) | Verb::Run(_) | Verb::Report(_) | Verb::Hand | Verb::Floor(_) => {
            tokio::runtime::Builder::new_current_thread()
        }
        Verb::Smoke(_) | Verb::Fill(_) | Verb::Measure(_) | Verb::Messages(_) | Verb::Search(_) => {
            tokio::runtime::Builder::new_multi_thread()
        }
    };
    runtime.enable_all().build()?.block_on(act(verb))
}

async fn act(verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Smoke(plan) => smoke::run(plan).await,
        Verb::Fill(fill) => fill::run(fill).await.map(|()| ExitCode::SUCCESS),
        Verb::Messages(plan) => messages::run(plan).await,
        Verb::Search(search) => search::run(*search).await,
        Verb::Measure(measure) => measure::run(measure).await.map(|()| ExitCode::SUCCESS),
        Verb::Compare(compare) => compare::run(*compare).await,
        Verb::Run(scenario) => run::run(*scenario).await,
        Verb::Report(report) => run::report(report),
        Verb::Hand => run::hand::run().await.map(|()| ExitCode::SUCCESS),
        Verb::Floor(floor) => floor::run(floor).await.map(|()| ExitCode::SUCCESS),
    }
}
