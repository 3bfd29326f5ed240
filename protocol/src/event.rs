//! Facts as they are told to clients. Each is a pure function of the log, so the frame read again after a
//! reconnect equals the one that was live.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::entity::Actor;
use crate::ids::CommandId;
use crate::named::named;
use crate::time::Time;

pub mod agent;
pub mod contact;
pub mod conversation;
pub mod group;
pub mod message;
pub mod template;
pub mod webhook;
pub mod workspace;

named! {
    /// What happened, by name.
    Fact in "data" {
        "conversation.started" => ConversationStarted(conversation::Started),
        "conversation.named" => ConversationNamed(conversation::Named),
        "conversation.moved" => ConversationMoved(conversation::Moved),
        "conversation.entered" => ConversationEntered(conversation::Entered),
        "conversation.left" => ConversationLeft(conversation::Left),
        "conversation.closed" => ConversationClosed(conversation::Closed),
        "conversation.reopened" => ConversationReopened(conversation::Reopened),
        "conversation.assigned" => ConversationAssigned(conversation::Assigned),
        "conversation.read" => ConversationRead(conversation::Read),
        "conversation.marked_unread" => ConversationMarkedUnread(conversation::MarkedUnread),
        "conversation.erased" => ConversationErased(conversation::Erased),
        "consent.changed" => ConsentChanged(conversation::ConsentChanged),
        "message.received" => MessageReceived(message::Received),
        "message.queued" => MessageQueued(message::Queued),
        "message.delivery_changed" => MessageDeliveryChanged(message::DeliveryChanged),
        "message.planned" => MessagePlanned(message::Planned),
        "message.plan_changed" => MessagePlanChanged(message::PlanChanged),
        "message.cancelled" => MessageCancelled(message::Cancelled),
        "attachment.stored" => AttachmentStored(message::AttachmentStored),
        "attachment.missing" => AttachmentMissing(message::AttachmentMissing),
        "link.opened" => LinkOpened(message::LinkOpened),
        "link.revoked" => LinkRevoked(message::LinkRevoked),
        "note.added" => NoteAdded(message::NoteAdded),
        "contact.saved" => ContactSaved(contact::Saved),
        "contact.merged" => ContactMerged(contact::Merged),
        "contact.unmerged" => ContactUnmerged(contact::Unmerged),
        "contact.erased" => ContactErased(contact::Erased),
        "template.saved" => TemplateSaved(template::Saved),
        "template.deleted" => TemplateDeleted(template::Deleted),
        "group.created" => GroupCreated(group::Created),
        "group.renamed" => GroupRenamed(group::Renamed),
        "group.archived" => GroupArchived(group::Archived),
        "group.emptying" => GroupEmptying(group::Emptying),
        "group.deleted" => GroupDeleted(group::Deleted),
        "agent.created" => AgentCreated(agent::Created),
        "agent.changed" => AgentChanged(agent::Changed),
        "agent.deactivated" => AgentDeactivated(agent::Deactivated),
        "agent.availability_changed" => AgentAvailabilityChanged(agent::AvailabilityChanged),
        "channel.created" => ChannelCreated(workspace::ChannelCreated),
        "channel.changed" => ChannelChanged(workspace::ChannelChanged),
        "webhook.saved" => WebhookSaved(webhook::Saved),
        "webhook.deleted" => WebhookDeleted(webhook::Deleted),
        "webhook.disabled" => WebhookDisabled(webhook::Disabled),
        "webhook.replayed" => WebhookReplayed(webhook::Replayed),
        "workspace.changed" => WorkspaceChanged(workspace::Changed),
        "job.started" => JobStarted(workspace::JobStarted),
        "job.advanced" => JobAdvanced(workspace::JobAdvanced),
        "job.rewriting" => JobRewriting(workspace::JobRewriting),
        "job.done" => JobDone(workspace::JobDone),
    }
}

/// A fact with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place in the workspace's log.
    pub seq: u64,
    /// When it was recorded.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// The command that led to it, when a client gave one.
    pub command_id: Option<CommandId>,
    /// What happened.
    pub fact: Fact,
}

/// The part of an event frame that does not depend on its name.
#[derive(Deserialize)]
pub(crate) struct EventHead {
    pub(crate) seq: u64,
    pub(crate) at: Time,
    pub(crate) actor: Actor,
    #[serde(default)]
    pub(crate) command_id: Option<CommandId>,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(6 + usize::from(self.command_id.is_some())))?;
        map.serialize_entry("type", "event")?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("at", &self.at)?;
        map.serialize_entry("actor", &self.actor)?;
        if let Some(command_id) = &self.command_id {
            map.serialize_entry("command_id", command_id)?;
        }
        map.serialize_entry("name", self.fact.name())?;
        self.fact.serialize_content(&mut map)?;
        map.end()
    }
}
