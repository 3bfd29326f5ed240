//! The verbs that change something at a desk: each finds what is meant, gives one command and says what came
//! of it.

use std::io::Write;

use anyhow::Context;
use clap::Subcommand;
use parloir_client::Client;
use parloir_client::protocol::command::Command;
use parloir_client::protocol::down::Done;

use super::connect::Access;
use super::terminal::plain;

mod contact;
mod conversation;
mod group;
mod team;
mod webhook;

#[derive(Debug, Subcommand)]
pub(crate) enum Desk {
    /// Writes to the other side.
    Send(conversation::Send),
    /// Archives a conversation.
    Close(conversation::Close),
    /// Puts a conversation back into the queue.
    Reopen(conversation::Reopen),
    /// Moves a conversation to another group.
    Move(conversation::Move),
    /// Gives a conversation to an agent, or to nobody.
    Assign(conversation::Assign),
    /// Takes a conversation.
    Claim(conversation::Claim),
    /// Gives one's own conversation back.
    Release(conversation::Release),
    /// Takes the conversation that waits longest.
    Next(conversation::Next),
    /// Marks a conversation as read.
    Read(conversation::Read),
    /// Marks a conversation as unread, for all.
    Unread(conversation::Unread),
    /// Adds a line for colleagues.
    Note(conversation::Note),
    /// Begins a conversation with a number.
    Start(conversation::Start),
    /// Saves the person behind a conversation.
    Save(contact::Save),
    /// Erases the person behind a conversation from everything stored.
    Erase(contact::Erase),
    /// Ways in.
    #[command(subcommand)]
    Token(team::Token),
    /// Agents.
    #[command(subcommand)]
    Agent(team::Agent),
    /// Groups.
    #[command(subcommand)]
    Group(group::Group),
    /// Addresses that events are sent to.
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Workspaces, for the operator.
    #[command(subcommand)]
    Workspace(team::Workspace),
}

impl Desk {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Send(verb) => verb.run().await,
            Self::Close(verb) => verb.run().await,
            Self::Reopen(verb) => verb.run().await,
            Self::Move(verb) => verb.run().await,
            Self::Assign(verb) => verb.run().await,
            Self::Claim(verb) => verb.run().await,
            Self::Release(verb) => verb.run().await,
            Self::Next(verb) => verb.run().await,
            Self::Read(verb) => verb.run().await,
            Self::Unread(verb) => verb.run().await,
            Self::Note(verb) => verb.run().await,
            Self::Start(verb) => verb.run().await,
            Self::Save(verb) => verb.run().await,
            Self::Erase(verb) => verb.run().await,
            Self::Token(verb) => verb.run().await,
            Self::Agent(verb) => verb.run().await,
            Self::Group(verb) => verb.run().await,
            Self::Webhook(verb) => verb.run().await,
            Self::Workspace(verb) => verb.run().await,
        }
    }
}

/// Connects, gives the command that `make` finds, and says what came of it.
async fn give(
    access: &Access,
    make: impl AsyncFnOnce(&Client) -> anyhow::Result<Command>,
) -> anyhow::Result<()> {
    let client = access.live().await?;
    let command = make(&client).await?;
    let done = client.command(command).await.map_err(|error| anyhow::anyhow!(plain(&error.to_string())))?;
    client.leave().await;
    say(&done)
}

/// The ids that a command made or was about, a line each, so that a script can read them.
fn say(done: &Done) -> anyhow::Result<()> {
    let done = serde_json::to_value(done)?;
    let mut out = std::io::stdout().lock();
    let facts = done.as_object().context("an answer has fields")?;
    for (name, fact) in facts {
        let shown = fact.as_str().map_or_else(|| fact.to_string(), plain);
        writeln!(out, "{name} {shown}")?;
    }
    Ok(())
}
