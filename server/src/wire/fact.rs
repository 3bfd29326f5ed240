//! Logged events as clients are told of them. An event of the wire is a pure function of the logged one,
//! so a frame that is made again equals the one that was live; only `entered` needs a row.

use parloir_desk::commit::{Actor, Commit};
use parloir_desk::event::Event as E;
use parloir_protocol::entity::Row;
use parloir_protocol::event::{self as wire, Fact};
use parloir_protocol::ids::ConversationId;
use parloir_protocol::time::Time;

use super::entity;

mod agent;
mod channel;
mod contact;
mod conversation;
mod group;
mod job;
mod message;
mod planned;
mod template;
mod webhook;
mod workspace;

/// An event as clients are told, or the name under which the log keeps it from all of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Fact(Box<Fact>),
    Kept(&'static str),
}

/// What clients are told of `event`, which has the place `seq` and was caused by `actor`.
pub fn told(event: &E, seq: u64, by: Actor) -> Told {
    Told::Fact(Box::new(match event {
        E::WorkspaceCreated { .. } => return Told::Kept("workspace.created"),
        E::WorkspaceRegistered { .. } => return Told::Kept("workspace.registered"),
        E::EpochStarted { .. } => return Told::Kept("epoch.started"),
        E::Noted { .. } => return Told::Kept("command.noted"),
        E::TokenCreated { .. } => return Told::Kept("token.created"),
        E::TokenRevoked { .. } => return Told::Kept("token.revoked"),
        E::ReceiptKept { .. } => return Told::Kept("receipt.kept"),
        E::WebhookAdvanced { .. } => return Told::Kept("webhook.advanced"),
        E::WebhookSaved { .. } | E::WebhookDeleted { .. } => of_webhook(event),
        E::WebhookReplayed { .. } | E::WebhookDisabled { .. } => of_webhook(event),
        E::WorkspaceChanged { name, country, unread_until, hold_ms, link_days } => {
            workspace::changed(name, *country, *unread_until, (*hold_ms, *link_days))
        }
        E::AgentCreated { agent } => agent::created(agent),
        E::AgentChanged { agent_id, name, role, scope } => agent::changed(*agent_id, name, *role, scope),
        E::AgentDeactivated { agent_id } => agent::deactivated(*agent_id),
        E::AvailabilityChanged { agent_id, availability } => agent::available(*agent_id, *availability),
        E::ChannelCreated { channel } => channel::created(channel),
        E::ChannelChanged { channel_id: id, name, approved_countries: to } => channel::changed(*id, name, to),
        E::JobStarted { job_id, kind, total } => job::started(*job_id, kind, *total, seq),
        E::JobAdvanced { job_id, done } => job::advanced(*job_id, *done),
        E::JobRewriting { job_id } => job::rewriting(*job_id),
        E::JobDone { job_id } => job::done(*job_id),
        E::GroupCreated { group } => group::created(group),
        E::GroupRenamed { group_id, name } => group::renamed(*group_id, name),
        E::GroupArchived { group_id } => group::archived(*group_id),
        E::GroupEmptying { group_id, target } => group::emptying(*group_id, *target),
        E::GroupDeleted { group_id } => group::deleted(*group_id),
        E::ConversationStarted { header, channel_id, counterpart, .. } => {
            conversation::started(header, *channel_id, counterpart)
        }
        E::ProfileNamed { header, profile_name, .. } => conversation::named(header, profile_name),
        E::ConversationMoved { header, from } => conversation::moved(header, *from),
        E::ConversationClosed { header } => conversation::closed(header),
        E::ConversationReopened { header, cause } => conversation::reopened(header, *cause),
        E::ConversationAssigned { header, from } => conversation::assigned(header, *from),
        E::ConversationRead { header, agent_id, up_to } => conversation::read(header, *agent_id, *up_to),
        E::ConversationMarkedUnread { header } => conversation::marked_unread(header),
        E::ConversationErased { header } => conversation::erased(header),
        E::ConsentChanged { conversation_id, channel_id, consent, .. } => {
            conversation::consent_changed(*conversation_id, *channel_id, *consent)
        }
        E::MessageReceived { .. } | E::MessageQueued { .. } => of_message(event, by),
        E::MessagePlanned { .. } | E::MessagePlanChanged { .. } => of_message(event, by),
        E::MessageCancelled { .. } | E::AttachmentStored { .. } => of_message(event, by),
        E::AttachmentMissing { .. } | E::LinkOpened { .. } | E::LinkRevoked { .. } => of_message(event, by),
        E::DeliveryChanged { .. } => of_message(event, by),
        E::TemplateSaved { template } => template::saved(template),
        E::TemplateDeleted { template_id } => template::deleted(*template_id),
        E::NoteAdded { header, note_id, text, mentions, .. } => {
            message::note(header, *note_id, text, mentions)
        }
        E::ContactSaved { contact_id, card, .. } => contact::saved(*contact_id, card, seq),
        E::ContactMerged { survivor, merged, card, .. } => contact::merged(*survivor, *merged, card, seq),
        E::ContactUnmerged { survivor, restored } => contact::unmerged(*survivor, *restored),
        E::ContactErased { contact_id } => contact::erased(*contact_id),
    }))
}

