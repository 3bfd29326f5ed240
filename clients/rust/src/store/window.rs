//! Which rows a queue shows: a view, and how far down its order it reaches. It holds no row.

use parloir_protocol::entity::{AssigneeFilter, Header, Order, Row, View};
use parloir_protocol::ids::{AgentId, ChannelId};

/// A row's place in an order: smaller stands higher.
pub type Place = u64;

/// A view down to a bound: every row whose place is at or above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Which rows, in which order.
    pub view: View,
    /// The lowest place that is in it.
    pub bound: Place,
    /// How to ask for what follows; nothing at the end, or when rows were dropped.
    pub next: Option<String>,
}

impl Window {
    /// All of a view.
    pub fn whole(view: View) -> Self {
        Self { view, bound: Place::MAX, next: None }
    }

    /// Where a header stands in this view's order; nothing when it does not stand in it.
    pub fn place(&self, header: &Header) -> Option<Place> {
        match self.view.order {
            Order::Activity => Some(Place::MAX - header.activity_seq),
            Order::Waiting => header.waiting_seq,
        }
    }

    /// The place of a row that is in the window.
    pub fn holds(&self, row: &Row, me: Option<AgentId>) -> Option<Place> {
        self.may_hold(&row.conversation, me).filter(|_| self.of_channel(row.channel_id))
    }

    /// The place that a conversation has if its channel is right too.
    pub(super) fn may_hold(&self, header: &Header, me: Option<AgentId>) -> Option<Place> {
        let view = &self.view;
        let fits = view.status.is_none_or(|status| status == header.status)
            && view.group_id.is_none_or(|group| group == header.group_id)
            && view.unread.is_none_or(|unread| unread == header.unread)
            && view.assignee.is_none_or(|whose| assigned(whose, header.assignee, me));
        self.place(header).filter(|place| fits && *place <= self.bound)
    }

    fn of_channel(&self, channel: ChannelId) -> bool {
        self.view.channel_id.is_none_or(|wanted| wanted == channel)
    }

    /// Reaches down to the last of `rows`, the newest page of it; to the end without a `next`.
    pub(super) fn reach(&mut self, rows: &[Row], next: Option<String>) {
        let lowest = rows.iter().filter_map(|row| self.place(&row.conversation)).max();
        self.bound = if next.is_some() { lowest.unwrap_or(0) } else { Place::MAX };
        self.next = next;
    }
}

fn assigned(whose: AssigneeFilter, assignee: Option<AgentId>, me: Option<AgentId>) -> bool {
    match whose {
        AssigneeFilter::Me => assignee.is_some() && assignee == me,
        AssigneeFilter::Nobody => assignee.is_none(),
        AssigneeFilter::Agent(agent) => assignee == Some(agent),
    }
}
