//! The workspace of the demonstration before anybody writes: groups, people, channels, saved customers.

use std::collections::{BTreeMap, BTreeSet};

use parloir_desk::command::{CardChange, Command};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Address, AddressKind, AgentStatus, ChannelKind, Country, Right, Role, Scope};
use parloir_protocol::ids::{AgentId, ChannelId, GroupId};

use super::ask::{Asker, command_id};
use super::people::{CUSTOMERS, Customer, GROUPS, INTEGRATION, WORKERS, Worker, scope};
use super::tokens::Tokens;
use super::{DemoError, DemoFile, WORKSPACE, file};
use crate::provision::{Founding, found as provisioned};
use crate::secret::Secret;

/// Days before now on which all of it was set up.
const SET_UP_DAYS_AGO: i64 = 8;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

const NAME: &str = "Démo Parloir";
const FOUNDING: &str = "founding";

/// Where the text channel may write to; a number elsewhere shows what a missing approval looks like.
const SMS_COUNTRIES: [Country; 5] =
    [Country::FRANCE, Country(*b"BE"), Country(*b"CH"), Country(*b"LU"), Country(*b"MC")];

/// A sender of the demonstration.
struct Sender {
    key: &'static str,
    kind: ChannelKind,
    name: &'static str,
    address: (AddressKind, &'static str),
    countries: Option<&'static [Country]>,
}

const SENDERS: [Sender; 3] = [
    Sender {
        key: "sms",
        kind: ChannelKind::Sms,
        name: "SMS boutique",
        address: (AddressKind::E164, "+33639989900"),
        countries: Some(&SMS_COUNTRIES),
    },
    Sender {
        key: "rcs",
        kind: ChannelKind::Rcs,
        name: "RCS boutique",
        address: (AddressKind::Rcs, "parloir_demo_agent"),
        countries: None,
    },
    Sender {
        key: "whatsapp",
        kind: ChannelKind::Whatsapp,
        name: "WhatsApp",
        address: (AddressKind::E164, "+447700900900"),
        countries: None,
    },
];

/// Everyone and everything by the name that stories use.
pub(super) struct Cast {
    pub(super) groups: BTreeMap<&'static str, GroupId>,
    pub(super) workers: BTreeMap<&'static str, AgentId>,
    pub(super) channels: BTreeMap<&'static str, ChannelId>,
    integration: AgentId,
}

/// Gives the workspace its first commit; the admin's token where it has just been made.
pub(super) async fn found(asker: &Asker) -> Result<Option<String>, DemoError> {
    if asker.known(FOUNDING).is_some() {
        return Ok(None);
    }
    asker.node.clock.set_back(SET_UP_DAYS_AGO * DAY_MILLIS);
    let [admin, ..] = &WORKERS;
    let founding = Founding { name: NAME.to_owned(), country: Country::FRANCE, admin: admin.name.to_owned() };
    let founded =
        provisioned(&asker.node, WORKSPACE, command_id(FOUNDING), founding, &Secret::random(WORKSPACE)).await;
    let done = founded.map_err(|rejected| DemoError::Rejected { step: FOUNDING.to_owned(), rejected })?;
    Ok(done.token)
}

impl Cast {
    /// Everyone, made where they are missing.
    pub(super) async fn gather(asker: &Asker) -> Result<Self, DemoError> {
        let groups = groups(asker).await?;
        let workers = workers(asker, &groups).await?;
        let integration = integration(asker).await?;
        let channels = channels(asker).await?;
        for customer in &CUSTOMERS {
            save(asker, workers[WORKERS[0].key], customer).await?;
        }
        Ok(Self { groups, workers, channels, integration })
    }

