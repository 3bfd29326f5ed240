//! The nouns of the state as they stand in frames. An erased value is nothing.

use parloir_desk::answer::Answer;
use parloir_desk::commit::{self, Key};
use parloir_desk::counters;
use parloir_desk::entity as desk;
use parloir_protocol::down::Done;
use parloir_protocol::entity as wire;
use parloir_protocol::ids::{AgentId, CommandId, GroupId};

pub use content::{
    actions, attachment, kind, link, location, message_card, reaction, sent_template, template,
};
pub use webhook::{standing, webhook};
pub use words::*;

mod content;
mod webhook;
mod words;

pub fn actor(actor: commit::Actor) -> wire::Actor {
    match actor {
        commit::Actor::Agent(agent_id) => wire::Actor::Agent { agent_id },
        commit::Actor::Contact(channel_id) => wire::Actor::Contact { channel_id },
        commit::Actor::Provider(channel_id) => wire::Actor::Provider { channel_id },
        commit::Actor::System => wire::Actor::System,
    }
}

/// The command's id, when a client gave one.
pub fn command_id(key: &Key) -> Option<CommandId> {
    match key {
        Key::Client(_, command_id) => Some(*command_id),
        Key::Provider(..)
        | Key::Away(..)
        | Key::Outcome(..)
        | Key::Deadline(..)
        | Key::Media(..)
        | Key::Link(..)
        | Key::Job(..)
        | Key::Webhook(..)
        | Key::Operator(_) => None,
    }
}

/// Secrets that a command made, the first time it is answered.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Of a new way in.
    pub token: Option<String>,
    /// What a webhook signs with.
    pub secret: Option<String>,
}

/// What an accepted command made.
pub fn done(answer: &Answer, shown: Shown) -> Done {
    Done {
        seq: answer.seq,
        conversation_id: answer.conversation_id,
        message_id: answer.message_id,
        contact_id: answer.contact_id,
        group_id: answer.group_id,
        agent_id: answer.agent_id,
        channel_id: answer.channel_id,
        note_id: answer.note_id,
        job_id: answer.job_id,
        template_id: answer.template_id,
        token_id: answer.token_id,
        webhook_id: answer.webhook_id,
        workspace_id: answer.workspace_id,
        token: shown.token,
        secret: shown.secret,
    }
}

pub fn workspace(workspace: &desk::Workspace) -> wire::Workspace {
    wire::Workspace {
        workspace_id: workspace.id,
        name: workspace.name.clone(),
        country: workspace.country.as_str().to_owned(),
        unread_until: unread_until(workspace.unread_until),
        default_group: workspace.default_group,
        hold_ms: workspace.hold_ms,
        link_days: workspace.link_days,
        seq: workspace.seq,
    }
}

pub fn unread_until(until: desk::UnreadUntil) -> String {
    let word = match until {
        desk::UnreadUntil::Opened => "opened",
        desk::UnreadUntil::Answered => "answered",
    };
    word.to_owned()
}

pub fn agent(agent: &desk::Agent) -> wire::Agent {
    wire::Agent {
        agent_id: agent.id,
        name: agent.name.clone(),
        role: role(agent.role),
        groups: groups(&agent.scope),
        status: agent_status(agent.status),
        availability: availability(agent.availability),
        seq: agent.seq,
    }
}

/// The groups of a scope; nothing means all.
pub fn groups(scope: &desk::Scope) -> Option<Vec<GroupId>> {
    match scope {
        desk::Scope::All => None,
        desk::Scope::Groups(groups) => Some(groups.iter().copied().collect()),
    }
}

pub fn channel(channel: &desk::Channel) -> wire::Channel {
    wire::Channel {
        channel_id: channel.id,
        kind: channel_kind(channel.kind),
        name: channel.name.clone(),
        address: address(&channel.address),
        provider: Some(channel.provider.clone()),
        approved_countries: channel.approved_countries.as_ref().map(countries),
        seq: channel.seq,
    }
}

