//! A workspace of the benchmark: made as the operator and its first admin would make it, and written down, so
//! that a later run finds its way in again.

use std::path::Path;

use anyhow::Context as _;
use parloir_client::protocol::command::{Command, agent, group, workspace};
use parloir_client::protocol::entity::{Address, AddressKind, ChannelKind, Role};
use parloir_client::protocol::ids::{ChannelId, GroupId};
use serde::{Deserialize, Serialize};

use super::people::{CHANNELS, People};
use crate::plan::Target;
use crate::webhook::Http;

/// Groups that the limited agent sees: one of the largest, a middling one and a small one.
pub(crate) const SEEN_GROUPS: [usize; 3] = [1, 12, 60];

const SENDERS: [(ChannelKind, &str, &str); CHANNELS] = [
    (ChannelKind::Sms, "SMS", "+33990000001"),
    (ChannelKind::Whatsapp, "WhatsApp", "+33990000002"),
    (ChannelKind::Rcs, "RCS", "+33990000003"),
];

/// A workspace and the ways into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Desk {
    pub(crate) admin: String,
    /// The token of an agent who sees [`SEEN_GROUPS`] only.
    pub(crate) limited: Option<String>,
    pub(crate) channels: Vec<ChannelId>,
    pub(crate) groups: Vec<GroupId>,
}

impl Desk {
    /// Makes a workspace with the groups of `people`.
    pub(crate) async fn found(url: &str, data: &Path, name: &str, people: &People) -> anyhow::Result<Self> {
        let operator = std::fs::read_to_string(data.join("operator.token"))?;
        let operator = Http::new(target(url, operator.trim()));
        let create =
            workspace::Create { name: name.to_owned(), country: "FR".to_owned(), admin: "Load".to_owned() };
        let done = operator.command(Command::WorkspaceCreate(create)).await?;
        let admin = done.token.context("a token is shown once")?;
        let http = Http::new(target(url, &admin));
        let mut desk = Self { admin, limited: None, channels: Vec::new(), groups: Vec::new() };
        for (kind, name, number) in SENDERS {
            desk.channels.push(channel(&http, kind, name, number).await?);
        }
        for name in &people.groups {
            let done = http.command(Command::GroupCreate(group::Create { name: name.clone() })).await?;
            desk.groups.push(done.group_id.context("a group has an id")?);
        }
        Ok(desk)
    }

    /// Hires the agent who sees some groups.
    pub(crate) async fn hire_limited(&mut self, url: &str) -> anyhow::Result<()> {
        let http = Http::new(target(url, &self.admin));
        let groups = SEEN_GROUPS.iter().filter_map(|group| self.groups.get(*group).copied()).collect();
        let create = agent::Create {
            name: "Limited".to_owned(),
            role: Role::Agent,
            groups: Some(groups),
            rights: None,
        };
        let agent_id = http.command(Command::AgentCreate(create)).await?.agent_id;
        let agent_id = agent_id.context("an agent has an id")?;
        let create = agent::CreateToken { agent_id, expires_at: None };
        self.limited = http.command(Command::TokenCreate(create)).await?.token;
        Ok(())
    }

    pub(crate) fn admin(&self, url: &str) -> Target {
        target(url, &self.admin)
    }
}

async fn channel(http: &Http, kind: ChannelKind, name: &str, number: &str) -> anyhow::Result<ChannelId> {
    let create = workspace::CreateChannel {
        kind,
        name: name.to_owned(),
        address: Address { kind: AddressKind::E164, value: number.to_owned() },
        provider: "simulator".to_owned(),
        approved_countries: None,
    };
    let done = http.command(Command::ChannelCreate(create)).await?;
    done.channel_id.context("a channel has an id")
}

pub(crate) fn target(url: &str, token: &str) -> Target {
    Target { url: url.to_owned(), token: token.to_owned() }
}
