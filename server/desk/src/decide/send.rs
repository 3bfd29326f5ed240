//! Sending, and sending once more. Channel, address and everything that goes are fixed here: nothing
//! redirects or changes a message later.

use parloir_protocol::ids::{AgentId, MessageId};
use parloir_protocol::time::Time;

use super::conversation::opened;
use super::delivery::renewed;
use super::planned;
use super::{Context, Decision};
use crate::command::SendMessage;
use crate::commit::Key;
use crate::delivery::may_retry;
use crate::entity::{
    Carriage, Conversation, Header, Message, Personal, Role, Status, Template, TemplateStatus,
};
use crate::event::{Event, LinkMade, Outgoing, ReopenCause};
use crate::plan::{self, File, Plan, Target, Wish};
use crate::refusal::Refusal;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// A message that goes at once, or is held for as long as the workspace says, or waits for its time.
pub(super) fn send(ctx: &Context<'_>, asked: &SendMessage) -> Decision {
    if ctx.agent()?.role == Role::TemplateAgent && asked.template.is_none() {
        return Err(Refusal::TemplateRequired);
    }
    let conversation = ctx.conversation(asked.conversation_id)?;
    let template = template(ctx, asked)?;
    let plan = plan_of(ctx, &conversation, asked, template.as_ref())?;
    if let Some(unfit) = plan.unfit {
        return Err(unfit);
    }
    ctx.check_expected(&conversation)?;
    if let Some(refused) = plan.refused {
        return Err(refused);
    }
    if let (Some(template), Some(asked)) = (&plan.template, &asked.template)
        && template.digest != asked.digest
    {
        return Err(Refusal::TemplateChanged { digest: template.digest.clone() });
    }
    let message_id = message_id(ctx)?;
    let outgoing = outgoing(ctx, &conversation, asked, plan)?;
    let hold_ms = ctx.workspace()?.hold_ms;
    match (asked.send_at, hold_ms) {
        (None, 0) => {
            let fresh =
                Fresh { message_id, outgoing, seen_seq: seen_seq(ctx), author: None, since: u64::MAX };
            Ok(queued(ctx, conversation, fresh))
        }
        (None, hold_ms) => planned::hold(ctx, &conversation, message_id, outgoing, hold_ms),
        (Some(at), _) => planned::schedule(ctx, &conversation, message_id, outgoing, at),
    }
}

/// The template that is named, as long as it can be sent.
fn template(ctx: &Context<'_>, asked: &SendMessage) -> Result<Option<Template>, Refusal> {
    let Some(used) = &asked.template else { return Ok(None) };
    let found = ctx.view.template(used.template_id).filter(|found| found.status == TemplateStatus::Active);
    found.map(Some).ok_or(Refusal::TemplateNotFound)
}

fn plan_of(
    ctx: &Context<'_>,
    conversation: &Conversation,
    asked: &SendMessage,
    template: Option<&Template>,
) -> Result<Plan, Refusal> {
    let file = asked.files.first();
    let wish = Wish {
        text: asked.text.as_deref(),
        file: file.map(|file| File { media_type: &file.media_type, bytes: file.bytes_out() }),
        template,
        values: asked.template.as_ref().map(|used| &used.values),
        card: asked.card.as_ref(),
        send_at: asked.send_at,
        link_url: asked.link.as_ref().map(|link| link.url.as_str()),
        role: Some(ctx.agent()?.role),
        carrier: asked.carrier,
    };
    let target = Target::of(ctx.channel(conversation.channel_id)?, conversation);
    Ok(plan::plan(&ctx.view, &target, &wish, ctx.ask.at, ctx.limits))
}

