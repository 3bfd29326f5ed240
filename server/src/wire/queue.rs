//! Conversations as a queue shows them and timelines as a pane does: the state's rows with the names that
//! stand elsewhere in it. It reads the view and changes nothing.

use parloir_desk::entity::{self as desk, Conversation, Item, Personal};
use parloir_desk::event::Consent;
use parloir_desk::order::{AssigneeFilter, Order, QueueQuery};
use parloir_desk::view::View;
use parloir_protocol::entity as wire;
use parloir_protocol::ids::AgentId;

use super::entity;

/// What `view` asks for when `me` asks it.
pub fn query(view: &wire::View, me: AgentId) -> QueueQuery {
    let assignee = match view.assignee {
        None => AssigneeFilter::Any,
        Some(wire::AssigneeFilter::Me) => AssigneeFilter::Agent(me),
        Some(wire::AssigneeFilter::Nobody) => AssigneeFilter::Unassigned,
        Some(wire::AssigneeFilter::Agent(agent)) => AssigneeFilter::Agent(agent),
    };
    let order = match view.order {
        wire::Order::Activity => Order::Activity,
        wire::Order::Waiting => Order::Waiting,
    };
    QueueQuery {
        status: view.status.map(entity::asked_status),
        group: view.group_id,
        assignee,
        unread: view.unread,
        channel: view.channel_id,
        order,
    }
}

/// A conversation's row: its own values, the contact that has its address, and its consent.
pub fn row(view: &View<'_>, conversation: &Conversation) -> wire::Row {
    let address = conversation.address.known();
    let consent = address.and_then(|address| view.consent(conversation.channel_id, address));
    wire::Row {
        seq: conversation.seq,
        conversation: entity::header(&conversation.header),
        channel_id: conversation.channel_id,
        address: address.map(entity::address),
        profile_name: conversation.profile_name.as_ref().and_then(Personal::known).cloned(),
        contact: address.and_then(|address| contact(view, address)),
        opted_out: consent == Some(Consent::OptedOut),
        last: conversation.last.as_ref().map(last_line),
    }
}

fn contact(view: &View<'_>, address: &desk::Address) -> Option<wire::ContactRef> {
    let contact = view.contact(view.contact_at(address)?)?;
    let card = contact.card.known()?;
    Some(wire::ContactRef { contact_id: contact.id, name: card.name.clone(), seq: contact.seq })
}

fn last_line(line: &desk::LastLine) -> wire::LastLine {
    wire::LastLine {
        seq: line.seq,
        at: line.at,
        direction: entity::direction(line.direction),
        text: line.text.known().cloned(),
    }
}

/// These lines of a timeline, in their order, each message with its status now.
pub fn timeline(view: &View<'_>, items: &[desk::TimelineItem]) -> Vec<wire::TimelineItem> {
    let line = |item: &desk::TimelineItem| wire::TimelineItem {
        seq: item.seq,
        at: item.at,
        actor: entity::actor(item.actor),
        item: line(view, &item.item),
    };
    items.iter().map(line).collect()
}

fn line(view: &View<'_>, item: &Item) -> wire::Item {
    match item {
        Item::Started => wire::Item::Started,
        Item::Message { message_id } => {
            let message = view.message(*message_id).expect("a message in a timeline has its row");
            wire::Item::Message { message: entity::message(&message) }
        }
        Item::Note { note_id, text, mentions } => wire::Item::Note {
            note: wire::Note { note_id: *note_id, text: text.known().cloned(), mentions: mentions.clone() },
        },
        Item::Moved { from, to } => wire::Item::Moved { from: *from, to: *to },
        Item::Closed => wire::Item::Closed,
        Item::Reopened { cause } => wire::Item::Reopened { cause: entity::reopen_cause(*cause) },
        Item::Assigned { from, to } => wire::Item::Assigned { from: *from, to: *to },
        Item::MarkedUnread => wire::Item::MarkedUnread,
        Item::ConsentChanged { consent } => wire::Item::ConsentChanged { consent: entity::consent(*consent) },
        Item::LinkOpened { message_id } => wire::Item::LinkOpened { message_id: *message_id },
        Item::LinkRevoked { message_id } => wire::Item::LinkRevoked { message_id: *message_id },
        Item::Erased => wire::Item::Erased,
    }
}
