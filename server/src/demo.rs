//! The demonstration: a workspace with people, histories and live customers, made through the same commands
//! and doors as any other. Every step has a key of its own, so that a second start changes nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parloir_desk::view::View;
use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;
use uuid::Uuid;

use crate::node::Node;
use crate::providers::simulator::Simulator;
use crate::serve::open_workspace;
use crate::workspace::Rejected;

use ask::Asker;
use cast::Cast;
pub use customers::run as run_customers;
pub use file::{Agent, Channel, DemoFile, Integration};

mod ask;
mod cast;
mod customers;
mod file;
mod people;
mod play;
mod shows;
mod story;
#[cfg(test)]
mod tests;
mod texts;
mod tokens;

/// How long the histories' messages may take to arrive.
const SETTLING_MAX: Duration = Duration::from_secs(30);
/// When what is shown beside the stories happened, before now.
const SHOWN_MILLIS_AGO: i64 = 60_000;
/// How often that is looked at.
const SETTLING_LOOK: Duration = Duration::from_millis(20);

/// The demonstration's workspace is the same one on every server.
pub const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00de));

/// Why there is no demonstration.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A step was refused.
    #[error("the demonstration cannot be made at '{step}': {rejected:?}")]
    Rejected {
        /// Which one.
        step: String,
        /// Why.
        rejected: Rejected,
    },
    /// What is written down is no demonstration.
    #[error("the demonstration is written down wrongly: {0}")]
    Unreadable(String),
}

/// Makes the demonstration as far as it is not there yet. The file still lacks the server's address, and
/// keeps the tokens of the one in `data_dir` that still work.
///
/// # Errors
/// [`DemoError`]; a second try goes on where this one stopped.
pub async fn prepare(node: &Arc<Node>, data_dir: &Path) -> Result<DemoFile, DemoError> {
    let simulator = node.providers().simulator().cloned();
    simulator.iter().for_each(|simulator| simulator.hurry(true));
    let made = make(node, data_dir).await;
    node.clock.set_back(0);
    if let Some(simulator) = simulator {
        settle(node, &simulator).await;
        simulator.hurry(false);
    }
    made
}

/// Waits until what the histories sent has left and was reported on, so that nothing moves by itself later.
async fn settle(node: &Node, simulator: &Simulator) {
    let until = Instant::now() + SETTLING_MAX;
    loop {
        let is_empty = {
            let state = node.state.current();
            View::new(&*state, WORKSPACE).outbox(1).is_empty()
        };
        if is_empty && simulator.is_idle() {
            return;
        }
        if Instant::now() > until {
            tracing::warn!("demo.not_settled");
            return;
        }
        tokio::time::sleep(SETTLING_LOOK).await;
    }
}

async fn make(node: &Arc<Node>, data_dir: &Path) -> Result<DemoFile, DemoError> {
    let workspace = open_workspace(node, WORKSPACE);
    let asker = Asker::new(Arc::clone(node), workspace);
    let first_token = cast::found(&asker).await?;
    let cast = Cast::gather(&asker).await?;
    play::play(&asker, &cast).await?;
    asker.node.clock.set_back(SHOWN_MILLIS_AGO);
    shows::show(&asker, &cast).await?;
    node.clock.set_back(0);
    let kept = DemoFile::read(data_dir).map(DemoFile::tokens).unwrap_or_default();
    let tokens = tokens::Tokens::new(&asker, kept.into_iter().chain(first_token).collect());
    cast.file(&asker, &tokens).await
}
