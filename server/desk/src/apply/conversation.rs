//! What events about a conversation change: its row, its timeline, who has read how far, and consent.

use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, GroupId, NoteId};

use super::{Edit, attachment, link, planned};
use crate::commit::Digest;
use crate::entity::{
    Address, ConsentRow, Conversation, Country, Header, Item, Personal, SubjectId, TimelineItem,
};
use crate::event::{Consent, Counterpart, ReopenCause};
use crate::view::decode;

/// Lines of a timeline that an erasure reads at once.
const ERASED_LINES_PER_READ: usize = 256;

pub(super) fn started(
    edit: &mut Edit<'_>,
    header: &Header,
    channel_id: ChannelId,
    subject: SubjectId,
    country: Option<Country>,
    counterpart: &Personal<Counterpart>,
) {
    let conversation = Conversation {
        header: header.clone(),
        channel_id,
        subject,
        address: counterpart.map(|known| known.address.clone()),
        country,
        profile_name: profile_name(counterpart),
        last: None,
        newest: None,
        newest_by_other: None,
        unread_seq: 0,
        seq: edit.seq,
    };
    if let Personal::Known(known) = counterpart {
        edit.put(edit.keys.conversation_at(channel_id, &known.address), &header.conversation_id);
    }
    edit.put_conversation(None, conversation);
    edit.record(header.conversation_id, Item::Started);
}

fn profile_name(counterpart: &Personal<Counterpart>) -> Option<Personal<String>> {
    match counterpart {
        Personal::Known(known) => known.profile_name.clone().map(Personal::Known),
        Personal::Erased => None,
    }
}

pub(super) fn named(edit: &mut Edit<'_>, header: &Header, profile_name: &Personal<String>) {
    edit.change_conversation(header, |conversation| conversation.profile_name = Some(profile_name.clone()));
}

pub(super) fn moved(edit: &mut Edit<'_>, header: &Header, from: GroupId) {
    edit.change_conversation(header, |_| {});
    edit.record(header.conversation_id, Item::Moved { from, to: header.group_id });
}

pub(super) fn closed(edit: &mut Edit<'_>, header: &Header) {
    edit.change_conversation(header, |_| {});
    edit.record(header.conversation_id, Item::Closed);
}

pub(super) fn reopened(edit: &mut Edit<'_>, header: &Header, cause: ReopenCause) {
    edit.change_conversation(header, |_| {});
    edit.record(header.conversation_id, Item::Reopened { cause });
}

pub(super) fn assigned(edit: &mut Edit<'_>, header: &Header, from: Option<AgentId>) {
    edit.change_conversation(header, |_| {});
    edit.record(header.conversation_id, Item::Assigned { from, to: header.assignee });
}

pub(super) fn read(edit: &mut Edit<'_>, header: &Header, agent: AgentId, up_to: u64) {
    edit.change_conversation(header, |_| {});
    edit.put(edit.keys.read_position(agent, header.conversation_id), &up_to);
}

pub(super) fn marked_unread(edit: &mut Edit<'_>, header: &Header) {
    let seq = edit.seq;
    edit.change_conversation(header, |conversation| conversation.unread_seq = seq);
    edit.record(header.conversation_id, Item::MarkedUnread);
}

pub(super) fn note_added(
    edit: &mut Edit<'_>,
    header: &Header,
    note_id: NoteId,
    text: &Personal<String>,
    mentions: &[AgentId],
) {
    edit.change_conversation(header, |_| {});
    let note = Item::Note { note_id, text: text.clone(), mentions: mentions.to_vec() };
    edit.record(header.conversation_id, note);
}

/// The consent outlives an erased conversation: it is kept by digest.
pub(super) fn consent_changed(
    edit: &mut Edit<'_>,
    conversation: ConversationId,
    channel: ChannelId,
    address: Digest,
    consent: Consent,
) {
    if let Some(before) = edit.view().consent_row(channel, address) {
        edit.remove(edit.keys.ledger_place(before.seq));
    }
    let row = ConsentRow { consent, conversation_id: conversation, at: edit.at, seq: edit.seq };
    edit.put(edit.keys.consent(channel, address), &row);
    edit.put(edit.keys.ledger_place(edit.seq), &(channel, address));
    edit.record(conversation, Item::ConsentChanged { consent });
}

/// The row, its place and its lines stay, without anything personal; the address is free for a new thread.
pub(super) fn erased(edit: &mut Edit<'_>, header: &Header) {
    let Some(before) = edit.view().conversation(header.conversation_id) else { return };
    if let Personal::Known(address) = &before.address {
        forget_address(edit, &before, address);
    }
    edit.change_conversation(header, |conversation| {
        conversation.address = Personal::Erased;
        conversation.profile_name = None;
        conversation.last.iter_mut().for_each(|last| last.text = Personal::Erased);
    });
    planned::erased(edit, header.conversation_id);
    erase_lines(edit, header.conversation_id);
    edit.record(header.conversation_id, Item::Erased);
}

fn forget_address(edit: &mut Edit<'_>, conversation: &Conversation, address: &Address) {
    let key = edit.keys.conversation_at(conversation.channel_id, address);
    if edit.view().get(&key) == Some(conversation.header.conversation_id) {
        edit.remove(key);
    }
}

fn erase_lines(edit: &mut Edit<'_>, conversation: ConversationId) {
    let mut span = edit.keys.timeline(conversation);
    loop {
        let rows = edit.view().rows(&span, ERASED_LINES_PER_READ);
        let Some((last, _)) = rows.last() else { return };
        span.from = last.clone();
        span.from.push(0);
        for (key, value) in rows {
            erase_line(edit, key, decode(&value));
        }
    }
}

fn erase_line(edit: &mut Edit<'_>, key: Vec<u8>, mut line: TimelineItem) {
    match &mut line.item {
        Item::Message { message_id } => {
            if let Some(message) = edit.view().message(*message_id) {
                attachment::release(edit, &message);
                link::forget(edit, &message);
                edit.put(edit.keys.message(*message_id), &message.erased());
            }
        }
        Item::Note { text, .. } => {
            *text = Personal::Erased;
            edit.put(key, &line);
        }
        Item::Started
        | Item::Moved { .. }
        | Item::Closed
        | Item::Reopened { .. }
        | Item::Assigned { .. }
        | Item::MarkedUnread
        | Item::ConsentChanged { .. }
        | Item::LinkOpened { .. }
        | Item::LinkRevoked { .. }
        | Item::Erased => {}
    }
}