pub fn countries<'a>(countries: impl IntoIterator<Item = &'a desk::Country>) -> Vec<String> {
    countries.into_iter().map(|country| country.as_str().to_owned()).collect()
}

pub fn address(address: &desk::Address) -> wire::Address {
    wire::Address { kind: address_kind(address.kind), value: address.value.clone() }
}

pub fn group(group: &desk::Group) -> wire::Group {
    wire::Group {
        group_id: group.id,
        name: group.name.clone(),
        status: group_status(group.status),
        seq: group.seq,
    }
}

pub fn contact(contact: &desk::Contact) -> wire::Contact {
    wire::Contact { contact_id: contact.id, card: contact.card.known().map(card), seq: contact.seq }
}

pub fn card(card: &desk::Card) -> wire::Card {
    wire::Card {
        name: card.name.clone(),
        tags: card.tags.clone(),
        properties: card.properties.clone(),
        addresses: card.addresses.iter().map(address).collect(),
    }
}

pub fn header(header: &desk::Header) -> wire::Header {
    wire::Header {
        conversation_id: header.conversation_id,
        status: status(header.status),
        unread: header.unread,
        group_id: header.group_id,
        assignee: header.assignee,
        activity_seq: header.activity_seq,
        activity_at: header.activity_at,
        waiting_seq: header.waiting.map(|waiting| waiting.seq),
        waiting_since: header.waiting.map(|waiting| waiting.since),
        episode: header.episode,
        window_until: header.window_until,
    }
}

pub fn message(message: &desk::Message) -> wire::Message {
    wire::Message {
        message_id: message.id,
        direction: direction(message.direction),
        text: message.text.known().cloned(),
        author: message.author,
        seen_seq: message.seen_seq,
        delivery: message.delivery.map(delivery),
        failure: message.failure.map(failure),
        attempt: message.attempt.0,
        attachments: message.attachments.iter().map(attachment).collect(),
        card: message.card.as_ref().map(|card| message_card(card, &message.attachments)),
        template: message.template.as_ref().map(sent_template),
        location: message.location.as_ref().map(location),
        reaction: message.reaction.as_ref().map(reaction),
        link: message.link.as_ref().filter(|link| link.url.is_none()).map(link),
        due_at: message.due_at,
        carriage: message.carriage.map(carriage),
    }
}

pub fn job(job: &desk::Job) -> wire::Job {
    wire::Job {
        job_id: job.id,
        kind: job_kind(&job.kind),
        status: job_status(job.status),
        done: job.done,
        total: job.total,
        seq: job.seq,
    }
}

pub fn job_kind(kind: &desk::JobKind) -> wire::JobKind {
    match kind {
        desk::JobKind::DeleteGroup { group_id, target } => {
            wire::JobKind::DeleteGroup { group_id: *group_id, target: *target }
        }
        desk::JobKind::CloseGroup { group_id } => wire::JobKind::CloseGroup { group_id: *group_id },
        desk::JobKind::EraseContact { contact_id, .. } => {
            wire::JobKind::EraseContact { contact_id: *contact_id }
        }
        desk::JobKind::ImportContacts { attachment_id } => {
            wire::JobKind::ImportContacts { attachment_id: *attachment_id }
        }
    }
}

/// One group's counters as of `seq`, with those of the agents given.
pub fn counters(
    seq: u64,
    group_id: GroupId,
    counters: counters::GroupCounters,
    assignees: &[(AgentId, counters::AssigneeCounters)],
) -> wire::Counters {
    let assignee = |(agent_id, counters): &(AgentId, counters::AssigneeCounters)| wire::AssigneeCounters {
        agent_id: *agent_id,
        open: counters.open,
        unread: counters.unread,
    };
    wire::Counters {
        seq,
        group_id,
        open: counters.open,
        closed: counters.closed,
        unread: counters.unread,
        unassigned: counters.unassigned,
        assignees: assignees.iter().map(assignee).collect(),
        complete: false,
    }
}
