//! What the outbox and the providers report of an outbound message. What tells nothing new is noted.

use parloir_protocol::ids::{ChannelId, MessageId};
use parloir_protocol::time::Time;

use super::{Context, Decision, consent};
use crate::command::Outcome;
use crate::commit::Digest;
use crate::delivery::{KeptReceipt, ProviderMessage, advance};
use crate::entity::{
    Address, AddressKind, Approval, Attempt, ChannelKind, Conversation, Delivery, Failure, Message,
};
use crate::event::{About, Consent, Event};
use crate::plan;

/// Where a message is after an event, and why it failed if it did.
pub(super) type Progress = (Delivery, Option<Failure>);

/// The last look before the provider is called: whoever asked for no more since gets nothing.
pub(super) fn dispatch(ctx: &Context<'_>, id: MessageId, attempt: Attempt) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    if message.delivery != Some(Delivery::Queued) || message.attempt != attempt {
        return Ok(noted(id));
    }
    let progress = match obstacle(ctx, &message, &conversation) {
        Some(failure) => (Delivery::Failed, Some(failure)),
        None => (Delivery::Sending, None),
    };
    Ok(vec![changed(&conversation, &message, progress, None)])
}

fn obstacle(ctx: &Context<'_>, message: &Message, conversation: &Conversation) -> Option<Failure> {
    let Some(address) = message.address.known() else { return Some(Failure::InvalidNumber) };
    match ctx.view.consent(message.channel_id, address) {
        Some(Consent::OptedOut) => Some(Failure::OptedOut),
        Some(Consent::OptedIn) | None => channel_obstacle(ctx, message, conversation),
    }
}

/// The channel's approval may have ended since the message was accepted.
fn channel_obstacle(ctx: &Context<'_>, message: &Message, conversation: &Conversation) -> Option<Failure> {
    let channel = ctx.view.channel(message.channel_id)?;
    if channel.kind == ChannelKind::Sms && message.address.known().is_some_and(is_name) {
        return Some(Failure::InvalidNumber);
    }
    match plan::check_approved(&channel, conversation.country) {
        Ok(()) => window_obstacle(ctx, message, conversation),
        Err(_) => Some(Failure::NotApproved),
    }
}

/// Whether an SMS came from a name, to which none can go; a short code can be dialled.
fn is_name(address: &Address) -> bool {
    address.kind != AddressKind::E164 && !address.value.chars().all(|c| c.is_ascii_digit())
}

/// The 24 h of WhatsApp, or the approval of the template, may have ended since the message was accepted.
fn window_obstacle(ctx: &Context<'_>, message: &Message, conversation: &Conversation) -> Option<Failure> {
    let kind = ctx.view.channel(message.channel_id)?.kind;
    let window = plan::window(kind, conversation.header.window_until, ctx.ask.at)?;
    match plan::approval_of(&ctx.view, message) {
        Some(Approval::Approved) => None,
        Some(Approval::None | Approval::Pending | Approval::Rejected | Approval::Paused) => {
            Some(Failure::NotApproved)
        }
        None => (!window.open).then_some(Failure::WindowExpired),
    }
}

/// The provider's answer, and with it whatever receipt came before it.
pub(super) fn answered(ctx: &Context<'_>, id: MessageId, attempt: Attempt, outcome: Outcome) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    let Some(current) = message.delivery.filter(|_| message.attempt == attempt) else {
        return Ok(noted(id));
    };
    let progress = match outcome {
        Outcome::Accepted { provider_message: name } => {
            return accepted(ctx, &conversation, &message, current, name);
        }
        Outcome::Failed { failure } => (Delivery::Failed, Some(failure)),
        Outcome::Unknown => (Delivery::Unknown, None),
        Outcome::PutOff => return Ok(put_off(&conversation, &message, current)),
    };
    match advance(current, progress.0) {
        Some(_) => {
            moved(ctx, &conversation, vec![changed(&conversation, &message, progress, None)], progress)
        }
        None => Ok(noted(id)),
    }
}

/// With what the failure says of consent.
fn moved(
    ctx: &Context<'_>,
    conversation: &Conversation,
    mut events: Vec<Event>,
    (_, failure): Progress,
) -> Decision {
    events.extend(consent::learnt(ctx, conversation, failure)?);
    Ok(events)
}

