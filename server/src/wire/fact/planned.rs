//! Facts about messages that go later, or not at all.

use parloir_desk::commit::Actor;
use parloir_desk::entity::{Delivery, Header, Personal};
use parloir_desk::event::Outgoing;
use parloir_protocol::entity as noun;
use parloir_protocol::event::{Fact, message as wire};
use parloir_protocol::ids::{ConversationId, MessageId};
use parloir_protocol::time::Time;

use super::message::{author, outbound};
use crate::wire::entity;

pub(super) fn planned(
    header: &Header,
    id: MessageId,
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    (delivery, due_at): (Delivery, Option<Time>),
    by: Actor,
) -> Fact {
    let message = outbound(id, outgoing, seen_seq, author(by));
    let message = noun::Message { delivery: Some(entity::delivery(delivery)), due_at, ..message };
    Fact::MessagePlanned(wire::Planned { conversation: entity::header(header), message })
}

pub(super) fn changed(
    conversation_id: ConversationId,
    message_id: MessageId,
    delivery: Delivery,
    due_at: Option<Time>,
) -> Fact {
    let delivery = entity::delivery(delivery);
    Fact::MessagePlanChanged(wire::PlanChanged { conversation_id, message_id, delivery, due_at })
}

pub(super) fn cancelled(conversation_id: ConversationId, message_id: MessageId) -> Fact {
    Fact::MessageCancelled(wire::Cancelled { conversation_id, message_id })
}
