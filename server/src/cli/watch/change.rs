//! One change as one line, for a pipe or a file.

use parloir_client::Client;
use parloir_client::protocol::entity::Actor;
use parloir_client::protocol::event::{Event, Fact};
use parloir_client::protocol::ids::ConversationId;

use crate::cli::find;
use crate::cli::terminal::plain;

/// When, what, by whom, about whom, and the words.
pub(super) fn line(client: &Client, event: &Event) -> String {
    let (about, words) = subject(event);
    let (who, name) = client.read(|store| {
        let who = match event.actor {
            Actor::Agent { agent_id } => store.directory().agent_name(agent_id).unwrap_or("?").to_owned(),
            Actor::Contact { .. } => "contact".to_owned(),
            Actor::Provider { .. } => "provider".to_owned(),
            Actor::System => "parloir".to_owned(),
        };
        (who, about.and_then(|id| store.row(id)).map(find::name))
    });
    let about = name.or_else(|| about.map(|id| id.to_string())).unwrap_or_default();
    plain(format!("{} {} {} {who} {about} {words}", event.at, event.seq, event.fact.name()).trim_end())
}

fn subject(event: &Event) -> (Option<ConversationId>, &str) {
    match &event.fact {
        Fact::MessageReceived(fact) => {
            (Some(fact.conversation.conversation_id), fact.message.text.as_deref().unwrap_or_default())
        }
        Fact::MessageQueued(fact) => {
            (Some(fact.conversation.conversation_id), fact.message.text.as_deref().unwrap_or_default())
        }
        Fact::MessagePlanned(fact) => {
            (Some(fact.conversation.conversation_id), fact.message.text.as_deref().unwrap_or_default())
        }
        Fact::NoteAdded(fact) => {
            (Some(fact.conversation.conversation_id), fact.note.text.as_deref().unwrap_or_default())
        }
        Fact::ConversationStarted(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationNamed(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationMoved(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationEntered(fact) => (Some(fact.row.conversation.conversation_id), ""),
        Fact::ConversationLeft(fact) => (Some(fact.conversation_id), ""),
        Fact::ConversationClosed(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationReopened(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationAssigned(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationRead(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationMarkedUnread(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConversationErased(fact) => (Some(fact.conversation.conversation_id), ""),
        Fact::ConsentChanged(fact) => (Some(fact.conversation_id), ""),
        Fact::MessageDeliveryChanged(fact) => (Some(fact.conversation_id), ""),
        Fact::MessagePlanChanged(fact) => (Some(fact.conversation_id), ""),
        Fact::MessageCancelled(fact) => (Some(fact.conversation_id), ""),
        Fact::AttachmentStored(fact) => (Some(fact.conversation_id), ""),
        Fact::AttachmentMissing(fact) => (Some(fact.conversation_id), ""),
        Fact::LinkOpened(fact) => (Some(fact.conversation_id), ""),
        Fact::LinkRevoked(fact) => (Some(fact.conversation_id), ""),
        Fact::TemplateSaved(_)
        | Fact::TemplateDeleted(_)
        | Fact::ContactSaved(_)
        | Fact::ContactMerged(_)
        | Fact::ContactUnmerged(_)
        | Fact::ContactErased(_)
        | Fact::GroupCreated(_)
        | Fact::GroupRenamed(_)
        | Fact::GroupArchived(_)
        | Fact::GroupEmptying(_)
        | Fact::GroupDeleted(_)
        | Fact::AgentCreated(_)
        | Fact::AgentChanged(_)
        | Fact::AgentDeactivated(_)
        | Fact::AgentAvailabilityChanged(_)
        | Fact::ChannelCreated(_)
        | Fact::ChannelChanged(_)
        | Fact::WorkspaceChanged(_)
        | Fact::JobStarted(_)
        | Fact::JobAdvanced(_)
        | Fact::JobRewriting(_)
        | Fact::JobDone(_) => (None, ""),
        Fact::WebhookSaved(_) | Fact::WebhookDeleted(_) => (None, ""),
        Fact::WebhookDisabled(_) | Fact::WebhookReplayed(_) => (None, ""),
    }
}
