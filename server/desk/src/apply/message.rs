//! What events about messages change: their rows, the last line that a queue shows, the outbox, and the
//! names that providers know them by.

use parloir_protocol::ids::{AgentId, ChannelId, MessageId};

use super::{Edit, attachment, link, planned};
use crate::commit::{Actor, Digest};
use crate::delivery::{self, KeptReceipt, ProviderMessage};
use crate::entity::{
    Attachment, Attempt, Conversation, Delivery, Direction, Failure, Header, Item, LastLine, Message,
    Personal, Speaker,
};
use crate::event::{Incoming, Outgoing};
use crate::limits::Limits;

pub(super) fn received(edit: &mut Edit<'_>, header: &Header, id: MessageId, incoming: &Personal<Incoming>) {
    let Some(conversation) = edit.view().conversation(header.conversation_id) else { return };
    let known = incoming.known();
    let files = known.map(|known| known.files.as_slice()).unwrap_or_default();
    let message = Message {
        id,
        conversation_id: header.conversation_id,
        direction: Direction::Inbound,
        seq: edit.seq,
        at: edit.at,
        queued_at: edit.at,
        author: None,
        channel_id: conversation.channel_id,
        address: conversation.address.clone(),
        text: incoming.map(|known| known.text.clone()),
        seen_seq: None,
        delivery: None,
        failure: None,
        attempt: Attempt(0),
        attachments: files.iter().map(|file| Attachment::fetching(file.id, &file.media)).collect(),
        card: None,
        template: None,
        location: known.and_then(|known| known.location.clone()),
        reaction: known.and_then(|known| known.reaction.clone()),
        carriage: None,
        link: None,
        due_at: None,
    };
    put_new(edit, header, &message, Speaker::Contact);
    attachment::claim(edit, &message);
}

pub(super) fn queued(
    edit: &mut Edit<'_>,
    header: &Header,
    of: (MessageId, ChannelId),
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    by: Option<AgentId>,
) {
    let Some(author) = by.or(author(edit.actor)) else { return };
    planned::forget(edit, of.0);
    let message = outbound(edit, header, of, outgoing, seen_seq, author);
    put_new(edit, header, &message, Speaker::Agent(author));
    attachment::claim(edit, &message);
    link::made(edit, &message);
    edit.put(edit.keys.outbox_place(message.seq), &message.id);
}

/// A message to the other side as it was accepted.
pub(super) fn outbound(
    edit: &Edit<'_>,
    header: &Header,
    (id, channel_id): (MessageId, ChannelId),
    outgoing: &Personal<Outgoing>,
    seen_seq: Option<u64>,
    author: AgentId,
) -> Message {
    let known = outgoing.known();
    let files = known.map(|known| known.files.as_slice()).unwrap_or_default();
    Message {
        id,
        conversation_id: header.conversation_id,
        direction: Direction::Outbound,
        seq: edit.seq,
        at: edit.at,
        queued_at: edit.at,
        author: Some(author),
        channel_id,
        address: outgoing.map(|known| known.address.clone()),
        text: outgoing.map(|known| known.text.clone()),
        seen_seq,
        delivery: Some(Delivery::Queued),
        failure: None,
        attempt: Attempt(1),
        attachments: files.iter().map(|facts| Attachment::stored(facts.id, facts)).collect(),
        card: known.and_then(|known| known.card.clone()),
        template: known.and_then(|known| known.template.clone()),
        location: None,
        reaction: None,
        carriage: known.and_then(|known| known.carriage),
        link: known.and_then(|known| known.link.clone()).map(link::fresh),
        due_at: None,
    }
}

/// Only agents write to the other side.
pub(super) fn author(actor: Actor) -> Option<AgentId> {
    match actor {
        Actor::Agent(id) => Some(id),
        Actor::Contact(_) | Actor::Provider(_) | Actor::System => None,
    }
}

/// A sign at another message is a line of the timeline and nothing else. The header tells: what the sign was may
/// have been erased.
fn put_new(edit: &mut Edit<'_>, header: &Header, message: &Message, by: Speaker) {
    let last = LastLine {
        seq: message.seq,
        at: message.at,
        direction: message.direction,
        text: message.text.map(|_| last_line(message)),
    };
    let is_sign = header.activity_seq != message.seq;
    edit.change_conversation(header, |conversation| {
        if is_sign {
            return;
        }
        conversation.last = Some(last);
        speak(conversation, message.seq, by);
        if message.direction == Direction::Inbound && header.unread {
            conversation.unread_seq = message.seq;
        }
    });
    edit.put(edit.keys.message(message.id), message);
    edit.record(header.conversation_id, Item::Message { message_id: message.id });
}

/// What a queue shows of a message: its text, or what it holds instead.
fn last_line(message: &Message) -> String {
    let card = message.card.as_ref();
    let place = message.location.as_ref();
    let parts = [
        message.text.known(),
        card.and_then(|card| card.title.as_ref()),
        card.and_then(|card| card.text.as_ref()),
        message.attachments.first().and_then(|file| file.name.known()),
        place.and_then(|place| place.name.as_ref()),
        place.and_then(|place| place.address.as_ref()),
    ];
    let shown = parts.into_iter().flatten().find(|text| !text.trim().is_empty());
    shown.map(|text| one_line(text)).unwrap_or_default()
}

/// A text without its line ends, cut to what a queue shows.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(Limits::DEFAULT.last_line_chars).collect()
}

fn speak(conversation: &mut Conversation, seq: u64, by: Speaker) {
    if conversation.newest.is_some_and(|(_, newest)| newest != by) {
        conversation.newest_by_other = conversation.newest;
    }
    conversation.newest = Some((seq, by));
}

pub(super) fn delivery_changed(
    edit: &mut Edit<'_>,
    id: MessageId,
    attempt: Attempt,
    (delivery, failure): (Delivery, Option<Failure>),
    provider_message: Option<Digest>,
) {
    let Some(before) = edit.view().message(id) else { return };
    // What its provider did not take waits as long as before.
    let is_asked_anew = delivery == Delivery::Queued && before.delivery != Some(Delivery::Sending);
    let queued_at = if is_asked_anew { edit.at } else { before.queued_at };
    let message = Message { delivery: Some(delivery), failure, attempt, queued_at, ..before };
    let place = edit.keys.outbox_place(message.seq);
    if delivery::in_outbox(delivery) {
        edit.put(place, &id);
    } else {
        edit.remove(place);
    }
    if let Some(name) = provider_message {
        forget_receipt(edit, message.channel_id, name);
        let named = ProviderMessage { message_id: id, attempt };
        edit.put(edit.keys.provider_message(message.channel_id, name), &named);
    }
    edit.put(edit.keys.message(id), &message);
}

pub(super) fn receipt_kept(
    edit: &mut Edit<'_>,
    channel: ChannelId,
    name: Digest,
    (delivery, failure): (Delivery, Option<Failure>),
) {
    forget_receipt(edit, channel, name);
    let kept = KeptReceipt { delivery, failure, place: (edit.at, edit.seq) };
    edit.put(edit.keys.kept_receipt(channel, name), &kept);
    edit.put(edit.keys.kept_place(edit.at, edit.seq), &(channel, name));
}

fn forget_receipt(edit: &mut Edit<'_>, channel: ChannelId, name: Digest) {
    let Some(kept) = edit.view().kept_receipt(channel, name) else { return };
    let (at, seq) = kept.place;
    edit.remove(edit.keys.kept_place(at, seq));
    edit.remove(edit.keys.kept_receipt(channel, name));
}
