//! What is asked about agents, tokens, channels and workspaces.

use std::collections::BTreeSet;

use parloir_desk::command::{Command, TokenDraft};
use parloir_desk::entity::{Country, Purpose, Scope, UnreadUntil};
use parloir_protocol::command::agent::{Change, Create, CreateToken, Invite, SetAvailability};
use parloir_protocol::command::workspace as wire;
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{AgentId, CommandId, GroupId, WorkspaceId};
use parloir_protocol::time::Time;

use super::Secrets;
use super::address::{destination, invalid};
use crate::phone;
use crate::wire::entity;

/// How long an invitation waits to be taken: three days.
const INVITATION_MS: i64 = 72 * 60 * 60 * 1_000;

pub(super) fn create_agent(asked: &Create) -> Command {
    Command::CreateAgent {
        name: asked.name.clone(),
        role: entity::asked_role(asked.role),
        scope: scope(asked.groups.as_deref().unwrap_or_default()),
        rights: asked.rights.iter().flatten().copied().map(entity::asked_right).collect(),
    }
}

pub(super) fn change_agent(asked: &Change) -> Command {
    Command::ChangeAgent {
        agent_id: asked.agent_id,
        name: asked.name.clone(),
        role: asked.role.map(entity::asked_role),
        scope: asked.groups.as_deref().map(scope),
    }
}

/// No groups means all.
fn scope(groups: &[GroupId]) -> Scope {
    if groups.is_empty() { Scope::All } else { Scope::Groups(groups.iter().copied().collect()) }
}

pub(super) fn set_availability(asked: &SetAvailability, agent_id: AgentId) -> Command {
    Command::SetAvailability { agent_id, availability: entity::asked_availability(asked.availability) }
}

pub(super) fn create_token(asked: &CreateToken, secrets: Secrets) -> Command {
    Command::CreateToken(TokenDraft {
        agent_id: asked.agent_id,
        hash: secrets.token,
        expires_at: asked.expires_at,
        purpose: Purpose::Access,
        made_from: None,
    })
}

/// An invitation ends a while after its command's id was made, so that a repeat asks the same.
pub(super) fn invite(asked: &Invite, command: CommandId, secrets: Secrets) -> Command {
    let expires_at = command.millis().map(|made| Time(made).plus_millis(INVITATION_MS));
    Command::CreateToken(TokenDraft {
        agent_id: asked.agent_id,
        hash: secrets.token,
        expires_at,
        purpose: Purpose::Invitation,
        made_from: None,
    })
}

pub(super) fn create_channel(asked: &wire::CreateChannel, home: Country) -> Result<Command, ErrorBody> {
    Ok(Command::CreateChannel {
        kind: entity::asked_channel_kind(asked.kind),
        name: asked.name.clone(),
        address: destination(&asked.address, home)?.address,
        provider: asked.provider.clone(),
        approved_countries: approved(asked.approved_countries.as_deref().unwrap_or_default())?,
    })
}

pub(super) fn change_channel(asked: &wire::ChangeChannel) -> Result<Command, ErrorBody> {
    Ok(Command::ChangeChannel {
        channel_id: asked.channel_id,
        name: asked.name.clone(),
        approved_countries: asked.approved_countries.as_deref().map(approved).transpose()?,
    })
}

/// No countries means all.
fn approved(countries: &[String]) -> Result<Option<BTreeSet<Country>>, ErrorBody> {
    let approved: BTreeSet<Country> =
        countries.iter().map(|letters| country("approved_countries", letters)).collect::<Result<_, _>>()?;
    Ok((!approved.is_empty()).then_some(approved))
}

pub(super) fn change_workspace(asked: &wire::Change) -> Result<Command, ErrorBody> {
    Ok(Command::ChangeWorkspace {
        name: asked.name.clone(),
        country: asked.country.as_deref().map(|letters| country("country", letters)).transpose()?,
        unread_until: asked.unread_until.as_deref().map(unread_until).transpose()?,
        hold_ms: asked.hold_ms,
        link_days: asked.link_days,
    })
}

/// The workspace's id is the command's, so that asking twice makes one.
pub(super) fn create_workspace(
    asked: &wire::Create,
    command_id: CommandId,
    secrets: &mut dyn FnMut() -> Secrets,
) -> Result<Command, ErrorBody> {
    let country = country("country", &asked.country)?;
    let secrets = secrets();
    Ok(Command::Provision {
        workspace_id: WorkspaceId(command_id.0),
        name: asked.name.clone(),
        country,
        digest_key: secrets.digest_key,
        admin: asked.admin.clone(),
        hash: secrets.token,
    })
}

fn country(field: &str, letters: &str) -> Result<Country, ErrorBody> {
    let why = "no country with phones: give its two letters, as FR or GB";
    phone::country(letters).ok_or_else(|| invalid(field, letters, why))
}

fn unread_until(word: &str) -> Result<UnreadUntil, ErrorBody> {
    match word {
        "opened" => Ok(UnreadUntil::Opened),
        "answered" => Ok(UnreadUntil::Answered),
        other => Err(invalid("unread_until", other, "neither 'opened' nor 'answered'")),
    }
}
