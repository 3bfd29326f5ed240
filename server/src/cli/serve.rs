//! `parloir serve`: a server until it is told to stop.

use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, Flags};
use crate::node::Node;
use crate::serve::{Remains, Server, StartError, start};

/// What customers write is nobody else's on the machine.
const DATA_DIR_MODE: u32 = 0o700;
/// How often a start begins anew because the state's threads hung or died.
const STARTS_MAX: u32 = 3;
/// How often is said how far an index is.
const INDEX_EVERY: Duration = Duration::from_secs(2);
/// How many starts came before this one.
const STARTS_VARIABLE: &str = "PARLOIR_STARTS";

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// Those of the configuration and of the start.
pub(super) async fn run(flags: &Flags) -> anyhow::Result<Remains> {
    let config = Config::settle(flags)?;
    let server = started(&config).await?;
    say(&format!("listening on http://{}", server.address));
    say(&format!("the operator's token is in {}", operator_token(&config.data_dir)));
    stop_signal().await?;
    say("stopping");
    Ok(server.stop().await)
}

/// A running server. Where the state damaged this process, the process becomes a new one.
///
/// # Errors
/// [`StartError`].
pub(super) async fn started(config: &Config) -> anyhow::Result<Server> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(DATA_DIR_MODE)
        .create(&config.data_dir)
        .with_context(|| format!("cannot make the folder {}", config.data_dir.display()))?;
    match start(config, &mut |sentence| say(sentence)).await {
        Ok(server) => {
            tokio::spawn(tell_of_index(Arc::clone(&server.node)));
            Ok(server)
        }
        Err(StartError::Tainted) => Err(begin_anew()),
        Err(error) => Err(error.into()),
    }
}

/// Says how far an index is that is built beside service, until it is whole.
async fn tell_of_index(node: Arc<Node>) {
    let mut was_built = true;
    while let Some(building) = node.search.building() {
        was_built = false;
        say(&format!("building the search index: {} % done", building.done * 100 / building.total));
        tokio::time::sleep(INDEX_EVERY).await;
    }
    if !was_built {
        say("the search index is whole");
    }
}

/// Waits for SIGINT or SIGTERM.
///
/// # Errors
/// When signals cannot be listened to.
pub(super) async fn stop_signal() -> std::io::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        _ = interrupted.recv() => Ok(()),
    }
}

/// A line for whoever started the server.
#[expect(
    clippy::print_stdout,
    reason = "it is for the person at the terminal, or the script that waits for it"
)]
pub(super) fn say(sentence: &str) {
    println!("{sentence}");
}

fn begin_anew() -> anyhow::Error {
    let starts = std::env::var(STARTS_VARIABLE).ok().and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    if starts >= STARTS_MAX {
        return anyhow::anyhow!("the state hung or died {STARTS_MAX} times: look at its folder");
    }
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let error = Command::new(program).args(arguments).env(STARTS_VARIABLE, (starts + 1).to_string()).exec();
    anyhow::Error::new(error).context("cannot start anew")
}

fn operator_token(data_dir: &Path) -> String {
    data_dir.join("operator.token").display().to_string()
}
