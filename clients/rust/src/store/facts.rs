//! What an event says about a conversation, for the parts that fold it. It reads events and keeps nothing.

use parloir_protocol::entity::{Header, Item, LastLine, Message};
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::ConversationId;

/// Characters of a row's last line.
const LAST_LINE_CHARS: usize = 160;

/// The conversation's header after the event.
pub(super) fn header(fact: &Fact) -> Option<&Header> {
    match fact {
        Fact::ConversationStarted(fact) => Some(&fact.conversation),
        Fact::ConversationNamed(fact) => Some(&fact.conversation),
        Fact::ConversationMoved(fact) => Some(&fact.conversation),
        Fact::ConversationEntered(fact) => Some(&fact.row.conversation),
        Fact::ConversationClosed(fact) => Some(&fact.conversation),
        Fact::ConversationReopened(fact) => Some(&fact.conversation),
        Fact::ConversationAssigned(fact) => Some(&fact.conversation),
        Fact::ConversationRead(fact) => Some(&fact.conversation),
        Fact::ConversationMarkedUnread(fact) => Some(&fact.conversation),
        Fact::ConversationErased(fact) => Some(&fact.conversation),
        Fact::MessageReceived(fact) => Some(&fact.conversation),
        Fact::MessageQueued(fact) => Some(&fact.conversation),
        Fact::MessagePlanned(fact) => Some(&fact.conversation),
        Fact::NoteAdded(fact) => Some(&fact.conversation),
        Fact::ConversationLeft(_)
        | Fact::ConsentChanged(_)
        | Fact::MessageDeliveryChanged(_)
        | Fact::MessagePlanChanged(_)
        | Fact::MessageCancelled(_)
        | Fact::AttachmentStored(_)
        | Fact::AttachmentMissing(_)
        | Fact::LinkOpened(_)
        | Fact::LinkRevoked(_)
        | Fact::TemplateSaved(_)
        | Fact::TemplateDeleted(_)
        | Fact::WebhookSaved(_)
        | Fact::WebhookDeleted(_)
        | Fact::WebhookDisabled(_)
        | Fact::WebhookReplayed(_)
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
        | Fact::JobDone(_) => None,
    }
}

/// The line that the event adds to its conversation's timeline.
pub(super) fn line(fact: &Fact) -> Option<(ConversationId, Item)> {
    let item = match fact {
        Fact::ConversationStarted(_) => Item::Started,
        Fact::ConversationMoved(fact) => Item::Moved { from: fact.from, to: fact.conversation.group_id },
        Fact::ConversationClosed(_) => Item::Closed,
        Fact::ConversationReopened(fact) => Item::Reopened { cause: fact.cause },
        Fact::ConversationAssigned(fact) => {
            Item::Assigned { from: fact.from, to: fact.conversation.assignee }
        }
        Fact::ConversationMarkedUnread(_) => Item::MarkedUnread,
        Fact::ConversationErased(_) => Item::Erased,
        Fact::MessageReceived(fact) => Item::Message { message: fact.message.clone() },
        Fact::MessageQueued(fact) => Item::Message { message: fact.message.clone() },
        Fact::NoteAdded(fact) => Item::Note { note: fact.note.clone() },
        Fact::ConsentChanged(fact) => {
            return Some((fact.conversation_id, Item::ConsentChanged { consent: fact.consent }));
        }
        Fact::LinkOpened(fact) => {
            return Some((fact.conversation_id, Item::LinkOpened { message_id: fact.message_id }));
        }
        Fact::LinkRevoked(fact) => {
            return Some((fact.conversation_id, Item::LinkRevoked { message_id: fact.message_id }));
        }
        Fact::ConversationNamed(_)
        | Fact::ConversationEntered(_)
        | Fact::ConversationLeft(_)
        | Fact::ConversationRead(_)
        | Fact::MessageDeliveryChanged(_)
        | Fact::MessagePlanned(_)
        | Fact::MessagePlanChanged(_)
        | Fact::MessageCancelled(_)
        | Fact::AttachmentStored(_)
        | Fact::AttachmentMissing(_)
        | Fact::TemplateSaved(_)
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
        | Fact::JobDone(_) => return None,
        Fact::WebhookSaved(_) | Fact::WebhookDeleted(_) => return None,
        Fact::WebhookDisabled(_) | Fact::WebhookReplayed(_) => return None,
    };
    header(fact).map(|header| (header.conversation_id, item))
}

/// The conversation of a fact about a message that carries no header.
pub(super) fn of_message(fact: &Fact) -> Option<ConversationId> {
    if let Fact::MessageDeliveryChanged(fact) = fact {
        Some(fact.conversation_id)
    } else if let Fact::MessagePlanChanged(fact) = fact {
        Some(fact.conversation_id)
    } else if let Fact::MessageCancelled(fact) = fact {
        Some(fact.conversation_id)
    } else if let Fact::AttachmentStored(fact) = fact {
        Some(fact.conversation_id)
    } else if let Fact::AttachmentMissing(fact) = fact {
        Some(fact.conversation_id)
    } else {
        None
    }
}

/// What a message is known by in one line: its text, or what it holds instead.
fn shown(message: &Message) -> Option<&str> {
    let text = message.text.as_deref()?;
    let card = message.card.as_ref();
    let place = message.location.as_ref();
    let parts = [
        Some(text),
        card.and_then(|card| card.title.as_deref()),
        card.and_then(|card| card.text.as_deref()),
        message.attachments.first().and_then(|file| file.name.as_deref()),
        place.and_then(|place| place.name.as_deref()),
        place.and_then(|place| place.address.as_deref()),
    ];
    Some(parts.into_iter().flatten().find(|text| !text.trim().is_empty()).unwrap_or_default())
}

/// What a queue shows of a message: one line, cut.
pub(super) fn last_line(event: &Event, message: &Message) -> LastLine {
    let one_line = |text: &str| -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").chars().take(LAST_LINE_CHARS).collect()
    };
    LastLine {
        seq: event.seq,
        at: event.at,
        direction: message.direction,
        text: shown(message).map(one_line),
    }
}
