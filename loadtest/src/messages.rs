//! Messages in both directions through the simulator with its faults on: webhooks at a steady rate, sends to
//! numbers that each have a fate. What became of them is read from the server's log, and what really left from the simulator.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use parloir_client::Client;

use crate::agent::{self, options};
use crate::plan::Target;
use crate::smoke;
use crate::webhook::Http;

use drive::{Drive, Sends};
use figures::Figures;
use oracle::Oracle;

mod drive;
mod fates;
mod figures;
mod oracle;

/// How often the log is looked at until everything has its end.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What is not where it has to be by then is lost.
const SETTLE_MAX: Duration = Duration::from_secs(180);

#[derive(Debug, Clone, Args)]
pub(crate) struct Messages {
    #[command(flatten)]
    target: Target,
    /// Messages that phones write.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    inbound: u32,
    /// Messages that leave.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=i64::from(fates::NUMBERS)))]
    outbound: u32,
    /// Webhooks a second.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// The same seed makes the same choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Whether numbers ask the simulator for its faults: `off` times the outbox alone.
    #[arg(long, default_value = "on")]
    faults: Faults,
    /// One line of JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// What the simulator does to messages that leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Faults {
    On,
    Off,
}

/// Runs it on a running server.
pub(crate) async fn run(plan: Messages) -> anyhow::Result<ExitCode> {
    let boss = Client::connect(options(&plan.target.url, &plan.target.token))?;
    agent::live(&boss).await?;
    let (channel, start) = (smoke::channel(&boss)?, *boss.seq().borrow());
    let writer = smoke::writer(&boss, &plan.target).await?;
    boss.leave().await;
    let (provider, agent) = (Http::new(plan.target.clone()), Http::new(writer));
    let drive = Drive::new(channel, plan.seed);
    let (webhooks, sends) = tokio::join!(
        drive.write_in(&provider, plan.inbound, plan.rate),
        drive.write_out(&agent, plan.outbound, plan.faults)
    );
    let (webhooks, sends) = (webhooks?, sends?);
    let oracle = settled(&provider, start, &drive, &sends).await?;
    let mut figures = Figures::of(&webhooks.times);
    figures.inbound = webhooks.taken.len() as u64;
    figures.outbound = sends.len() as u64;
    oracle.judge(&mut figures, &webhooks.taken, &sends);
    figures.compare(&sends, &oracle, provider.left().await?.as_ref());
    figures.print(plan.json)?;
    Ok(if figures.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The log once every message of the run is where it has to be, or long enough after.
async fn settled(http: &Http, start: u64, drive: &Drive, sends: &Sends) -> anyhow::Result<Oracle> {
    let deadline = tokio::time::Instant::now() + SETTLE_MAX;
    loop {
        let log = http.log(start).await?;
        let oracle = Oracle::read(&log, drive.run()).context("the log's export")?;
        if oracle.is_settled(sends) || tokio::time::Instant::now() > deadline {
            return Ok(oracle);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
