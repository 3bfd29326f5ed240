//! Verbs about webhooks: what they are, how far they are, and what was tried.

use std::io::Write;

use clap::{Args, Subcommand};
use parloir_client::Client;
use parloir_client::protocol::command::{Command, webhook as asked};
use parloir_client::protocol::entity::{DeliveryOutcome, WebhookDelivery, WebhookStanding, WebhookStatus};
use parloir_client::protocol::ids::GroupId;
use parloir_client::protocol::query::webhook::{Deliveries, List as ListQuery};

use super::give;
use crate::cli::connect::Access;
use crate::cli::find;
use crate::cli::terminal::{cell, plain};

#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Adds one; its secret is shown once.
    Add(Add),
    /// Lists them, with how far each is.
    List(List),
    /// Removes one.
    Remove(Which),
    /// Sends it nothing until it is enabled again.
    Disable(Which),
    /// Lets it go on where it stopped.
    Enable(Which),
    /// Makes another secret, shown once; the one before it signs for another day.
    Rotate(Which),
    /// Sends events again from a seq on, or passes over what lies before it.
    Replay(Replay),
    /// Shows what was tried lately, the newest first.
    Deliveries(Tried),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    access: Access,
    /// As shown to those who look after it.
    name: String,
    /// Where events are sent: an https address of a public host.
    address: String,
    /// An event that is sent, as message.received, all without; may be given again.
    #[arg(long = "event")]
    events: Vec<String>,
    /// A group that it sees, all without; may be given again.
    #[arg(long = "group")]
    groups: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    access: Access,
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    #[command(flatten)]
    access: Access,
    /// The webhook's id, or a part of its name.
    webhook: String,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    access: Access,
    /// The webhook's id, or a part of its name.
    webhook: String,
    /// The first event's seq.
    from_seq: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Tried {
    #[command(flatten)]
    access: Access,
    /// The webhook's id, or a part of its name.
    webhook: String,
    /// Only those of the event with this seq.
    #[arg(long)]
    seq: Option<u64>,
    /// At most so many.
    #[arg(long)]
    limit: Option<usize>,
}

impl Webhook {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(verb) => add(verb).await,
            Self::List(verb) => list(&verb.access).await,
            Self::Remove(which) => {
                about(which, |found| {
                    let webhook_id = found.webhook.webhook_id;
                    Command::WebhookDelete(asked::Delete { webhook_id })
                })
                .await
            }
            Self::Disable(which) => about(which, |found| with_status(found, WebhookStatus::Disabled)).await,
            Self::Enable(which) => about(which, |found| with_status(found, WebhookStatus::Active)).await,
            Self::Rotate(which) => {
                about(which, |found| {
                    let webhook_id = found.webhook.webhook_id;
                    Command::WebhookRotate(asked::Rotate { webhook_id, keep_ms: None })
                })
                .await
            }
            Self::Replay(Replay { access, webhook, from_seq }) => {
                about(Which { access, webhook }, |found| {
                    let webhook_id = found.webhook.webhook_id;
                    Command::WebhookReplay(asked::Replay { webhook_id, from_seq })
                })
                .await
            }
            Self::Deliveries(verb) => deliveries(&verb).await,
        }
    }
}

async fn add(verb: Add) -> anyhow::Result<()> {
    let Add { access, name, address: url, events, groups } = verb;
    give(&access, async |client| {
        let groups: Vec<GroupId> =
            groups.iter().map(|group| find::group(client, group)).collect::<anyhow::Result<_>>()?;
        let (events, groups) = (some(events), some(groups));
        Ok(Command::WebhookSave(asked::Save { webhook_id: None, name, url, events, groups, status: None }))
    })
    .await
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// Gives a command about one that exists.
async fn about(which: Which, command: impl FnOnce(WebhookStanding) -> Command) -> anyhow::Result<()> {
    let Which { access, webhook } = which;
    give(&access, async |client| Ok(command(found(client, &webhook).await?))).await
}

async fn found(client: &Client, word: &str) -> anyhow::Result<WebhookStanding> {
    find::webhook(client.query(ListQuery {}).await?.webhooks, word)
}

/// The whole webhook as it is, but for that.
fn with_status(found: WebhookStanding, status: WebhookStatus) -> Command {
    let webhook = found.webhook;
    Command::WebhookSave(asked::Save {
        webhook_id: Some(webhook.webhook_id),
        name: webhook.name,
        url: webhook.url,
        events: webhook.events,
        groups: webhook.groups,
        status: Some(status),
    })
}

async fn list(access: &Access) -> anyhow::Result<()> {
    let client = access.live().await?;
    let listed = client.query(ListQuery {}).await?;
    client.leave().await;
    let mut out = std::io::stdout().lock();
    for standing in &listed.webhooks {
        writeln!(out, "{}", line(standing, listed.seq))?;
    }
    Ok(())
}

fn line(standing: &WebhookStanding, head: u64) -> String {
    let webhook = &standing.webhook;
    let state = match (webhook.status, standing.failing_since) {
        (WebhookStatus::Disabled, _) => "disabled",
        (WebhookStatus::Active, Some(_)) => "failing",
        (WebhookStatus::Active, None) => "active",
    };
    let behind = head.saturating_sub(standing.position);
    let (id, name) = (webhook.webhook_id, cell(&webhook.name, 20));
    format!("{id}  {name} {state:<9} at {:>9}, {behind} behind  {}", standing.position, plain(&webhook.url))
}

async fn deliveries(verb: &Tried) -> anyhow::Result<()> {
    let client = verb.access.live().await?;
    let webhook_id = found(&client, &verb.webhook).await?.webhook.webhook_id;
    let asked = Deliveries { webhook_id, seq: verb.seq, limit: verb.limit };
    let tried = client.query(asked).await?;
    client.leave().await;
    let mut out = std::io::stdout().lock();
    for one in &tried.items {
        writeln!(out, "{}", tried_line(one))?;
    }
    Ok(())
}

fn tried_line(tried: &WebhookDelivery) -> String {
    let outcome = match tried.outcome {
        DeliveryOutcome::Delivered => "delivered",
        DeliveryOutcome::Failed => "failed",
        DeliveryOutcome::GivenUp => "given up",
    };
    let WebhookDelivery { seq, at, attempt, took_ms, .. } = tried;
    let (name, problem) = (cell(&tried.name, 26), tried.problem.as_deref().unwrap_or_default());
    let problem = plain(problem);
    let line = format!("{at}  {seq:>9}  {name} try {attempt:<3} {outcome:<9} {took_ms:>6} ms  {problem}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_client::protocol::time::Time;

    #[test]
    fn a_try_is_one_line() {
        let tried = WebhookDelivery {
            delivery_id: "dlv_1".to_owned(),
            seq: 41,
            name: "message.received".to_owned(),
            at: Time(1_793_697_302_123),
            attempt: 2,
            outcome: DeliveryOutcome::Failed,
            http: Some(500),
            problem: Some("it was answered 500".to_owned()),
            took_ms: 7,
        };
        assert_eq!(
            tried_line(&tried),
            "2026-11-03T09:15:02.123Z         41  message.received           try 2   failed         7 ms  it was answered 500"
        );
    }
}
