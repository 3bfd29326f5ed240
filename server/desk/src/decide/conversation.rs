//! Starting, moving, closing and reopening conversations.

use parloir_protocol::ids::{ChannelId, ConversationId, GroupId};

use super::text::check_length;
use super::{Context, Decision};
use crate::entity::{Agent, Conversation, Destination, GroupStatus, Header, Personal, Status};
use crate::event::{About, Counterpart, Event, ReopenCause};
use crate::plan;
use crate::refusal::Refusal;

/// The existing thread is answered as it is; a closed one stays closed until something is sent.
pub(super) fn start(
    ctx: &Context<'_>,
    channel_id: ChannelId,
    to: &Destination,
    group_id: Option<GroupId>,
) -> Decision {
    let channel = ctx.channel(channel_id)?;
    let group_id = starting_group(ctx, group_id)?;
    check_length("to", &to.address.value, ctx.limits.address_chars)?;
    let existing = ctx.view.conversation_at(channel_id, &to.address);
    if let Some(id) = existing {
        ctx.conversation(id).map_err(|_| Refusal::ConversationOutOfScope)?;
    }
    plan::check_address(&ctx.view, channel_id, &to.address)?;
    match existing {
        Some(id) => Ok(noted(id)),
        None => {
            plan::check_approved(&channel, to.country)?;
            ctx.receiving_group(group_id)?;
            Ok(vec![started(ctx, first_header(ctx, group_id), channel_id, to, None)])
        }
    }
}

/// Without a wish: the default group, or the first active one that the caller sees.
fn starting_group(ctx: &Context<'_>, wish: Option<GroupId>) -> Result<GroupId, Refusal> {
    if let Some(id) = wish {
        let group = ctx.group(id)?;
        return if ctx.sees(id) { Ok(group.id) } else { Err(outside(ctx.agent()?)) };
    }
    let default = ctx.workspace()?.default_group;
    if ctx.sees(default) {
        return Ok(default);
    }
    let groups = ctx.view.groups();
    let visible = groups.iter().find(|group| group.status == GroupStatus::Active && ctx.sees(group.id));
    visible.map(|group| group.id).ok_or(Refusal::NotAllowed)
}

fn outside(agent: &Agent) -> Refusal {
    Refusal::AgentOutsideGroup { agent_id: agent.id }
}

/// A conversation that begins with this command's first event.
pub(super) fn first_header(ctx: &Context<'_>, group_id: GroupId) -> Header {
    Header {
        conversation_id: ctx.ask.ids.conversation_id(),
        status: Status::Open,
        unread: false,
        group_id,
        assignee: None,
        activity_seq: ctx.next_seq(),
        activity_at: ctx.ask.at,
        waiting: None,
        episode: 1,
        window_until: None,
    }
}

pub(super) fn started(
    ctx: &Context<'_>,
    header: Header,
    channel_id: ChannelId,
    with: &Destination,
    profile_name: Option<String>,
) -> Event {
    let counterpart = Personal::Known(Counterpart { address: with.address.clone(), profile_name });
    let subject = ctx.ask.ids.subject;
    Event::ConversationStarted { header, channel_id, subject, country: with.country, counterpart }
}

/// An assignee who does not see the target loses the conversation before it leaves.
pub(super) fn move_to(
    ctx: &Context<'_>,
    id: ConversationId,
    to: GroupId,
    expected_group: Option<GroupId>,
) -> Decision {
    let conversation = ctx.conversation(id)?;
    ctx.group(to)?;
    ctx.check_expected(&conversation)?;
    let from = conversation.header.group_id;
    if expected_group.is_some_and(|expected| expected != from) {
        return Err(Refusal::GroupChanged { group_id: from });
    }
    if from == to {
        return Ok(noted(id));
    }
    ctx.receiving_group(to)?;
    Ok(moved(ctx, conversation.header, to))
}

/// The events that move a conversation; at most two.
pub(super) fn moved(ctx: &Context<'_>, mut header: Header, to: GroupId) -> Vec<Event> {
    let mut events = Vec::new();
    let from = header.group_id;
    let assignee = header.assignee;
    let keeps = |id| ctx.view.agent(id).is_some_and(|agent| agent.scope.sees(to));
    if assignee.is_some_and(|id| !keeps(id)) {
        header.assignee = None;
        events.push(Event::ConversationAssigned { header: header.clone(), from: assignee });
    }
    header.group_id = to;
    events.push(Event::ConversationMoved { header, from });
    events
}

pub(super) fn close(ctx: &Context<'_>, id: ConversationId) -> Decision {
    let conversation = ctx.conversation(id)?;
    ctx.check_expected(&conversation)?;
    match conversation.header.status {
        Status::Closed => Ok(noted(id)),
        Status::Open => Ok(vec![closed(&conversation.header)]),
    }
}

/// Nobody waits in a closed conversation.
pub(super) fn closed(header: &Header) -> Event {
    Event::ConversationClosed { header: Header { status: Status::Closed, waiting: None, ..*header } }
}

pub(super) fn reopen(ctx: &Context<'_>, id: ConversationId) -> Decision {
    let conversation = ctx.conversation(id)?;
    ctx.check_expected(&conversation)?;
    check_not_erased(&conversation)?;
    match conversation.header.status {
        Status::Open => Ok(noted(id)),
        Status::Closed => {
            let header = opened(&conversation.header);
            Ok(vec![Event::ConversationReopened { header, cause: ReopenCause::Agent }])
        }
    }
}

/// The header of a closed conversation in its next episode.
pub(super) fn opened(header: &Header) -> Header {
    Header { status: Status::Open, episode: header.episode.saturating_add(1), ..*header }
}

/// An erased conversation takes nothing new.
pub(super) fn check_not_erased(conversation: &Conversation) -> Result<(), Refusal> {
    conversation.address.known().map(|_| ()).ok_or(Refusal::AddressErased)
}

pub(super) fn noted(id: ConversationId) -> Vec<Event> {
    vec![Event::Noted { about: About::Conversation(id) }]
}