/// What clients are told of a message's event.
fn of_message(event: &E, by: Actor) -> Fact {
    match event {
        E::MessageReceived { header, message_id, incoming, .. } => {
            message::received(header, *message_id, incoming)
        }
        E::MessageQueued { header, message_id, outgoing, seen_seq, author, .. } => {
            message::queued(header, *message_id, outgoing, *seen_seq, (*author, by))
        }
        E::MessagePlanned { header, message_id, outgoing, seen_seq, delivery, due_at, .. } => {
            planned::planned(header, *message_id, outgoing, *seen_seq, (*delivery, *due_at), by)
        }
        E::MessagePlanChanged { conversation_id, message_id, delivery, due_at, .. } => {
            planned::changed(*conversation_id, *message_id, *delivery, *due_at)
        }
        E::MessageCancelled { conversation_id, message_id, .. } => {
            planned::cancelled(*conversation_id, *message_id)
        }
        E::AttachmentStored { conversation_id, message_id, attachment_id, file, .. } => {
            message::stored(*conversation_id, *message_id, *attachment_id, file)
        }
        E::AttachmentMissing { conversation_id, message_id, attachment_id, .. } => {
            message::missing(*conversation_id, *message_id, *attachment_id)
        }
        E::LinkOpened { conversation_id, message_id, .. } => message::opened(*conversation_id, *message_id),
        E::LinkRevoked { conversation_id, message_id, .. } => message::revoked(*conversation_id, *message_id),
        E::DeliveryChanged { conversation_id, message_id, attempt, delivery, failure, .. } => {
            message::delivery_changed(*conversation_id, *message_id, *attempt, *delivery, *failure)
        }
        _ => unreachable!("only events about messages come here"),
    }
}

/// What those who look after it are told of a webhook's event.
fn of_webhook(event: &E) -> Fact {
    match event {
        E::WebhookSaved { webhook } => webhook::saved(webhook),
        E::WebhookDeleted { webhook_id } => webhook::deleted(*webhook_id),
        E::WebhookReplayed { webhook_id, from_seq } => webhook::replayed(*webhook_id, *from_seq),
        E::WebhookDisabled { webhook_id, failed_seq, reason, .. } => {
            webhook::disabled(*webhook_id, *failed_seq, *reason)
        }
        _ => unreachable!("only events about webhooks come here"),
    }
}

/// The fact in `event`; nothing when nobody is told.
pub fn fact(event: &E, seq: u64, by: Actor) -> Option<Fact> {
    match told(event, seq, by) {
        Told::Fact(fact) => Some(*fact),
        Told::Kept(_) => None,
    }
}

/// The frame of `fact`, which `commit` holds at `seq`.
pub fn frame(commit: &Commit, fact: Fact, seq: u64, at: Time) -> wire::Event {
    wire::Event {
        seq,
        at,
        actor: entity::actor(commit.actor),
        command_id: entity::command_id(&commit.key),
        fact,
    }
}

/// A move, for those who see only the new group.
pub fn entered(row: Row) -> Fact {
    Fact::ConversationEntered(wire::conversation::Entered { row })
}

/// A move, for those who see only the old group.
pub fn left(conversation_id: ConversationId) -> Fact {
    Fact::ConversationLeft(wire::conversation::Left { conversation_id })
}