/// The provider surely did not take it: it waits for another attempt, and whoever starts anew may send it.
fn put_off(conversation: &Conversation, message: &Message, current: Delivery) -> Vec<Event> {
    if current != Delivery::Sending {
        return noted(message.id);
    }
    vec![changed(conversation, &next_attempt(message.clone()), (Delivery::Queued, None), None)]
}

/// The message as it goes once more.
pub(super) fn next_attempt(message: Message) -> Message {
    Message { attempt: Attempt(message.attempt.0.saturating_add(1)), ..message }
}

/// The provider's name is learnt even when the message is already further than accepted.
fn accepted(
    ctx: &Context<'_>,
    conversation: &Conversation,
    message: &Message,
    current: Delivery,
    name: Digest,
) -> Decision {
    let progress = match advance(current, Delivery::Accepted) {
        Some(accepted) => (accepted, None),
        None => (current, message.failure),
    };
    let mut events = vec![changed(conversation, message, progress, Some(name))];
    let kept = ctx.view.kept_receipt(message.channel_id, name);
    if let Some(KeptReceipt { delivery, failure, .. }) = kept
        && advance(progress.0, delivery).is_some()
    {
        events.push(changed(conversation, message, (delivery, failure), None));
        return moved(ctx, conversation, events, (delivery, failure));
    }
    Ok(events)
}

/// A receipt for a name that nobody knows yet is kept until an answer brings the name.
pub(super) fn receipt(
    ctx: &Context<'_>,
    channel_id: ChannelId,
    name: Digest,
    delivery: Delivery,
    failure: Option<Failure>,
) -> Decision {
    ctx.channel(channel_id)?;
    let failure = (delivery == Delivery::Failed).then(|| failure.unwrap_or(Failure::Unknown));
    match ctx.view.provider_message(channel_id, name) {
        Some(named) => reported(ctx, named, (delivery, failure)),
        None => Ok(kept(ctx, channel_id, name, (delivery, failure))),
    }
}

/// An earlier attempt that arrived after all settles the message; that it failed says nothing of a later one.
fn reported(ctx: &Context<'_>, named: ProviderMessage, progress: Progress) -> Decision {
    let (message, conversation) = ctx.message(named.message_id)?;
    let stale = progress.0 == Delivery::Failed && named.attempt != message.attempt;
    match message.delivery.and_then(|current| advance(current, progress.0)) {
        Some(_) if !stale => {
            moved(ctx, &conversation, vec![changed(&conversation, &message, progress, None)], progress)
        }
        Some(_) | None => Ok(noted(message.id)),
    }
}

fn kept(
    ctx: &Context<'_>,
    channel_id: ChannelId,
    provider_message: Digest,
    (delivery, failure): Progress,
) -> Vec<Event> {
    let before = ctx.view.kept_receipt(channel_id, provider_message);
    if before.is_some_and(|before| advance(before.delivery, delivery).is_none()) {
        return vec![Event::Noted { about: About::Nothing }];
    }
    vec![Event::ReceiptKept { channel_id, provider_message, delivery, failure }]
}

/// The event that says where a message of this attempt is now.
pub(super) fn changed(
    conversation: &Conversation,
    message: &Message,
    (delivery, failure): Progress,
    provider_message: Option<Digest>,
) -> Event {
    Event::DeliveryChanged {
        conversation_id: message.conversation_id,
        group_id: conversation.header.group_id,
        message_id: message.id,
        attempt: message.attempt,
        delivery,
        failure,
        provider_message,
        link_expires_at: None,
    }
}

/// The same for an attempt of somebody who asks for it: its link works from now on.
pub(super) fn renewed(conversation: &Conversation, message: Message, link_expires_at: Option<Time>) -> Event {
    let message = next_attempt(message);
    Event::DeliveryChanged {
        conversation_id: message.conversation_id,
        group_id: conversation.header.group_id,
        message_id: message.id,
        attempt: message.attempt,
        delivery: Delivery::Queued,
        failure: None,
        provider_message: None,
        link_expires_at,
    }
}

fn noted(id: MessageId) -> Vec<Event> {
    vec![Event::Noted { about: About::Message(id) }]
}
