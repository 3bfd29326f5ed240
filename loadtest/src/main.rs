//! The load test's command line. Each verb has its own file; nothing here talks to a server.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod agent;
mod customer;
mod fill;
mod measure;
mod messages;
mod oracle;
mod plan;
mod raw;
mod report;
mod search;
mod smoke;
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
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().verb {
        Verb::Smoke(plan) => smoke::run(plan).await,
        Verb::Fill(fill) => fill::run(fill).await.map(|()| ExitCode::SUCCESS),
        Verb::Messages(plan) => messages::run(plan).await,
        Verb::Search(search) => search::run(*search).await,
        Verb::Measure(measure) => measure::run(measure).await.map(|()| ExitCode::SUCCESS),
    }
}
