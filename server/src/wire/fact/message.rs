//! Facts about messages and notes, each message as it was at that moment.

use parloir_desk::commit::Actor;
use parloir_desk::entity::{Attachment, Attempt, Delivery, Failure, FileFacts, Header, Personal};
use parloir_desk::event::{Incoming, IncomingFile, Outgoing};
use parloir_protocol::entity::{self as noun, Direction};
use parloir_protocol::event::{Fact, message as wire};
use parloir_protocol::ids::{AgentId, AttachmentId, ConversationId, MessageId, NoteId};
use parloir_protocol::time::Time;

use crate::wire::entity;

const FIRST_ATTEMPT: u32 = 1;

/// A message without anything in it.
fn empty(message_id: MessageId, direction: Direction, text: Option<String>) -> noun::Message {
    noun::Message {
        message_id,
        direction,
        text,
        author: None,
        seen_seq: None,
        delivery: None,
        failure: None,
        attempt: 0,
        attachments: Vec::new(),
        card: None,
        template: None,
        location: None,
        reaction: None,
        link: None,
        due_at: None,
        carriage: None,
    }
}

pub(super) fn received(header: &Header, message_id: MessageId, incoming: &Personal<Incoming>) -> Fact {
    let text = incoming.known().map(|incoming| incoming.text.clone());
    let mut message = empty(message_id, Direction::Inbound, text);
    if let Some(incoming) = incoming.known() {
        let file = |file: &IncomingFile| entity::attachment(&Attachment::fetching(file.id, &file.media));
        message.attachments = incoming.files.iter().map(file).collect();
        message.location = incoming.location.as_ref().map(entity::location);
        message.reaction = incoming.reaction.as_ref().map(entity::reaction);
    }
    Fact::MessageReceived(wire::Received { conversation: entity::header(header), message })
}

pub(super) fn queued(
    header: &Header,
    message_id: MessageId,
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    (written_by, by): (Option<AgentId>, Actor),
) -> Fact {
    let message = outbound(message_id, outgoing, seen_seq, written_by.or(author(by)));
    Fact::MessageQueued(wire::Queued { conversation: entity::header(header), message })
}

/// A message to the other side as it was accepted.
pub(super) fn outbound(
    message_id: MessageId,
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    author: Option<AgentId>,
) -> noun::Message {
    let text = outgoing.known().map(|outgoing| outgoing.text.clone());
    let mut message = noun::Message {
        author,
        seen_seq,
        delivery: Some(noun::Delivery::Queued),
        attempt: FIRST_ATTEMPT,
        ..empty(message_id, Direction::Outbound, text)
    };
    if let Some(outgoing) = outgoing.known() {
        let files: Vec<Attachment> =
            outgoing.files.iter().map(|facts| Attachment::stored(facts.id, facts)).collect();
        message.card = outgoing.card.as_ref().map(|card| entity::message_card(card, &files));
        message.attachments = files.iter().map(entity::attachment).collect();
        message.template = outgoing.template.as_ref().map(entity::sent_template);
        message.carriage = outgoing.carriage.map(entity::carriage);
        let shown = outgoing.link.as_ref().filter(|link| link.url.is_none());
        message.link = shown.map(|link| noun::MessageLink {
            expires_at: link.expires_at,
            revoked: false,
            opened: 0,
            opened_at: None,
        });
    }
    message
}

pub(super) fn author(by: Actor) -> Option<AgentId> {
    match by {
        Actor::Agent(agent_id) => Some(agent_id),
        Actor::Contact(_) | Actor::Provider(_) | Actor::System => None,
    }
}

/// A file that came in; one that was erased since is told as missing.
pub(super) fn stored(
    conversation_id: ConversationId,
    message_id: MessageId,
    attachment_id: AttachmentId,
    file: &Personal<FileFacts>,
) -> Fact {
    match file.known() {
        Some(facts) => {
            let attachment = entity::attachment(&Attachment::stored(attachment_id, facts));
            Fact::AttachmentStored(wire::AttachmentStored { conversation_id, message_id, attachment })
        }
        None => missing(conversation_id, message_id, attachment_id),
    }
}

pub(super) fn missing(
    conversation_id: ConversationId,
    message_id: MessageId,
    attachment_id: AttachmentId,
) -> Fact {
    Fact::AttachmentMissing(wire::AttachmentMissing { conversation_id, message_id, attachment_id })
}

pub(super) fn opened(conversation_id: ConversationId, message_id: MessageId) -> Fact {
    Fact::LinkOpened(wire::LinkOpened { conversation_id, message_id })
}

pub(super) fn revoked(conversation_id: ConversationId, message_id: MessageId) -> Fact {
    Fact::LinkRevoked(wire::LinkRevoked { conversation_id, message_id })
}

pub(super) fn delivery_changed(
    conversation_id: ConversationId,
    message_id: MessageId,
    attempt: Attempt,
    delivery: Delivery,
    failure: Option<Failure>,
    link_expires_at: Option<Time>,
) -> Fact {
    Fact::MessageDeliveryChanged(wire::DeliveryChanged {
        conversation_id,
        message_id,
        attempt: attempt.0,
        delivery: entity::delivery(delivery),
        failure: failure.map(entity::failure),
        link_expires_at,
    })
}

pub(super) fn note(header: &Header, note_id: NoteId, text: &Personal<String>, mentions: &[AgentId]) -> Fact {
    let note = noun::Note { note_id, text: text.known().cloned(), mentions: mentions.to_vec() };
    Fact::NoteAdded(wire::NoteAdded { conversation: entity::header(header), note })
}
