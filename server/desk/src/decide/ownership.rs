//! Whose a conversation is: assigned, claimed, released, handed out by `next`.

use parloir_protocol::ids::{AgentId, ConversationId, GroupId};

use super::conversation::noted;
use super::{Context, Decision};
use crate::entity::{AgentStatus, Header, Status};
use crate::event::Event;
use crate::order::{AssigneeFilter, Order, QueueQuery};
use crate::refusal::Refusal;

/// To an agent who sees the group, or to nobody.
pub(super) fn assign(ctx: &Context<'_>, id: ConversationId, to: Option<AgentId>) -> Decision {
    let conversation = ctx.conversation(id)?;
    let agent = to.map(|id| ctx.active_agent(id)).transpose()?;
    ctx.check_expected(&conversation)?;
    if let Some(agent) = agent.filter(|agent| !agent.scope.sees(conversation.header.group_id)) {
        return Err(Refusal::AgentOutsideGroup { agent_id: agent.id });
    }
    Ok(assigned(&conversation.header, to))
}

/// From nobody, or from an agent who is no longer there.
pub(super) fn claim(ctx: &Context<'_>, id: ConversationId) -> Decision {
    let conversation = ctx.conversation(id)?;
    let claimant = ctx.agent()?.id;
    ctx.check_expected(&conversation)?;
    let owner = conversation.header.assignee.filter(|owner| *owner != claimant);
    match owner.filter(|owner| is_active(ctx, *owner)) {
        Some(by) => Err(Refusal::AlreadyClaimed { by }),
        None => Ok(assigned(&conversation.header, Some(claimant))),
    }
}

fn is_active(ctx: &Context<'_>, id: AgentId) -> bool {
    ctx.view.agent(id).is_some_and(|agent| agent.status == AgentStatus::Active)
}

/// What somebody else has stays his.
pub(super) fn release(ctx: &Context<'_>, id: ConversationId) -> Decision {
    let conversation = ctx.conversation(id)?;
    let releasing = ctx.agent()?.id;
    ctx.check_expected(&conversation)?;
    if conversation.header.assignee == Some(releasing) {
        Ok(assigned(&conversation.header, None))
    } else {
        Ok(noted(id))
    }
}

/// The longest waiting of those that nobody has.
pub(super) fn next(ctx: &Context<'_>, group: Option<GroupId>) -> Decision {
    if let Some(id) = group {
        ctx.group(id)?;
    }
    let claimant = ctx.agent()?.id;
    let waiting = QueueQuery {
        status: Some(Status::Open),
        group,
        assignee: AssigneeFilter::Unassigned,
        order: Order::Waiting,
        ..QueueQuery::ALL
    };
    let first = ctx.view.queue(&waiting, ctx.scope(), None, 1).conversations.pop();
    let conversation = first.ok_or(Refusal::NothingWaiting)?;
    Ok(assigned(&conversation.header, Some(claimant)))
}

fn assigned(header: &Header, to: Option<AgentId>) -> Vec<Event> {
    if header.assignee == to {
        return noted(header.conversation_id);
    }
    let from = header.assignee;
    vec![Event::ConversationAssigned { header: Header { assignee: to, ..*header }, from }]
}
