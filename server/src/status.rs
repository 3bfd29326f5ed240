//! How the server's accounts at providers stand, for everybody: names, states and counts, nothing of messages
//! or people.

use std::time::Duration;

use parloir_protocol::entity::Failure;
use parloir_protocol::query::status::WebhookCounts;
use parloir_protocol::time::Time;
use serde::Serialize;
use tokio::time::Instant;

use crate::node::Node;
use crate::providers::{Account, Condition, Standing};
use crate::wire::entity;

/// All accounts at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The worst of all: `up`, `degraded`, `down`.
    pub status: &'static str,
    pub at: Time,
    pub providers: Vec<ProviderStatus>,
    /// How many webhooks stand how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhooks: Option<WebhookCounts>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProviderStatus {
    pub name: String,
    pub status: &'static str,
    /// Messages that wait for it.
    pub waiting: usize,
    /// Files that it has and that are wanted here; on the page only.
    #[serde(skip)]
    pub files_waiting: usize,
    /// What all its channels together may hand over in a second, or each where they are counted so.
    pub per_second: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
    /// Until it is asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_in_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastFailure {
    pub failure: Failure,
    pub at: Time,
}

/// How everything stands now.
pub fn status(node: &Node) -> Status {
    let now = Instant::now();
    let accounts = node.providers().accounts();
    let standings: Vec<(&str, &Account, Standing)> =
        accounts.map(|(name, account)| (name, account, account.gate.standing(now))).collect();
    let conditions = standings.iter().map(|(_, _, standing)| standing.condition);
    let worst = conditions.max_by_key(|condition| severity(*condition)).unwrap_or(Condition::Up);
    let providers = standings.iter().map(|(name, account, standing)| ProviderStatus {
        name: (*name).to_owned(),
        status: standing.condition.as_str(),
        waiting: standing.waiting,
        files_waiting: standing.files_waiting,
        per_second: account.provider.rate().per_second,
        last_failure: standing
            .last_failure
            .map(|(failure, at)| LastFailure { failure: entity::failure(failure), at }),
        back_in_ms: standing.back_in.map(whole_millis),
    });
    Status {
        status: worst.as_str(),
        at: node.clock.now(),
        providers: providers.collect(),
        webhooks: node.hooks().counts(),
    }
}

fn severity(condition: Condition) -> u8 {
    match condition {
        Condition::Up => 0,
        Condition::Degraded => 1,
        Condition::Down => 2,
    }
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
