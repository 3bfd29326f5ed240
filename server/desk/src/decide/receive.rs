//! What a message from outside becomes. It is never refused for what it says.

use parloir_protocol::ids::AgentId;

use super::conversation::{first_header, opened, started};
use super::text::check_length;
use super::{Context, Decision};
use crate::command::Inbound;
use crate::consent;
use crate::entity::{Availability, Conversation, Header, Personal, Status, SubjectId, Waiting};
use crate::event::{Consent, Event, ReopenCause};
use crate::refusal::Refusal;

/// The thread of the channel and the address, found or started, with the message in it.
pub(super) fn receive(ctx: &Context<'_>, inbound: &Inbound) -> Decision {
    ctx.channel(inbound.channel_id)?;
    check_length("from", &inbound.from.address.value, ctx.limits.address_chars)?;
    let text = readable(&inbound.text);
    check_length("text", &text, ctx.limits.inbound_chars)?;
    let address = &inbound.from.address;
    let known = ctx.view.consent(inbound.channel_id, address);
    let meaning = consent::meaning(&text, known);
    let mut events = Vec::new();
    let existing = ctx.view.conversation_at(inbound.channel_id, address);
    let (header, subject) = match existing.and_then(|id| ctx.view.conversation(id)) {
        Some(conversation) => found(ctx, conversation, inbound, meaning, &mut events),
        None => begin(ctx, inbound, &mut events)?,
    };
    let header = received(ctx, &header, subject, text, meaning, &mut events);
    if let Some(consent) = meaning.filter(|meaning| Some(*meaning) != known) {
        events.push(Event::ConsentChanged {
            conversation_id: header.conversation_id,
            group_id: header.group_id,
            channel_id: inbound.channel_id,
            address: consent::address_digest(ctx.workspace()?, address),
            consent,
        });
    }
    Ok(events)
}

/// A new thread in the default group.
fn begin(
    ctx: &Context<'_>,
    inbound: &Inbound,
    events: &mut Vec<Event>,
) -> Result<(Header, SubjectId), Refusal> {
    let header = first_header(ctx, ctx.workspace()?.default_group);
    let profile_name = profile_name(ctx, inbound);
    events.push(started(ctx, header.clone(), inbound.channel_id, &inbound.from, profile_name));
    Ok((header, ctx.ask.ids.subject))
}

/// An existing thread; a reply opens a closed one, and its owner keeps it only if he is there.
fn found(
    ctx: &Context<'_>,
    conversation: Conversation,
    inbound: &Inbound,
    meaning: Option<Consent>,
    events: &mut Vec<Event>,
) -> (Header, SubjectId) {
    let mut header = conversation.header;
    if header.status == Status::Closed && meaning.is_none() {
        header = opened(&header);
        events.push(Event::ConversationReopened { header: header.clone(), cause: ReopenCause::Reply });
        let from = header.assignee;
        if from.is_some_and(|owner| !is_online(ctx, owner)) {
            header.assignee = None;
            events.push(Event::ConversationAssigned { header: header.clone(), from });
        }
    }
    let told = profile_name(ctx, inbound);
    let known = conversation.profile_name.as_ref().and_then(Personal::known);
    if let Some(name) = told.filter(|name| Some(name) != known) {
        let profile_name = Personal::Known(name);
        let subject = conversation.subject;
        events.push(Event::ProfileNamed { header: header.clone(), subject, profile_name });
    }
    (header, conversation.subject)
}

fn is_online(ctx: &Context<'_>, id: AgentId) -> bool {
    let active = ctx.active_agent(id);
    active.is_ok_and(|agent| agent.availability == Availability::Online)
}

/// The message itself. A word about consent waits for no answer and asks for no reading.
fn received(
    ctx: &Context<'_>,
    header: &Header,
    subject: SubjectId,
    text: String,
    meaning: Option<Consent>,
    events: &mut Vec<Event>,
) -> Header {
    let seq = ctx.seq_after(events);
    let mut header = Header { activity_seq: seq, activity_at: ctx.ask.at, ..*header };
    if meaning.is_none() {
        header.unread = true;
        header.waiting = header.waiting.or(Some(Waiting { seq, since: ctx.ask.at }));
    }
    let message_id = ctx.ask.ids.message_id();
    let text = Personal::Known(text);
    events.push(Event::MessageReceived { header: header.clone(), message_id, subject, text });
    header
}

/// A provider's text without the control characters that no screen shows.
fn readable(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The name that the other side gave itself, cut to its bound; it is no reason to refuse a message.
fn profile_name(ctx: &Context<'_>, inbound: &Inbound) -> Option<String> {
    let visible = inbound.profile_name.iter().flat_map(|name| name.chars()).filter(|c| !c.is_control());
    let name: String = visible.take(ctx.limits.name_chars).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
