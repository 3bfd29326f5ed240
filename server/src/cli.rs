//! The command line: one verb per subcommand. Those that work at a desk talk to a running server as any other
//! client does; the others run a server or look after its data.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Flags;
use crate::serve::Remains;

mod check;
mod connect;
mod curtain;
mod demo;
mod export;
mod find;
mod import;
mod inbound;
mod repair;
mod search;
mod serve;
mod terminal;
mod verbs;
mod watch;

/// Parloir: a live shared inbox for SMS, RCS and WhatsApp.
#[derive(Debug, Parser)]
#[command(name = "parloir", version)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

/// What can be asked of the program.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs a server.
    Serve(Flags),
    /// Runs a server with a demonstration inside: people, histories, live customers.
    Demo(demo::DemoFlags),
    /// Compares what is stored with the log, while no server runs.
    Check(Flags),
    /// Makes a damaged log writable again, while no server runs.
    Repair(Flags),
    /// Shows the queue as it changes.
    Watch(watch::Watch),
    /// Finds people and messages by any part of what is known of them.
    Search(search::Search),
    /// Saves the people of a CSV or vCard file; goes on where it was after a stop.
    Import(import::Import),
    /// Writes all contacts into a CSV or vCard file.
    Export(export::Export),
    /// Webhooks that could not be read and were kept aside.
    #[command(subcommand)]
    Inbound(inbound::Inbound),
    #[command(flatten)]
    Desk(verbs::Desk),
}

/// How a verb ended.
pub struct Ended {
    pub code: ExitCode,
    /// Of a server, to be closed once the runtime is gone.
    pub remains: Option<Remains>,
}

impl Ended {
    fn with(code: ExitCode) -> Self {
        Self { code, remains: None }
    }
}

/// Runs one verb to its end, and says how it went.
///
/// # Errors
/// A sentence for the person at the terminal.
pub async fn run(cli: Cli) -> anyhow::Result<Ended> {
    let server = |remains| Ended { code: ExitCode::SUCCESS, remains: Some(remains) };
    match cli.verb {
        Verb::Serve(flags) => return serve::run(&flags).await.map(server),
        Verb::Demo(flags) => return demo::run(&flags).await.map(server),
        Verb::Check(flags) => check::run(&flags)?,
        Verb::Repair(flags) => repair::run(&flags)?,
        Verb::Watch(watch) => watch.run().await?,
        Verb::Search(search) => search.run().await?,
        Verb::Import(import) => return import.run().await.map(Ended::with),
        Verb::Export(export) => export.run().await?,
        Verb::Inbound(inbound) => inbound.run().await?,
        Verb::Desk(desk) => desk.run().await?,
    }
    Ok(Ended::with(ExitCode::SUCCESS))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn no_verb_contradicts_itself() {
        Cli::command().debug_assert();
    }
}
