//! What a message from outside becomes. It is never refused for what it says. A sign at another message
//! stands in the timeline and moves nothing else.

use parloir_protocol::ids::{AgentId, ChannelId, ConversationId};
use parloir_protocol::time::Time;

use super::consent::changed;
use super::conversation::{first_header, opened, started};
use super::text::{check_count, check_length};
use super::{Context, Decision};
use crate::command::Inbound;
use crate::consent;
use crate::entity::{
    Availability, ChannelKind, Conversation, Destination, Header, InboundMedia, Personal, Reacted, Reaction,
    Status, SubjectId, Waiting,
};
use crate::event::{About, Consent, Event, Incoming, IncomingFile, ReopenCause};
use crate::plan::WINDOW_MILLIS;
use crate::refusal::Refusal;

/// The thread of the channel and the address, found or started, with the message in it.
pub(super) fn receive(ctx: &Context<'_>, inbound: &Inbound) -> Decision {
    let channel = ctx.channel(inbound.channel_id)?;
    check_count("media", inbound.media.len(), ctx.limits.media)?;
    check_length("from", &inbound.from.address.value, ctx.limits.address_chars)?;
    let text = readable(&inbound.text);
    check_length("text", &text, ctx.limits.inbound_chars)?;
    let address = &inbound.from.address;
    let known = ctx.view.consent(inbound.channel_id, address);
    let says = says(inbound, &text, known);
    let mut events = Vec::new();
    let existing = ctx.view.conversation_at(inbound.channel_id, address);
    let (header, subject) = match existing.and_then(|id| ctx.view.conversation(id)) {
        Some(conversation) => found(ctx, conversation, inbound, says, &mut events),
        None => begin(ctx, inbound, &mut events)?,
    };
    let window = (channel.kind == ChannelKind::Whatsapp).then(|| ctx.ask.at.plus_millis(WINDOW_MILLIS));
    let incoming = incoming(ctx, inbound, header.conversation_id, text);
    let moved = moved(ctx, &header, says, window, &events);
    let header = received(ctx, moved, subject, incoming, &mut events);
    if let Says::Consent(consent) = says
        && known != Some(consent)
    {
        events.push(changed(ctx, &header, inbound.channel_id, address, consent)?);
    }
    Ok(events)
}

/// The word of somebody who told the provider, and perhaps never wrote: the thread is found or started, so
/// that it can be seen, and nothing else of it moves.
pub(super) fn opt_out(ctx: &Context<'_>, channel_id: ChannelId, from: &Destination) -> Decision {
    ctx.channel(channel_id)?;
    let address = &from.address;
    check_length("from", &address.value, ctx.limits.address_chars)?;
    if ctx.view.consent(channel_id, address) == Some(Consent::OptedOut) {
        return Ok(vec![Event::Noted { about: About::Nothing }]);
    }
    let mut events = Vec::new();
    let existing = ctx.view.conversation_at(channel_id, address).and_then(|id| ctx.view.conversation(id));
    let header = match existing {
        Some(conversation) => conversation.header,
        None => begin(ctx, &Inbound::text(channel_id, from.clone(), ""), &mut events)?.0,
    };
    events.push(changed(ctx, &header, channel_id, address, Consent::OptedOut)?);
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
    says: Says,
    events: &mut Vec<Event>,
) -> (Header, SubjectId) {
    let mut header = conversation.header;
    if header.status == Status::Closed && says == Says::More {
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

/// What a message asks of the desk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A word about consent, and nothing else.
    Consent(Consent),
    /// A sign at another message.
    Reaction,
    /// Anything else: somebody waits for an answer.
    More,
}

fn says(inbound: &Inbound, text: &str, known: Option<Consent>) -> Says {
    if inbound.reaction.is_some() {
        return Says::Reaction;
    }
    let alone = inbound.media.is_empty() && inbound.location.is_none();
    match consent::meaning(text, known).filter(|_| alone) {
        Some(consent) => Says::Consent(consent),
        None => Says::More,
    }
}

/// The header after the message. A word about consent waits for no answer and asks for no reading.
fn moved(ctx: &Context<'_>, header: &Header, says: Says, window: Option<Time>, events: &[Event]) -> Header {
    let seq = ctx.seq_after(events);
    let mut after = Header { window_until: window.or(header.window_until), ..*header };
    match says {
        Says::Reaction => return header.clone(),
        Says::Consent(_) => {}
        Says::More => {
            after.unread = true;
            after.waiting = after.waiting.or(Some(Waiting { seq, since: ctx.ask.at }));
        }
    }
    Header { activity_seq: seq, activity_at: ctx.ask.at, ..after }
}

fn incoming(ctx: &Context<'_>, inbound: &Inbound, id: ConversationId, text: String) -> Incoming {
    let file = |(index, media): (u8, &InboundMedia)| IncomingFile {
        id: ctx.ask.ids.attachment_id(index),
        media: media.clone(),
    };
    Incoming {
        text,
        files: (0_u8..).zip(&inbound.media).map(file).collect(),
        location: inbound.location.clone(),
        reaction: inbound.reaction.as_ref().map(|reaction| reacted(ctx, inbound, id, reaction)),
    }
}

/// The sign with the message of the same conversation that it is at.
fn reacted(ctx: &Context<'_>, inbound: &Inbound, id: ConversationId, reaction: &Reaction) -> Reacted {
    let named = reaction.provider_message;
    let found = named.and_then(|name| ctx.view.provider_message(inbound.channel_id, name));
    let message = found.and_then(|found| ctx.view.message(found.message_id));
    let message_id = message.filter(|message| message.conversation_id == id).map(|message| message.id);
    Reacted { emoji: reaction.emoji.clone(), message_id }
}

fn received(
    ctx: &Context<'_>,
    header: Header,
    subject: SubjectId,
    incoming: Incoming,
    events: &mut Vec<Event>,
) -> Header {
    let message_id = ctx.ask.ids.message_id();
    let incoming = Personal::Known(incoming);
    events.push(Event::MessageReceived { header: header.clone(), message_id, subject, incoming });
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