    /// How to get in, without the address of the server.
    pub(super) async fn file(&self, asker: &Asker, tokens: &Tokens<'_>) -> Result<DemoFile, DemoError> {
        let mut agents = Vec::new();
        for id in WORKERS.iter().map(|worker| self.workers[worker.key]) {
            let agent = asker.view(|view| view.agent(id));
            let Some(agent) = agent.filter(|agent| agent.status == AgentStatus::Active) else { continue };
            let role = role(agent.role).to_owned();
            agents.push(file::Agent { id, name: agent.name, role, token: tokens.of(id).await? });
        }
        let channels = SENDERS.iter().map(|sender| file::Channel {
            id: self.channels[sender.key],
            kind: sender.key.to_owned(),
            address: sender.address.1.to_owned(),
            inbound_url: String::new(),
        });
        Ok(DemoFile {
            url: String::new(),
            workspace: WORKSPACE,
            agents,
            integration: file::Integration { token: tokens.of(self.integration).await? },
            channels: channels.collect(),
        })
    }
}

async fn groups(asker: &Asker) -> Result<BTreeMap<&'static str, GroupId>, DemoError> {
    let [default, others @ ..] = GROUPS;
    let founded = asker.view(|view| view.workspace()).map(|settings| settings.default_group);
    let group_id = founded.ok_or_else(|| missing("default group"))?;
    let mut groups = BTreeMap::from([(default, group_id)]);
    let rename = Command::RenameGroup { group_id, name: default.to_owned() };
    asker.once("default group", Actor::System, rename).await?;
    for name in others {
        let step = format!("group {name}");
        let create = Command::CreateGroup { name: name.to_owned() };
        let answer = asker.once(&step, Actor::System, create).await?;
        groups.insert(name, answer.group_id.ok_or_else(|| missing(&step))?);
    }
    Ok(groups)
}

async fn workers(
    asker: &Asker,
    groups: &BTreeMap<&'static str, GroupId>,
) -> Result<BTreeMap<&'static str, AgentId>, DemoError> {
    let [admin, others @ ..] = &WORKERS;
    let founded = asker.known(FOUNDING).and_then(|answer| answer.agent_id);
    let mut workers = BTreeMap::from([(admin.key, founded.ok_or_else(|| missing(FOUNDING))?)]);
    for worker in others {
        let Worker { key, name, role, .. } = *worker;
        let scope = scope(worker, |name| groups.get(name).copied());
        workers.insert(key, agent(asker, name, role, scope, BTreeSet::new()).await?);
    }
    Ok(workers)
}

async fn integration(asker: &Asker) -> Result<AgentId, DemoError> {
    let rights = BTreeSet::from([Right::Log, Right::Agents, Right::Settings, Right::Inbound]);
    agent(asker, INTEGRATION, Role::Integration, Scope::All, rights).await
}

async fn agent(
    asker: &Asker,
    name: &str,
    role: Role,
    scope: Scope,
    rights: BTreeSet<Right>,
) -> Result<AgentId, DemoError> {
    let step = format!("agent {name}");
    let create = Command::CreateAgent { name: name.to_owned(), role, scope, rights };
    asker.once(&step, Actor::System, create).await?.agent_id.ok_or_else(|| missing(&step))
}

async fn channels(asker: &Asker) -> Result<BTreeMap<&'static str, ChannelId>, DemoError> {
    let mut channels = BTreeMap::new();
    for sender in &SENDERS {
        let (kind, value) = sender.address;
        let step = format!("channel {}", sender.key);
        let create = Command::CreateChannel {
            kind: sender.kind,
            name: sender.name.to_owned(),
            address: Address { kind, value: value.to_owned() },
            provider: crate::providers::simulator::NAME.to_owned(),
            approved_countries: sender.countries.map(|countries| countries.iter().copied().collect()),
        };
        let answer = asker.once(&step, Actor::System, create).await?;
        channels.insert(sender.key, answer.channel_id.ok_or_else(|| missing(&step))?);
    }
    Ok(channels)
}

async fn save(asker: &Asker, by: AgentId, customer: &Customer) -> Result<(), DemoError> {
    let properties = customer.properties.split(';').filter_map(|property| property.split_once('='));
    let change = CardChange {
        name: Some(customer.name.to_owned()),
        add_tags: customer.tags.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        properties: properties.map(|(key, value)| (key.to_owned(), Some(value.to_owned()))).collect(),
        add_addresses: BTreeSet::from([number(customer.number)]),
        ..CardChange::default()
    };
    let save = Command::SaveContact { contact_id: None, change };
    asker.once(&format!("contact {}", customer.number), Actor::Agent(by), save).await.map(drop)
}

pub(super) fn number(value: &str) -> Address {
    Address { kind: AddressKind::E164, value: value.to_owned() }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Supervisor => "supervisor",
        Role::Agent => "agent",
        Role::TemplateAgent => "template_agent",
        Role::Integration => "integration",
    }
}

fn missing(step: &str) -> DemoError {
    DemoError::Unreadable(format!("'{step}' made nothing"))
}
