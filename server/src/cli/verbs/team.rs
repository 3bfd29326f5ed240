//! Verbs about agents, their ways in, and workspaces.

use std::io::Write;

use anyhow::Context;
use clap::{Args, Subcommand};
use parloir_client::Client;
use parloir_client::protocol::command::{Command, agent, workspace};
use parloir_client::protocol::entity::{Right, Role};
use parloir_client::protocol::ids::GroupId;

use super::give;
use crate::cli::connect::Access;
use crate::cli::find;
use crate::cli::terminal::plain;

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Makes a way in; its secret is shown once.
    Create(Whose),
    /// Ends a way in.
    Revoke(Revoke),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Agent {
    /// Adds a person.
    Create(Create),
    /// Makes a link that signs a person in with a browser, once.
    Invite(Whose),
    /// Lets a person in no more.
    Deactivate(Whose),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Makes a workspace; its first admin's token is shown once.
    Create(Found),
}

#[derive(Debug, Args)]
pub(crate) struct Whose {
    #[command(flatten)]
    access: Access,
    /// The agent's id, or a part of its name.
    agent: String,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    access: Access,
    /// The token's id.
    token_id: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    access: Access,
    /// As shown to colleagues.
    agent: String,
    /// What the person is allowed.
    #[arg(long, default_value = "agent", value_parser = role)]
    role: Role,
    /// A group that the person sees, all without; may be given again.
    #[arg(long = "group")]
    groups: Vec<String>,
    /// What an integration may do; may be given again.
    #[arg(long = "right", value_parser = right)]
    rights: Vec<Right>,
}

#[derive(Debug, Args)]
pub(crate) struct Found {
    #[command(flatten)]
    access: Access,
    /// As shown.
    name: String,
    /// Two letters: the country of numbers typed without one.
    country: String,
    /// The first admin's name.
    admin: String,
}

fn role(word: &str) -> Result<Role, String> {
    match word {
        "admin" => Ok(Role::Admin),
        "supervisor" => Ok(Role::Supervisor),
        "agent" => Ok(Role::Agent),
        "template_agent" => Ok(Role::TemplateAgent),
        "integration" => Ok(Role::Integration),
        _ => Err("a role is admin, supervisor, agent, template_agent or integration".to_owned()),
    }
}

fn right(word: &str) -> Result<Right, String> {
    match word {
        "log" => Ok(Right::Log),
        "agents" => Ok(Right::Agents),
        "settings" => Ok(Right::Settings),
        "inbound" => Ok(Right::Inbound),
        _ => Err("a right is log, agents, settings or inbound".to_owned()),
    }
}

impl Token {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(Whose { access, agent: word }) => {
                give(&access, async |client| {
                    let agent_id = find::agent(client, &word)?;
                    Ok(Command::TokenCreate(agent::CreateToken { agent_id, expires_at: None }))
                })
                .await
            }
            Self::Revoke(Revoke { access, token_id }) => {
                let token_id = token_id.parse().context("the token's id is needed, not its secret")?;
                give(&access, async |_| Ok(Command::TokenRevoke(agent::RevokeToken { token_id }))).await
            }
        }
    }
}

impl Agent {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(Create { access, agent: name, role, groups, rights }) => {
                give(&access, async |client| {
                    let groups = scope(client, &groups)?;
                    let rights = (!rights.is_empty()).then_some(rights);
                    Ok(Command::AgentCreate(agent::Create { name, role, groups, rights }))
                })
                .await
            }
            Self::Invite(Whose { access, agent: word }) => invite(&access, &word).await,
            Self::Deactivate(Whose { access, agent: word }) => {
                give(&access, async |client| {
                    let agent_id = find::agent(client, &word)?;
                    Ok(Command::AgentDeactivate(agent::Deactivate { agent_id }))
                })
                .await
            }
        }
    }
}

impl Workspace {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(Found { access, name, country, admin }) => {
                give(&access, async |_| {
                    Ok(Command::WorkspaceCreate(workspace::Create { name, country, admin }))
                })
                .await
            }
        }
    }
}

/// The secret stands behind the `#`, which browsers send to nobody.
async fn invite(access: &Access, word: &str) -> anyhow::Result<()> {
    let client = access.live().await?;
    let agent_id = find::agent(&client, word)?;
    let asked = client.command(Command::AgentInvite(agent::Invite { agent_id })).await;
    let done = asked.map_err(|error| anyhow::anyhow!(plain(&error.to_string())))?;
    client.leave().await;
    let invitation = done.token.context("the server made no invitation")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}/#/invitation/{invitation}", access.url()?.trim_end_matches('/'))?;
    Ok(())
}

fn scope(client: &Client, groups: &[String]) -> anyhow::Result<Option<Vec<GroupId>>> {
    let found: Vec<GroupId> =
        groups.iter().map(|group| find::group(client, group)).collect::<anyhow::Result<_>>()?;
    Ok((!found.is_empty()).then_some(found))
}
