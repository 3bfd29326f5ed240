//! Agents and their ways in. Nobody lifts anyone above himself, and there is always an admin.

use std::collections::BTreeSet;

use parloir_protocol::ids::{AgentId, TokenId};
use parloir_protocol::time::Time;

use super::text::{check_count, check_name};
use super::{Context, Decision};
use crate::command::{TokenDraft, TokenHash};
use crate::entity::{Agent, AgentStatus, Availability, Purpose, Right, Role, Scope, Token};
use crate::event::{About, Event};
use crate::refusal::Refusal;
use crate::rights::{self, Caller};

/// Rights are an integration's; people have none beside their role.
pub(super) fn create(
    ctx: &Context<'_>,
    name: &str,
    role: Role,
    scope: &Scope,
    rights: &BTreeSet<Right>,
) -> Decision {
    check_may_handle(ctx, role)?;
    check_groups(ctx, scope)?;
    let name = name.trim();
    check_name("name", name, ctx.limits.name_chars)?;
    check_count("agents", ctx.view.agent_count(ctx.limits.agents) + 1, ctx.limits.agents)?;
    let seq = ctx.next_seq();
    let agent = Agent {
        id: ctx.ask.ids.agent_id(),
        name: name.to_owned(),
        role,
        scope: scope.clone(),
        rights: if role == Role::Integration { rights.clone() } else { BTreeSet::new() },
        status: AgentStatus::Active,
        availability: Availability::Away,
        seq,
        scope_changed_seq: seq,
    };
    Ok(vec![Event::AgentCreated { agent }])
}

pub(super) fn change(
    ctx: &Context<'_>,
    agent_id: AgentId,
    name: &Option<String>,
    role: Option<Role>,
    scope: &Option<Scope>,
) -> Decision {
    let agent = ctx.active_agent(agent_id)?;
    let role = role.unwrap_or(agent.role);
    check_may_handle(ctx, agent.role)?;
    check_may_handle(ctx, role)?;
    let scope = scope.as_ref().unwrap_or(&agent.scope);
    check_groups(ctx, scope)?;
    let name = name.as_deref().map_or(agent.name.as_str(), str::trim);
    check_name("name", name, ctx.limits.name_chars)?;
    if role != Role::Admin {
        check_not_last_admin(ctx, &agent)?;
    }
    if (name, role, scope) == (agent.name.as_str(), agent.role, &agent.scope) {
        return Ok(noted(agent_id));
    }
    Ok(vec![Event::AgentChanged { agent_id, name: name.to_owned(), role, scope: scope.clone() }])
}

/// His conversations stay his until somebody takes them over.
pub(super) fn deactivate(ctx: &Context<'_>, agent_id: AgentId) -> Decision {
    let agent = ctx.view.agent(agent_id).ok_or(Refusal::AgentNotFound)?;
    check_may_handle(ctx, agent.role)?;
    match agent.status {
        AgentStatus::Deactivated => Ok(noted(agent_id)),
        AgentStatus::Active => {
            check_not_last_admin(ctx, &agent)?;
            Ok(vec![Event::AgentDeactivated { agent_id }])
        }
    }
}

/// One's own; the system tells when somebody went away.
pub(super) fn set_availability(ctx: &Context<'_>, agent_id: AgentId, availability: Availability) -> Decision {
    let agent = ctx.active_agent(agent_id)?;
    if !is_own(ctx, agent_id) && ctx.caller != Caller::System {
        return Err(Refusal::NotAllowed);
    }
    if agent.availability == availability {
        return Ok(noted(agent_id));
    }
    Ok(vec![Event::AvailabilityChanged { agent_id, availability }])
}

/// A secret that is known already opens nothing else.
pub(super) fn create_token(ctx: &Context<'_>, draft: &TokenDraft) -> Decision {
    let TokenDraft { agent_id, hash, expires_at, purpose, made_from } = *draft;
    let agent = ctx.active_agent(agent_id)?;
    check_may_handle(ctx, agent.role)?;
    if ctx.view.token(&hash.0).is_some() {
        return Err(Refusal::NotAllowed);
    }
    let token = Token { id: ctx.ask.ids.token_id(), agent_id, hash: hash.0, expires_at, purpose, made_from };
    let mut events = vec![Event::TokenCreated { token }];
    if let Some(from) = made_from {
        ctx.view.token_by_id(from).ok_or(Refusal::TokenNotFound)?;
        let max = ctx.limits.sessions;
        let before = ctx.view.sessions_of(from, max);
        events.extend(before.first().filter(|_| before.len() >= max).map(revoked));
    }
    Ok(events)
}

/// An invitation ends where the session begins, so that nobody comes in with it twice.
pub(super) fn redeem(
    ctx: &Context<'_>,
    invitation: &[u8; 32],
    hash: TokenHash,
    expires_at: Time,
) -> Decision {
    let found = ctx.view.token(invitation).filter(|token| token.purpose == Purpose::Invitation);
    let invitation = found.ok_or(Refusal::TokenNotFound)?;
    if invitation.expires_at.is_some_and(|until| until <= ctx.ask.clock) {
        return Err(Refusal::TokenNotFound);
    }
    let agent_id = ctx.active_agent(invitation.agent_id)?.id;
    if ctx.view.token(&hash.0).is_some() {
        return Err(Refusal::NotAllowed);
    }
    let token = Token {
        id: ctx.ask.ids.token_id(),
        agent_id,
        hash: hash.0,
        expires_at: Some(expires_at),
        purpose: Purpose::Session,
        made_from: None,
    };
    Ok(vec![Event::TokenCreated { token }, revoked(&invitation)])
}

/// One's own, or that of somebody whom one may handle; to others it does not exist. Browsers that were signed in
/// with it are signed out.
pub(super) fn revoke_token(ctx: &Context<'_>, token_id: TokenId) -> Decision {
    let token = ctx.view.token_by_id(token_id).ok_or(Refusal::TokenNotFound)?;
    let owner = ctx.view.agent(token.agent_id).ok_or(Refusal::TokenNotFound)?;
    if !is_own(ctx, owner.id) && !rights::may_handle(&ctx.caller, owner.role) {
        return Err(Refusal::TokenNotFound);
    }
    let sessions = ctx.view.sessions_of(token_id, ctx.limits.sessions);
    Ok([&token].into_iter().chain(&sessions).map(revoked).collect())
}

fn revoked(token: &Token) -> Event {
    Event::TokenRevoked { token_id: token.id, hash: token.hash }
}

fn is_own(ctx: &Context<'_>, agent_id: AgentId) -> bool {
    matches!(&ctx.caller, Caller::Agent(agent) if agent.id == agent_id)
}

fn check_may_handle(ctx: &Context<'_>, role: Role) -> Result<(), Refusal> {
    if rights::may_handle(&ctx.caller, role) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

fn check_groups(ctx: &Context<'_>, scope: &Scope) -> Result<(), Refusal> {
    match scope {
        Scope::All => Ok(()),
        Scope::Groups(groups) => groups.iter().try_for_each(|group| ctx.group(*group).map(drop)),
    }
}

fn check_not_last_admin(ctx: &Context<'_>, agent: &Agent) -> Result<(), Refusal> {
    let is_admin = |agent: &Agent| agent.role == Role::Admin && agent.status == AgentStatus::Active;
    let another = ctx.view.agents().iter().any(|other| other.id != agent.id && is_admin(other));
    if is_admin(agent) && !another { Err(Refusal::LastAdmin) } else { Ok(()) }
}

fn noted(agent_id: AgentId) -> Vec<Event> {
    vec![Event::Noted { about: About::Agent(agent_id) }]
}
