//! Channels, settings, the first commit of a workspace, and epochs.

use std::collections::BTreeSet;

use parloir_protocol::ids::{ChannelId, WorkspaceId};

use super::text::{check_at_most, check_count, check_name};
use super::{Context, Decision};
use crate::command::{DigestKey, TokenHash};
use crate::entity::{
    Address, Agent, AgentStatus, Availability, Channel, ChannelKind, Country, Group, GroupStatus, LINK_DAYS,
    Purpose, Role, Scope, Token, UnreadUntil, Workspace,
};
use crate::event::{About, Event};
use crate::refusal::Refusal;

/// The longest that a send is held: longer than anyone regrets one.
const HOLD_MS_MAX: usize = 30_000;
/// The longest that a link to a file works.
const LINK_DAYS_MAX: usize = 30;

/// Settings as they are to be, as far as they are named.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) country: Option<Country>,
    pub(super) unread_until: Option<UnreadUntil>,
    pub(super) hold_ms: Option<u32>,
    pub(super) link_days: Option<u16>,
}

/// What the group is called that every workspace begins with.
const DEFAULT_GROUP: &str = "General";

/// One sender is one channel.
pub(super) fn create_channel(
    ctx: &Context<'_>,
    kind: ChannelKind,
    name: &str,
    address: &Address,
    provider: &str,
    approved_countries: Option<&BTreeSet<Country>>,
) -> Decision {
    ctx.workspace()?;
    let name = name.trim();
    check_name("name", name, ctx.limits.name_chars)?;
    check_name("provider", provider, ctx.limits.name_chars)?;
    check_name("address", &address.value, ctx.limits.address_chars)?;
    check_countries(ctx, approved_countries)?;
    let channels = ctx.view.channels();
    check_count("channels", channels.len() + 1, ctx.limits.channels)?;
    if channels.iter().any(|channel| (channel.kind, &channel.address) == (kind, address)) {
        return Err(Refusal::OwnNumber);
    }
    let channel = Channel {
        id: ctx.ask.ids.channel_id(),
        kind,
        name: name.to_owned(),
        address: address.clone(),
        provider: provider.to_owned(),
        approved_countries: approved_countries.cloned(),
        seq: ctx.next_seq(),
    };
    Ok(vec![Event::ChannelCreated { channel }])
}

pub(super) fn change_channel(
    ctx: &Context<'_>,
    channel_id: ChannelId,
    name: Option<&str>,
    approved_countries: Option<&Option<BTreeSet<Country>>>,
) -> Decision {
    let channel = ctx.channel(channel_id)?;
    let name = name.map_or(channel.name.as_str(), str::trim);
    let approved_countries = approved_countries.unwrap_or(&channel.approved_countries);
    check_name("name", name, ctx.limits.name_chars)?;
    check_countries(ctx, approved_countries.as_ref())?;
    if (name, approved_countries) == (channel.name.as_str(), &channel.approved_countries) {
        return Ok(vec![Event::Noted { about: About::Nothing }]);
    }
    let approved_countries = approved_countries.clone();
    Ok(vec![Event::ChannelChanged { channel_id, name: name.to_owned(), approved_countries }])
}

pub(super) fn change(ctx: &Context<'_>, name: Option<&str>, change: Change) -> Decision {
    let workspace = ctx.workspace()?;
    let name = name.map_or(workspace.name.as_str(), str::trim);
    check_name("name", name, ctx.limits.name_chars)?;
    let after = Workspace {
        name: name.to_owned(),
        country: change.country.unwrap_or(workspace.country),
        unread_until: change.unread_until.unwrap_or(workspace.unread_until),
        hold_ms: change.hold_ms.unwrap_or(workspace.hold_ms),
        link_days: change.link_days.unwrap_or(workspace.link_days),
        ..workspace.clone()
    };
    check_at_most("hold_ms", after.hold_ms as usize, HOLD_MS_MAX)?;
    check_at_most("link_days", after.link_days.into(), LINK_DAYS_MAX)?;
    if after.link_days == 0 {
        return Err(Refusal::FieldEmpty { field: "link_days" });
    }
    if after == *workspace {
        return Ok(vec![Event::Noted { about: About::Nothing }]);
    }
    let Workspace { name, country, unread_until, hold_ms, link_days, .. } = after;
    Ok(vec![Event::WorkspaceChanged { name, country, unread_until, hold_ms, link_days }])
}

/// Settings, the default group, one admin and a way in.
pub(super) fn provision(
    ctx: &Context<'_>,
    workspace_id: WorkspaceId,
    name: &str,
    country: Country,
    digest_key: DigestKey,
    admin: &str,
    hash: TokenHash,
) -> Decision {
    let (name, admin) = (name.trim(), admin.trim());
    check_name("name", name, ctx.limits.name_chars)?;
    check_name("admin", admin, ctx.limits.name_chars)?;
    if ctx.view.workspace().is_some() || ctx.view.keys().0 != workspace_id {
        return Err(Refusal::AlreadyProvisioned);
    }
    let ids = &ctx.ask.ids;
    let workspace = Workspace {
        id: workspace_id,
        name: name.to_owned(),
        country,
        unread_until: UnreadUntil::Opened,
        default_group: ids.group_id(),
        hold_ms: 0,
        link_days: LINK_DAYS,
        digest_key: digest_key.0,
        seq: ctx.next_seq(),
    };
    let mut events = vec![Event::WorkspaceCreated { workspace }];
    let seq = ctx.seq_after(&events);
    let group =
        Group { id: ids.group_id(), name: DEFAULT_GROUP.to_owned(), status: GroupStatus::Active, seq };
    events.push(Event::GroupCreated { group });
    events.push(Event::AgentCreated { agent: first_admin(ctx, admin, ctx.seq_after(&events)) });
    let token = Token {
        id: ids.token_id(),
        agent_id: ids.agent_id(),
        hash: hash.0,
        expires_at: None,
        purpose: Purpose::Access,
        made_from: None,
    };
    events.push(Event::TokenCreated { token });
    Ok(events)
}

fn first_admin(ctx: &Context<'_>, name: &str, seq: u64) -> Agent {
    Agent {
        id: ctx.ask.ids.agent_id(),
        name: name.to_owned(),
        role: Role::Admin,
        scope: Scope::All,
        rights: BTreeSet::new(),
        status: AgentStatus::Active,
        availability: Availability::Away,
        seq,
        scope_changed_seq: seq,
    }
}

pub(super) fn register(ctx: &Context<'_>, workspace_id: WorkspaceId, name: &str) -> Decision {
    let name = name.trim();
    check_name("name", name, ctx.limits.name_chars)?;
    if ctx.view.registered().contains(&(workspace_id, name.to_owned())) {
        return Ok(vec![Event::Noted { about: About::Nothing }]);
    }
    Ok(vec![Event::WorkspaceRegistered { workspace_id, name: name.to_owned() }])
}

pub(super) fn begin_epoch(ctx: &Context<'_>, epoch: u64) -> Decision {
    if ctx.view.head().epoch == epoch {
        return Ok(vec![Event::Noted { about: About::Nothing }]);
    }
    Ok(vec![Event::EpochStarted { epoch }])
}

fn check_countries(ctx: &Context<'_>, countries: Option<&BTreeSet<Country>>) -> Result<(), Refusal> {
    check_count("approved_countries", countries.map_or(0, BTreeSet::len), ctx.limits.countries)
}
