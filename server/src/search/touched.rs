//! Which documents a record of the log may have changed. It is told what changed and reads nothing.

use parloir_desk::commit::Commit;
use parloir_desk::entity::Address;
use parloir_desk::event::Event;
use parloir_desk::keys::Keys;
use parloir_desk::rows::Changes;
use parloir_protocol::ids::{ContactId, ConversationId, MessageId};

/// Something to be read from the state again; what may be long comes last in their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Touch {
    Conversation(ConversationId),
    /// Its contact has a conversation now.
    Started(ConversationId),
    /// A contact, and the conversations of the addresses that it has.
    Contact(ContactId),
    /// The conversations of an address that somebody has, had or lost.
    Address(Address),
    Message(MessageId),
    /// All messages of a conversation, which are seen by others now or were erased.
    Messages(ConversationId),
    /// Names of groups, channels or agents.
    Names,
}

/// What a commit touched by its events; the addresses that changed hands are in the rows.
pub(super) fn by_events(commit: &Commit) -> impl Iterator<Item = Touch> + '_ {
    commit.events.iter().flat_map(by_event)
}

/// The addresses that somebody has, had or lost.
pub(super) fn by_rows(keys: Keys, changes: &Changes) -> impl Iterator<Item = Touch> + '_ {
    changes.keys().filter_map(move |key| keys.held_address(key)).map(Touch::Address)
}

fn by_event(event: &Event) -> Vec<Touch> {
    match event {
        Event::ConversationStarted { header, .. } => vec![Touch::Started(header.conversation_id)],
        Event::ProfileNamed { header, .. }
        | Event::ConversationClosed { header }
        | Event::ConversationReopened { header, .. }
        | Event::ConversationAssigned { header, .. }
        | Event::ConversationRead { header, .. }
        | Event::ConversationMarkedUnread { header } => vec![Touch::Conversation(header.conversation_id)],
        Event::ConversationMoved { header, .. } | Event::ConversationErased { header } => {
            let id = header.conversation_id;
            vec![Touch::Conversation(id), Touch::Messages(id)]
        }
        Event::MessageReceived { header, message_id, .. }
        | Event::MessageQueued { header, message_id, .. } => {
            vec![Touch::Conversation(header.conversation_id), Touch::Message(*message_id)]
        }
        Event::MessageCancelled { message_id, .. } => vec![Touch::Message(*message_id)],
        Event::ContactSaved { .. }
        | Event::ContactErased { .. }
        | Event::ContactMerged { .. }
        | Event::ContactUnmerged { .. } => contacts(event).into_iter().map(Touch::Contact).collect(),
        Event::AgentCreated { .. }
        | Event::AgentChanged { .. }
        | Event::ChannelCreated { .. }
        | Event::ChannelChanged { .. }
        | Event::GroupCreated { .. }
        | Event::GroupRenamed { .. }
        | Event::GroupDeleted { .. } => vec![Touch::Names],
        // Notes keep a conversation's place; a receipt changes no text.
        Event::NoteAdded { .. }
        | Event::DeliveryChanged { .. }
        | Event::ReceiptKept { .. }
        | Event::MessagePlanned { .. }
        | Event::MessagePlanChanged { .. }
        | Event::AttachmentStored { .. }
        | Event::AttachmentMissing { .. }
        | Event::LinkOpened { .. }
        | Event::LinkRevoked { .. }
        | Event::TemplateSaved { .. }
        | Event::TemplateDeleted { .. }
        | Event::ConsentChanged { .. }
        | Event::WorkspaceCreated { .. }
        | Event::WorkspaceChanged { .. }
        | Event::WorkspaceRegistered { .. }
        | Event::EpochStarted { .. }
        | Event::Noted { .. }
        | Event::AgentDeactivated { .. }
        | Event::AvailabilityChanged { .. }
        | Event::TokenCreated { .. }
        | Event::TokenRevoked { .. }
        | Event::GroupArchived { .. }
        | Event::GroupEmptying { .. }
        | Event::JobDone { .. } => Vec::new(),
        Event::JobStarted { .. } | Event::JobAdvanced { .. } | Event::JobRewriting { .. } => Vec::new(),
        Event::WebhookSaved { .. } | Event::WebhookDeleted { .. } => Vec::new(),
        Event::WebhookReplayed { .. } | Event::WebhookAdvanced { .. } => Vec::new(),
        Event::WebhookDisabled { .. } => Vec::new(),
    }
}

/// The contacts of an event about one or two.
fn contacts(event: &Event) -> Vec<ContactId> {
    match event {
        Event::ContactSaved { contact_id, .. } | Event::ContactErased { contact_id } => vec![*contact_id],
        Event::ContactMerged { survivor, merged: other, .. }
        | Event::ContactUnmerged { survivor, restored: other } => vec![*survivor, *other],
        _ => Vec::new(),
    }
}
