//! Sending, and sending once more. Channel and address are fixed here: nothing redirects a message later.

use parloir_protocol::ids::{ChannelId, ConversationId, MessageId};

use super::conversation::opened;
use super::delivery::changed;
use super::text::check_text;
use super::{Context, Decision};
use crate::commit::Key;
use crate::delivery::may_retry;
use crate::entity::{
    Address, Attempt, Channel, Conversation, Country, Delivery, Header, Message, Personal, Role, Status,
};
use crate::event::{Consent, Event, Outgoing, ReopenCause};
use crate::refusal::Refusal;

/// A reply: nobody waits any more, everything is read, a closed conversation is open again.
pub(super) fn send(ctx: &Context<'_>, id: ConversationId, text: &str) -> Decision {
    if ctx.agent()?.role == Role::TemplateAgent {
        return Err(Refusal::TemplateRequired);
    }
    let conversation = ctx.conversation(id)?;
    check_text("text", text, ctx.limits.text_chars)?;
    ctx.check_expected(&conversation)?;
    let address = check_sendable(ctx, &conversation)?;
    let message_id = message_id(ctx)?;
    let outgoing = Personal::Known(Outgoing { address: address.clone(), text: text.to_owned() });

    let mut events = Vec::new();
    let mut header = conversation.header;
    if header.status == Status::Closed {
        header = opened(&header);
        events.push(Event::ConversationReopened { header: header.clone(), cause: ReopenCause::Send });
    }
    header = Header {
        unread: false,
        waiting: None,
        activity_seq: ctx.seq_after(&events),
        activity_at: ctx.ask.at,
        ..header
    };
    events.push(Event::MessageQueued {
        header,
        message_id,
        subject: conversation.subject,
        channel_id: conversation.channel_id,
        outgoing,
        seen_seq: ctx.ask.expected.map(|expected| expected.seq),
    });
    Ok(events)
}

/// The command's own UUID, so that its author knows it before the answer.
fn message_id(ctx: &Context<'_>) -> Result<MessageId, Refusal> {
    let id = match ctx.ask.key {
        Key::Client(_, command) | Key::Operator(command) => command.message_id(),
        Key::Provider(..) | Key::Away(..) | Key::Outcome(..) | Key::Job(..) => ctx.ask.ids.message_id(),
    };
    match ctx.view.message(id) {
        Some(_) => Err(Refusal::CommandIdReused),
        None => Ok(id),
    }
}

/// A new attempt of a message that failed, or of which nobody knows whether it left.
pub(super) fn retry(ctx: &Context<'_>, id: MessageId) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    ctx.check_expected(&conversation)?;
    if !message.delivery.is_some_and(may_retry) {
        return Err(Refusal::NotRetryable { conversation_id: message.conversation_id });
    }
    check_sendable(ctx, &conversation)?;
    let attempt = Attempt(message.attempt.0.saturating_add(1));
    Ok(vec![changed(&conversation, &Message { attempt, ..message }, (Delivery::Queued, None), None)])
}

/// The address of a conversation that may be written to.
fn check_sendable<'c>(ctx: &Context<'_>, conversation: &'c Conversation) -> Result<&'c Address, Refusal> {
    let address = conversation.address.known().ok_or(Refusal::AddressErased)?;
    let channel = ctx.channel(conversation.channel_id)?;
    check_reachable(ctx, channel.id, address)?;
    check_approved(&channel, conversation.country)?;
    Ok(address)
}

/// Refuses a country that the sender is not approved for.
pub(super) fn check_approved(channel: &Channel, country: Option<Country>) -> Result<(), Refusal> {
    match country {
        Some(country) if !channel.approves(Some(country)) => Err(Refusal::SenderNotApproved { country }),
        Some(_) | None => Ok(()),
    }
}

/// Refuses own numbers and people who asked for no more.
pub(super) fn check_reachable(
    ctx: &Context<'_>,
    channel: ChannelId,
    address: &Address,
) -> Result<(), Refusal> {
    if ctx.view.channels().iter().any(|own| own.address == *address) {
        return Err(Refusal::OwnNumber);
    }
    match ctx.view.consent(channel, address) {
        Some(Consent::OptedOut) => Err(Refusal::OptedOut),
        Some(Consent::OptedIn) | None => Ok(()),
    }
}
