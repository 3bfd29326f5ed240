//! The kinds of events on disk, in one table. What stands after a semicolon is personal: the event keeps
//! the place of a payload about the subject that it names.

use parloir_desk::event;
use serde::{Deserialize, Serialize};

use super::agent::{Agent, Availability, Role, Scope, Token};
use super::bytes::{Country, Id, Moment, Secret};
use super::content::{File, Incoming, Outgoing};
use super::conversation::{Header, ReopenCause};
use super::job::{About, JobKind};
use super::kept::Kept;
use super::message::{Consent, Delivery, Failure};
use super::person::{Card, Counterpart, Text};
use super::template::Template;
use super::webhook::{StopReason, Webhook};
use super::workspace::{Channel, Group, UnreadUntil, Workspace, link_days};
use crate::record::{RecordError, decode, encode};

macro_rules! kinds {
    ($($kind:literal $name:ident {
        $($(#[$on_field:meta])* $field:ident: $form:ty),*
        $(; $(#[$on_personal:meta])* $personal:ident: $body:ty, about $subject:ident)?
    })*) => {
        #[derive(Serialize, Deserialize)]
        pub(super) enum Event {
            $(#[serde(rename = $kind)] $name {
                $($(#[$on_field])* $field: $form,)*
                $($(#[$on_personal])* $personal: Option<u32>,)?
            },)*
        }

        /// Every kind's name.
        #[cfg(test)]
        pub(in crate::record) const KINDS: &[&str] = &[$($kind,)*];

        impl Event {
            pub(super) fn keep(event: &event::Event, payloads: &mut encode::Payloads<'_>) -> Self {
                match event {
                    $(event::Event::$name { $($field,)* $($personal,)? } => Self::$name {
                        $($personal: payloads.put(*$subject, &$personal.map(<$body>::keep)),)?
                        $($field: Kept::keep($field),)*
                    },)*
                }
            }

            pub(super) fn give(self, payloads: &decode::Payloads<'_>) -> Result<event::Event, RecordError> {
                Ok(match self {
                    $(Self::$name { $($field,)* $($personal,)? } => event::Event::$name {
                        $($personal: payloads.take($personal, <$body>::give)?,)?
                        $($field: $field.give(),)*
                    },)*
                })
            }
        }
    };
}

kinds! {
    "workspace.created" WorkspaceCreated { workspace: Workspace }
    "workspace.changed" WorkspaceChanged {
        name: String, country: Country, unread_until: UnreadUntil,
        #[serde(default)] hold_ms: u32, #[serde(default = "link_days")] link_days: u16
    }
    "workspace.registered" WorkspaceRegistered { workspace_id: Id, name: String }
    "epoch.started" EpochStarted { epoch: u64 }
    "command.noted" Noted { about: About }

    "agent.created" AgentCreated { agent: Agent }
    "agent.changed" AgentChanged { agent_id: Id, name: String, role: Role, scope: Scope }
    "agent.deactivated" AgentDeactivated { agent_id: Id }
    "agent.availability_changed" AvailabilityChanged { agent_id: Id, availability: Availability }
    "token.created" TokenCreated { token: Token }
    "token.revoked" TokenRevoked { token_id: Id, hash: Secret }

    "channel.created" ChannelCreated { channel: Channel }
    "channel.changed" ChannelChanged {
        channel_id: Id, name: String, approved_countries: Option<Vec<Country>>
    }

    "group.created" GroupCreated { group: Group }
    "group.renamed" GroupRenamed { group_id: Id, name: String }
    "group.archived" GroupArchived { group_id: Id }
    "group.emptying" GroupEmptying { group_id: Id, target: Id }
    "group.deleted" GroupDeleted { group_id: Id }

    "conversation.started" ConversationStarted {
        header: Header, channel_id: Id, subject: Id, country: Option<Country>;
        counterpart: Counterpart, about subject
    }
    "conversation.named" ProfileNamed { header: Header, subject: Id; profile_name: Text, about subject }
    "conversation.moved" ConversationMoved { header: Header, from: Id }
    "conversation.closed" ConversationClosed { header: Header }
    "conversation.reopened" ConversationReopened { header: Header, cause: ReopenCause }
    "conversation.assigned" ConversationAssigned { header: Header, from: Option<Id> }
    "conversation.read" ConversationRead { header: Header, agent_id: Id, up_to: u64 }
    "conversation.marked_unread" ConversationMarkedUnread { header: Header }
    "conversation.erased" ConversationErased { header: Header }

    "message.received" MessageReceived {
        header: Header, message_id: Id, subject: Id;
        #[serde(rename = "text")] incoming: Incoming, about subject
    }
    "message.queued" MessageQueued {
        header: Header, message_id: Id, subject: Id, channel_id: Id, seen_seq: Option<u64>, author: Option<Id>;
        outgoing: Outgoing, about subject
    }
    "message.planned" MessagePlanned {
        header: Header, message_id: Id, subject: Id, channel_id: Id, seen_seq: Option<u64>,
        delivery: Delivery, due_at: Option<Moment>;
        outgoing: Outgoing, about subject
    }
    "message.plan_changed" MessagePlanChanged {
        conversation_id: Id, group_id: Id, message_id: Id, delivery: Delivery, due_at: Option<Moment>
    }
    "message.cancelled" MessageCancelled { conversation_id: Id, group_id: Id, message_id: Id }
    "attachment.stored" AttachmentStored {
        conversation_id: Id, group_id: Id, message_id: Id, attachment_id: Id, subject: Id;
        file: File, about subject
    }
    "attachment.missing" AttachmentMissing {
        conversation_id: Id, group_id: Id, message_id: Id, attachment_id: Id
    }
    "link.opened" LinkOpened { conversation_id: Id, group_id: Id, message_id: Id }
    "link.revoked" LinkRevoked { conversation_id: Id, group_id: Id, message_id: Id }
    "message.delivery_changed" DeliveryChanged {
        conversation_id: Id, group_id: Id, message_id: Id, attempt: u32, delivery: Delivery,
        failure: Option<Failure>, provider_message: Option<Id>
    }
    "receipt.kept" ReceiptKept {
        channel_id: Id, provider_message: Id, delivery: Delivery, failure: Option<Failure>
    }
    "note.added" NoteAdded {
        header: Header, note_id: Id, subject: Id, mentions: Vec<Id>;
        text: Text, about subject
    }
    "consent.changed" ConsentChanged {
        conversation_id: Id, group_id: Id, channel_id: Id, address: Id, consent: Consent
    }

    "template.saved" TemplateSaved { template: Template }
    "template.deleted" TemplateDeleted { template_id: Id }

    "webhook.saved" WebhookSaved { webhook: Webhook }
    "webhook.deleted" WebhookDeleted { webhook_id: Id }
    "webhook.replayed" WebhookReplayed { webhook_id: Id, from_seq: u64 }
    "webhook.advanced" WebhookAdvanced { webhook_id: Id, position: u64, step: u64, failing_since: Option<Moment> }
    "webhook.disabled" WebhookDisabled { webhook_id: Id, step: u64, failed_seq: u64, reason: StopReason }

    "contact.saved" ContactSaved { contact_id: Id, subject: Id; card: Card, about subject }
    "contact.merged" ContactMerged { survivor: Id, merged: Id, subject: Id; card: Card, about subject }
    "contact.unmerged" ContactUnmerged { survivor: Id, restored: Id }
    "contact.erased" ContactErased { contact_id: Id }

    "job.started" JobStarted { job_id: Id, kind: JobKind, total: u64 }
    "job.advanced" JobAdvanced { job_id: Id, done: u64 }
    "job.rewriting" JobRewriting { job_id: Id }
    "job.done" JobDone { job_id: Id }
}
