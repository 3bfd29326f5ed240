//! Facts about messages and notes, each message as it was at that moment.

use parloir_desk::commit::Actor;
use parloir_desk::entity::{Attempt, Delivery, Failure, Header, Personal};
use parloir_desk::event::Outgoing;
use parloir_protocol::entity::{self as noun, Direction};
use parloir_protocol::event::{Fact, message as wire};
use parloir_protocol::ids::{AgentId, ConversationId, MessageId, NoteId};

use crate::wire::entity;

const FIRST_ATTEMPT: u32 = 1;

pub(super) fn received(header: &Header, message_id: MessageId, text: &Personal<String>) -> Fact {
    let message = noun::Message {
        message_id,
        direction: Direction::Inbound,
        text: text.known().cloned(),
        author: None,
        seen_seq: None,
        delivery: None,
        failure: None,
        attempt: 0,
    };
    Fact::MessageReceived(wire::Received { conversation: entity::header(header), message })
}

pub(super) fn queued(
    header: &Header,
    message_id: MessageId,
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    by: Actor,
) -> Fact {
    let message = noun::Message {
        message_id,
        direction: Direction::Outbound,
        text: outgoing.known().map(|outgoing| outgoing.text.clone()),
        author: author(by),
        seen_seq,
        delivery: Some(noun::Delivery::Queued),
        failure: None,
        attempt: FIRST_ATTEMPT,
    };
    Fact::MessageQueued(wire::Queued { conversation: entity::header(header), message })
}

fn author(by: Actor) -> Option<AgentId> {
    match by {
        Actor::Agent(agent_id) => Some(agent_id),
        Actor::Contact(_) | Actor::Provider(_) | Actor::System => None,
    }
}

pub(super) fn delivery_changed(
    conversation_id: ConversationId,
    message_id: MessageId,
    attempt: Attempt,
    delivery: Delivery,
    failure: Option<Failure>,
) -> Fact {
    Fact::MessageDeliveryChanged(wire::DeliveryChanged {
        conversation_id,
        message_id,
        attempt: attempt.0,
        delivery: entity::delivery(delivery),
        failure: failure.map(entity::failure),
    })
}

pub(super) fn note(header: &Header, note_id: NoteId, text: &Personal<String>, mentions: &[AgentId]) -> Fact {
    let note = noun::Note { note_id, text: text.known().cloned(), mentions: mentions.to_vec() };
    Fact::NoteAdded(wire::NoteAdded { conversation: entity::header(header), note })
}
