//! The first figures, one file each. Each prints one line and judges nothing.

use clap::Subcommand;

mod commands;
mod fanout;
mod idle;
pub(crate) mod process;
mod uploads;
mod webhook;

#[derive(Subcommand)]
pub(crate) enum Measure {
    /// The server's CPU seconds per million deliveries.
    Fanout(fanout::Fanout),
    /// Acknowledged commands per second with 1 and with 64 in flight.
    Commands(commands::Commands),
    /// The server's resident memory per idle connection.
    Idle(idle::Idle),
    /// From the webhook's sending to the last agent's receipt.
    Webhook(webhook::Webhook),
    /// The server's memory and pace while files arrive.
    Uploads(uploads::Uploads),
}

pub(crate) async fn run(measure: Measure) -> anyhow::Result<()> {
    match measure {
        Measure::Fanout(fanout) => fanout.run().await,
        Measure::Commands(commands) => commands.run().await,
        Measure::Idle(idle) => idle.run().await,
        Measure::Webhook(webhook) => webhook.run().await,
        Measure::Uploads(uploads) => uploads.run().await,
    }
}

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn say(sentence: &str) {
    println!("{sentence}");
}