fn outgoing(
    ctx: &Context<'_>,
    conversation: &Conversation,
    asked: &SendMessage,
    plan: Plan,
) -> Result<Outgoing, Refusal> {
    let address = conversation.address.known().ok_or(Refusal::AddressErased)?.clone();
    let leaves_at = asked.send_at.unwrap_or(ctx.ask.at);
    let link = match (&asked.link, plan.carriage) {
        (Some(secret), Carriage::Link) => Some((secret.hash, None)),
        (Some(secret), Carriage::Native | Carriage::Document) if !asked.files.is_empty() => {
            Some((secret.hash, Some(secret.url.clone())))
        }
        (_, Carriage::Text | Carriage::Native | Carriage::Document | Carriage::Link) => None,
    };
    let expires_at = expires_at(ctx, leaves_at)?;
    let link = link.map(|(hash, url)| LinkMade { hash, expires_at, url });
    Ok(Outgoing {
        address,
        text: plan.text,
        files: asked.files.clone(),
        card: asked.card.clone(),
        template: plan.template.map(|template| template.sent),
        carriage: Some(plan.carriage),
        link,
    })
}

/// When a link ends that leaves at `at`.
pub(super) fn expires_at(ctx: &Context<'_>, at: Time) -> Result<Time, Refusal> {
    let days = ctx.workspace()?.link_days;
    Ok(at.plus_millis(i64::from(days) * DAY_MILLIS))
}

pub(super) fn seen_seq(ctx: &Context<'_>) -> Option<u64> {
    ctx.ask.expected.map(|expected| expected.seq)
}

/// A message that is about to leave.
pub(super) struct Fresh {
    pub(super) message_id: MessageId,
    pub(super) outgoing: Outgoing,
    pub(super) seen_seq: Option<u64>,
    /// Who wrote it, where that is not who asks.
    pub(super) author: Option<AgentId>,
    /// What came in after this seq is not answered by it.
    pub(super) since: u64,
}

/// A reply: nobody waits any more, everything is read, a closed conversation is open again.
pub(super) fn queued(ctx: &Context<'_>, conversation: Conversation, fresh: Fresh) -> Vec<Event> {
    let mut events = Vec::new();
    let (unread_seq, mut header) = (conversation.unread_seq, conversation.header);
    if header.status == Status::Closed {
        header = opened(&header);
        events.push(Event::ConversationReopened { header: header.clone(), cause: ReopenCause::Send });
    }
    header = Header {
        unread: header.unread && unread_seq > fresh.since,
        waiting: header.waiting.filter(|waiting| waiting.seq > fresh.since),
        activity_seq: ctx.seq_after(&events),
        activity_at: ctx.ask.at,
        ..header
    };
    events.push(Event::MessageQueued {
        header,
        message_id: fresh.message_id,
        subject: conversation.subject,
        channel_id: conversation.channel_id,
        outgoing: Personal::Known(fresh.outgoing),
        seen_seq: fresh.seen_seq,
        author: fresh.author,
    });
    events
}

/// The command's own UUID, so that its author knows it before the answer.
fn message_id(ctx: &Context<'_>) -> Result<MessageId, Refusal> {
    let id = match ctx.ask.key {
        Key::Client(_, command) | Key::Operator(command) => command.message_id(),
        Key::Provider(..)
        | Key::Away(..)
        | Key::Outcome(..)
        | Key::Deadline(..)
        | Key::Media(..)
        | Key::Link(..)
        | Key::Job(..)
        | Key::Webhook(..) => ctx.ask.ids.message_id(),
    };
    match ctx.view.message(id) {
        Some(_) => Err(Refusal::CommandIdReused),
        None => Ok(id),
    }
}

/// A new attempt of a message that failed, or of which nobody knows whether it left. Its link begins anew.
pub(super) fn retry(ctx: &Context<'_>, id: MessageId) -> Decision {
    let (message, conversation) = ctx.message(id)?;
    ctx.check_expected(&conversation)?;
    if !message.delivery.is_some_and(may_retry) {
        return Err(Refusal::NotRetryable { conversation_id: message.conversation_id });
    }
    check_sendable(ctx, &conversation, &message)?;
    let link_expires_at = match message.link {
        Some(_) => Some(expires_at(ctx, ctx.ask.at)?),
        None => None,
    };
    Ok(vec![renewed(&conversation, message, link_expires_at)])
}

/// Refuses a message that could not be accepted now.
pub(super) fn check_sendable(
    ctx: &Context<'_>,
    conversation: &Conversation,
    message: &Message,
) -> Result<(), Refusal> {
    let target = Target::of(ctx.channel(conversation.channel_id)?, conversation);
    plan::check_sendable(&ctx.view, &target, message, ctx.ask.at)
}
