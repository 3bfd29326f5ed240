//! Grows a large log through real commands: notes in the conversations of made-up customers, over several
//! connections with many in flight. Notes, since nothing outside follows from them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use clap::Args;
use parloir_client::protocol::command::{Command, conversation as conv, message as msg};
use parloir_client::protocol::entity::{Address, AddressKind};
use parloir_client::protocol::error::Code;
use parloir_client::protocol::ids::{ChannelId, ConversationId};
use parloir_client::{Client, CommandError, Options};
use tokio::task::JoinSet;

use crate::agent::{self, options};
use crate::plan::{CUSTOMERS, Target};
use crate::smoke;

#[derive(Debug, Clone, Args)]
pub(crate) struct Fill {
    #[command(flatten)]
    target: Target,
    /// Commands to give; each is one event or more.
    #[arg(long)]
    events: u64,
    /// Connections.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Commands that wait for an answer on each.
    #[arg(long, default_value_t = 64)]
    in_flight: usize,
}

pub(crate) async fn run(fill: Fill) -> anyhow::Result<()> {
    let left = Arc::new(AtomicU64::new(fill.events));
    let mut hands = JoinSet::new();
    for _ in 0..fill.connections.max(1) {
        let target = &fill.target;
        let client = Client::connect(Options {
            in_flight_max: fill.in_flight.max(1),
            ..options(&target.url, &target.token)
        })?;
        agent::live(&client).await?;
        let conversations = Arc::new(conversations(&client, smoke::channel(&client)?).await?);
        for hand in 0..fill.in_flight.max(1) {
            hands.spawn(send(client.clone(), Arc::clone(&left), Arc::clone(&conversations), hand));
        }
    }
    while let Some(sent) = hands.join_next().await {
        sent??;
    }
    Ok(())
}

pub(crate) async fn conversations(
    client: &Client,
    channel_id: ChannelId,
) -> anyhow::Result<Vec<ConversationId>> {
    let mut started = Vec::new();
    for n in 0..CUSTOMERS {
        let address = Address { kind: AddressKind::E164, value: format!("+337{:07}7", 1_000_000 + n) };
        let start = conv::Start { channel_id, address, group_id: None };
        match client.command(Command::ConversationStart(start)).await {
            Ok(done) => started.push(done.conversation_id.context("a conversation has an id")?),
            // The simulator's people say stop now and then.
            Err(CommandError::Refused(error)) if error.code == Code::OptedOut.as_str() => {}
            Err(error) => return Err(error.into()),
        }
    }
    anyhow::ensure!(!started.is_empty(), "nobody can be written to");
    Ok(started)
}

pub(crate) fn note(conversation_id: ConversationId, text: String) -> Command {
    Command::NoteAdd(msg::AddNote { conversation_id, text, mentions: None })
}

async fn send(
    client: Client,
    left: Arc<AtomicU64>,
    conversations: Arc<Vec<ConversationId>>,
    hand: usize,
) -> anyhow::Result<()> {
    let take = |left: u64| left.checked_sub(1);
    while let Ok(n) = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
        let conversation_id = conversations[(n as usize + hand) % conversations.len()];
        let text = format!("Bonjour, message {n} pour remplir le journal.");
        client.command(note(conversation_id, text)).await?;
    }
    Ok(())
}
