//! Who may see an event, told by the event alone.

use parloir_protocol::ids::{AgentId, GroupId};

use crate::event::Event;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Kept in the log, shown to nobody.
    None,
    Workspace,
    /// Those who look after the settings.
    Keepers,
    /// Whoever sees the group.
    Group(GroupId),
    /// Whoever sees both is told of the move; the others see the conversation leave or enter.
    Move {
        from: GroupId,
        to: GroupId,
    },
    Agent(AgentId),
}

/// Who may see `event`.
pub fn audience(event: &Event) -> Audience {
    match event {
        Event::WorkspaceRegistered { .. }
        | Event::EpochStarted { .. }
        | Event::Noted { .. }
        | Event::TokenCreated { .. }
        | Event::TokenRevoked { .. }
        | Event::ReceiptKept { .. } => Audience::None,
        Event::WebhookAdvanced { .. } => Audience::None,

        Event::WebhookSaved { .. } | Event::WebhookDeleted { .. } => Audience::Keepers,
        Event::WebhookReplayed { .. } | Event::WebhookDisabled { .. } => Audience::Keepers,

        Event::WorkspaceCreated { .. }
        | Event::WorkspaceChanged { .. }
        | Event::AgentCreated { .. }
        | Event::AgentChanged { .. }
        | Event::AgentDeactivated { .. }
        | Event::AvailabilityChanged { .. }
        | Event::ChannelCreated { .. }
        | Event::ChannelChanged { .. }
        | Event::ContactSaved { .. }
        | Event::ContactMerged { .. }
        | Event::ContactUnmerged { .. }
        | Event::ContactErased { .. }
        | Event::TemplateSaved { .. }
        | Event::TemplateDeleted { .. } => Audience::Workspace,
        Event::JobStarted { .. } | Event::JobAdvanced { .. } => Audience::Workspace,
        Event::JobRewriting { .. } | Event::JobDone { .. } => Audience::Workspace,

        Event::ConversationMoved { header, from } => Audience::Move { from: *from, to: header.group_id },

        Event::ConversationStarted { header, .. }
        | Event::ProfileNamed { header, .. }
        | Event::ConversationClosed { header }
        | Event::ConversationReopened { header, .. }
        | Event::ConversationAssigned { header, .. }
        | Event::ConversationRead { header, .. }
        | Event::ConversationMarkedUnread { header }
        | Event::ConversationErased { header }
        | Event::MessageReceived { header, .. }
        | Event::MessageQueued { header, .. }
        | Event::MessagePlanned { header, .. }
        | Event::NoteAdded { header, .. } => Audience::Group(header.group_id),

        Event::GroupCreated { group } => Audience::Group(group.id),
        Event::GroupRenamed { group_id, .. }
        | Event::GroupArchived { group_id }
        | Event::GroupEmptying { group_id, .. }
        | Event::GroupDeleted { group_id }
        | Event::DeliveryChanged { group_id, .. }
        | Event::MessagePlanChanged { group_id, .. }
        | Event::MessageCancelled { group_id, .. }
        | Event::AttachmentStored { group_id, .. }
        | Event::AttachmentMissing { group_id, .. }
        | Event::LinkOpened { group_id, .. }
        | Event::LinkRevoked { group_id, .. }
        | Event::ConsentChanged { group_id, .. } => Audience::Group(*group_id),
    }
}
