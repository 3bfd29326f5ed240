//! Who did something, and what makes it happen once.

use parloir_desk::commit;
use serde::{Deserialize, Serialize};

use super::bytes::{Id, Moment, Secret};
use super::kept::{Kept, words};

#[derive(Serialize, Deserialize)]
pub(super) enum Actor {
    #[serde(rename = "agent")]
    Agent { agent_id: Id },
    #[serde(rename = "contact")]
    Contact { channel_id: Id },
    #[serde(rename = "provider")]
    Provider { channel_id: Id },
    #[serde(rename = "system")]
    System,
}

impl Kept<commit::Actor> for Actor {
    fn keep(actor: &commit::Actor) -> Self {
        match actor {
            commit::Actor::Agent(id) => Self::Agent { agent_id: Id::keep(id) },
            commit::Actor::Contact(id) => Self::Contact { channel_id: Id::keep(id) },
            commit::Actor::Provider(id) => Self::Provider { channel_id: Id::keep(id) },
            commit::Actor::System => Self::System,
        }
    }

    fn give(self) -> commit::Actor {
        match self {
            Self::Agent { agent_id } => commit::Actor::Agent(agent_id.give()),
            Self::Contact { channel_id } => commit::Actor::Contact(channel_id.give()),
            Self::Provider { channel_id } => commit::Actor::Provider(channel_id.give()),
            Self::System => commit::Actor::System,
        }
    }
}

words! {
    OutboxStep of commit::OutboxStep { Started = "started", Answered = "answered" }
    DeadlineKind of commit::DeadlineKind { Release = "release" }
}

#[derive(Serialize, Deserialize)]
pub(super) enum Key {
    #[serde(rename = "client")]
    Client { agent_id: Id, command_id: Id },
    #[serde(rename = "provider")]
    Provider { channel_id: Id, event: Id },
    #[serde(rename = "away")]
    Away { agent_id: Id, due: Moment },
    #[serde(rename = "outcome")]
    Outcome { message_id: Id, attempt: u32, step: OutboxStep },
    #[serde(rename = "deadline")]
    Deadline { kind: DeadlineKind, entity: Id, due: Moment },
    #[serde(rename = "media")]
    Media { message_id: Id, index: u32 },
    #[serde(rename = "link")]
    Link { hash: Secret, visit: Id },
    #[serde(rename = "job")]
    Job { job_id: Id, step: u32 },
    #[serde(rename = "webhook")]
    Webhook { webhook_id: Id, step: u64 },
    #[serde(rename = "operator")]
    Operator { command_id: Id },
}

impl Kept<commit::Key> for Key {
    fn keep(key: &commit::Key) -> Self {
        match key {
            commit::Key::Client(agent, command) => {
                Self::Client { agent_id: Id::keep(agent), command_id: Id::keep(command) }
            }
            commit::Key::Provider(channel, event) => {
                Self::Provider { channel_id: Id::keep(channel), event: Id::keep(event) }
            }
            commit::Key::Away(agent, due) => Self::Away { agent_id: Id::keep(agent), due: Moment::keep(due) },
            commit::Key::Outcome(message, attempt, step) => Self::Outcome {
                message_id: Id::keep(message),
                attempt: Kept::keep(attempt),
                step: OutboxStep::keep(step),
            },
            commit::Key::Deadline(kind, entity, due) => Self::Deadline {
                kind: DeadlineKind::keep(kind),
                entity: Id::keep(entity),
                due: Moment::keep(due),
            },
            commit::Key::Media(message, index) => {
                Self::Media { message_id: Id::keep(message), index: *index }
            }
            commit::Key::Link(hash, visit) => Self::Link { hash: Secret::keep(hash), visit: Id::keep(visit) },
            commit::Key::Job(job, step) => Self::Job { job_id: Id::keep(job), step: *step },
            commit::Key::Webhook(webhook, step) => {
                Self::Webhook { webhook_id: Id::keep(webhook), step: *step }
            }
            commit::Key::Operator(command) => Self::Operator { command_id: Id::keep(command) },
        }
    }

    fn give(self) -> commit::Key {
        match self {
            Self::Client { agent_id, command_id } => commit::Key::Client(agent_id.give(), command_id.give()),
            Self::Provider { channel_id, event } => commit::Key::Provider(channel_id.give(), event.give()),
            Self::Away { agent_id, due } => commit::Key::Away(agent_id.give(), due.give()),
            Self::Outcome { message_id, attempt, step } => {
                commit::Key::Outcome(message_id.give(), attempt.give(), step.give())
            }
            Self::Deadline { kind, entity, due } => {
                commit::Key::Deadline(kind.give(), entity.give(), due.give())
            }
            Self::Media { message_id, index } => commit::Key::Media(message_id.give(), index),
            Self::Link { hash, visit } => commit::Key::Link(hash.give(), visit.give()),
            Self::Job { job_id, step } => commit::Key::Job(job_id.give(), step),
            Self::Webhook { webhook_id, step } => commit::Key::Webhook(webhook_id.give(), step),
            Self::Operator { command_id } => commit::Key::Operator(command_id.give()),
        }
    }
}
