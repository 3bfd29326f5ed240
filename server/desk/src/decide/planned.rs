//! Messages that go later: scheduled, or held so that they can be taken back. They are no lines of the
//! timeline and move nothing until they go. Replies of two people that are held for one conversation stop
//! each other.

use parloir_protocol::ids::{AgentId, MessageId};
use parloir_protocol::time::Time;

use super::send::{Fresh, check_sendable, expires_at, queued, seen_seq};
use super::text::check_count;
use super::{Context, Decision};
use crate::commit::Key;
use crate::entity::{Attachment, Conversation, Delivery, Message, Personal, Role};
use crate::event::{About, Event, LinkMade, Outgoing};
use crate::plan::check_time;
use crate::refusal::Refusal;
use crate::rights::Caller;

/// Held for a moment; for somebody's word where a colleague's is held too.
pub(super) fn hold(
    ctx: &Context<'_>,
    conversation: &Conversation,
    message_id: MessageId,
    outgoing: Outgoing,
    hold_ms: u32,
) -> Decision {
    let held = held(ctx, conversation);
    let me = Some(ctx.agent()?.id);
    let stops = held.iter().any(|other| other.author != me || other.due_at.is_none());
    let due_at = (!stops).then(|| ctx.ask.at.plus_millis(hold_ms.into()));
    let mut events = vec![planned(ctx, conversation, message_id, outgoing, (Delivery::Held, due_at))?];
    if stops {
        let moving = held.iter().filter(|other| other.due_at.is_some());
        events.extend(moving.map(|other| changed(conversation, other, Delivery::Held, None)));
    }
    Ok(events)
}

/// What is held already, of anybody.
fn held(ctx: &Context<'_>, conversation: &Conversation) -> Vec<Message> {
    let planned = ctx.view.planned(conversation.header.conversation_id, ctx.limits.planned);
    planned.into_iter().filter(|message| message.delivery == Some(Delivery::Held)).collect()
}

pub(super) fn schedule(
    ctx: &Context<'_>,
    conversation: &Conversation,
    message_id: MessageId,
    outgoing: Outgoing,
    at: Time,
) -> Decision {
    Ok(vec![planned(ctx, conversation, message_id, outgoing, (Delivery::Scheduled, Some(at)))?])
}

fn planned(
    ctx: &Context<'_>,
    conversation: &Conversation,
    message_id: MessageId,
    outgoing: Outgoing,
    (delivery, due_at): (Delivery, Option<Time>),
) -> Result<Event, Refusal> {
    let already = ctx.view.planned(conversation.header.conversation_id, ctx.limits.planned);
    check_count("planned", already.len() + 1, ctx.limits.planned)?;
    Ok(Event::MessagePlanned {
        header: conversation.header.clone(),
        message_id,
        subject: conversation.subject,
        channel_id: conversation.channel_id,
        outgoing: Personal::Known(outgoing),
        seen_seq: seen_seq(ctx),
        delivery,
        due_at,
    })
}

fn changed(
    conversation: &Conversation,
    message: &Message,
    delivery: Delivery,
    due_at: Option<Time>,
) -> Event {
    Event::MessagePlanChanged {
        conversation_id: message.conversation_id,
        group_id: conversation.header.group_id,
        message_id: message.id,
        delivery,
        due_at,
    }
}

/// Whoever may send may take back what has not left, whoever wrote it.
pub(super) fn cancel(ctx: &Context<'_>, id: MessageId) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    match message.delivery {
        Some(Delivery::Scheduled | Delivery::Held | Delivery::Queued) => Ok(vec![Event::MessageCancelled {
            conversation_id: message.conversation_id,
            group_id: conversation.header.group_id,
            message_id: id,
        }]),
        Some(Delivery::Cancelled) => Ok(noted(id)),
        delivery => Err(Refusal::NotCancellable { delivery }),
    }
}

/// Its time has come, or somebody does not wait for it.
pub(super) fn release(ctx: &Context<'_>, id: MessageId) -> Decision {
    match &ctx.caller {
        Caller::Agent(agent) => release_by(ctx, id, agent.role),
        Caller::Contact(_) | Caller::Provider(_) | Caller::System => release_due(ctx, id),
    }
}

fn release_by(ctx: &Context<'_>, id: MessageId, role: Role) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    check_planned(&message)?;
    if role == Role::TemplateAgent && message.template.is_none() {
        return Err(Refusal::TemplateRequired);
    }
    check_sendable(ctx, &conversation, &message)?;
    go(ctx, conversation, &message)
}

/// Whatever stands against it is said by its dispatch, where its author sees it.
fn release_due(ctx: &Context<'_>, id: MessageId) -> Decision {
    let Some(message) = ctx.view.message(id).filter(|message| is_due(ctx, message)) else {
        return Ok(noted(id));
    };
    match ctx.view.conversation(message.conversation_id) {
        Some(conversation) => go(ctx, conversation, &message),
        None => Ok(noted(id)),
    }
}

fn is_due(ctx: &Context<'_>, message: &Message) -> bool {
    let at_its_time = match ctx.ask.key {
        Key::Deadline(_, _, due) => message.due_at == Some(due),
        Key::Client(..)
        | Key::Provider(..)
        | Key::Away(..)
        | Key::Outcome(..)
        | Key::Media(..)
        | Key::Link(..)
        | Key::Job(..)
        | Key::Webhook(..)
        | Key::Operator(_) => message.due_at.is_some_and(|due| due <= ctx.ask.at),
    };
    message.is_planned() && at_its_time
}

fn go(ctx: &Context<'_>, conversation: Conversation, message: &Message) -> Decision {
    let outgoing = outgoing(ctx, message)?;
    let fresh = Fresh {
        message_id: message.id,
        outgoing,
        seen_seq: message.seen_seq,
        author: message.author.filter(|author| !is(ctx, *author)),
        since: message.seq,
    };
    Ok(queued(ctx, conversation, fresh))
}

fn is(ctx: &Context<'_>, author: AgentId) -> bool {
    ctx.agent().is_ok_and(|agent| agent.id == author)
}

/// What was accepted, with a link that works from now on.
fn outgoing(ctx: &Context<'_>, message: &Message) -> Result<Outgoing, Refusal> {
    let address = message.address.known().ok_or(Refusal::AddressErased)?.clone();
    let text = message.text.known().ok_or(Refusal::AddressErased)?.clone();
    let link = match &message.link {
        Some(link) => Some(LinkMade {
            hash: link.hash,
            expires_at: expires_at(ctx, ctx.ask.at)?,
            url: link.url.clone(),
        }),
        None => None,
    };
    Ok(Outgoing {
        address,
        text,
        files: message.attachments.iter().map(Attachment::facts).collect(),
        card: message.card.clone(),
        template: message.template.clone(),
        carriage: message.carriage,
        link,
    })
}

/// A planned message at another time; one that was held is scheduled from now on.
pub(super) fn reschedule(ctx: &Context<'_>, id: MessageId, send_at: Time) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    check_planned(&message)?;
    check_time(send_at, ctx.ask.at)?;
    if (message.delivery, message.due_at) == (Some(Delivery::Scheduled), Some(send_at)) {
        return Ok(noted(id));
    }
    Ok(vec![changed(&conversation, &message, Delivery::Scheduled, Some(send_at))])
}

fn check_planned(message: &Message) -> Result<(), Refusal> {
    if message.is_planned() { Ok(()) } else { Err(Refusal::NotCancellable { delivery: message.delivery }) }
}

fn noted(id: MessageId) -> Vec<Event> {
    vec![Event::Noted { about: About::Message(id) }]
}
