//! In which order conversations stand in a queue. Each conversation stands on a few shelves, one row a
//! shelf; a view is the merge of the shelves that can hold its rows. What a row repeats of the conversation
//! is what a view filters by, so that no conversation is read to be left out.

use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, GroupId};
use serde::{Deserialize, Serialize};

use crate::entity::{Conversation, Group, Scope, Status};
use crate::keys::newest_first;

/// One ordered run of conversations. Only `Waiting` stands longest first; the others newest activity first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Group(GroupId, Status),
    Unread(GroupId),
    /// Open and nobody's.
    Unassigned(GroupId),
    Assignee(AgentId, Status),
    /// Somebody waits, and no agent has it.
    WaitingUnassigned(GroupId),
    /// Somebody waits for this group's agents.
    Waiting(GroupId),
}

/// A conversation's row on a shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub conversation_id: ConversationId,
    pub group_id: GroupId,
    pub channel_id: ChannelId,
    pub assignee: Option<AgentId>,
    pub status: Status,
    pub unread: bool,
}

/// Which conversations a view asks for, and how they stand. All conditions must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueQuery {
    pub status: Option<Status>,
    pub group: Option<GroupId>,
    pub assignee: AssigneeFilter,
    pub unread: Option<bool>,
    pub channel: Option<ChannelId>,
    pub order: Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssigneeFilter {
    Any,
    Unassigned,
    Agent(AgentId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Newest activity first.
    Activity,
    /// Only where somebody waits, longest first.
    Waiting,
}

impl Shelf {
    /// The byte of its kind, then whose it is and what it holds.
    pub(crate) fn parts(self) -> (u8, Vec<u8>) {
        match self {
            Self::Group(group, status) => (0, [&group.as_bytes()[..], &[status_byte(status)]].concat()),
            Self::Unread(group) => (1, group.as_bytes().to_vec()),
            Self::Unassigned(group) => (2, group.as_bytes().to_vec()),
            Self::Assignee(agent, status) => (3, [&agent.as_bytes()[..], &[status_byte(status)]].concat()),
            Self::WaitingUnassigned(group) => (4, group.as_bytes().to_vec()),
            Self::Waiting(group) => (5, group.as_bytes().to_vec()),
        }
    }
}

fn status_byte(status: Status) -> u8 {
    match status {
        Status::Open => 0,
        Status::Closed => 1,
    }
}

impl Entry {
    pub(crate) fn of(conversation: &Conversation) -> Self {
        let header = &conversation.header;
        Self {
            conversation_id: header.conversation_id,
            group_id: header.group_id,
            channel_id: conversation.channel_id,
            assignee: header.assignee,
            status: header.status,
            unread: header.unread,
        }
    }
}

/// Places of a conversation at most.
const PLACES_MAX: usize = 5;

/// Every place of a conversation: the shelf and the key on it.
pub(crate) fn places(conversation: &Conversation) -> Vec<(Shelf, u64)> {
    let header = &conversation.header;
    let (group, status) = (header.group_id, header.status);
    let newest = newest_first(header.activity_seq);
    let mut places = Vec::with_capacity(PLACES_MAX);
    places.push((Shelf::Group(group, status), newest));
    if header.unread {
        places.push((Shelf::Unread(group), newest));
    }
    match header.assignee {
        Some(agent) => places.push((Shelf::Assignee(agent, status), newest)),
        None if status == Status::Open => places.push((Shelf::Unassigned(group), newest)),
        None => {}
    }
    if let Some(waiting) = header.waiting {
        places.push((Shelf::Waiting(group), waiting.seq));
        if header.assignee.is_none() {
            places.push((Shelf::WaitingUnassigned(group), waiting.seq));
        }
    }
    places
}

impl QueueQuery {
    /// Every conversation, newest activity first.
    pub const ALL: Self = Self {
        status: None,
        group: None,
        assignee: AssigneeFilter::Any,
        unread: None,
        channel: None,
        order: Order::Activity,
    };

    /// Whether a row belongs into the view of somebody with this scope.
    pub fn admits(&self, scope: &Scope, entry: &Entry) -> bool {
        let assignee = match self.assignee {
            AssigneeFilter::Any => true,
            AssigneeFilter::Unassigned => entry.assignee.is_none(),
            AssigneeFilter::Agent(agent) => entry.assignee == Some(agent),
        };
        assignee
            && scope.sees(entry.group_id)
            && self.group.is_none_or(|group| group == entry.group_id)
            && self.status.is_none_or(|status| status == entry.status)
            && self.unread.is_none_or(|unread| unread == entry.unread)
            && self.channel.is_none_or(|channel| channel == entry.channel_id)
    }

    /// The shelves that hold every row of the view, as few and as short as can be.
    pub(crate) fn shelves(&self, scope: &Scope, groups: &[Group]) -> Vec<Shelf> {
        if let (Order::Activity, AssigneeFilter::Agent(agent)) = (self.order, self.assignee) {
            return self.statuses().map(|status| Shelf::Assignee(agent, status)).collect();
        }
        let wanted = |group: &GroupId| scope.sees(*group) && self.group.is_none_or(|only| only == *group);
        groups
            .iter()
            .map(|group| group.id)
            .filter(wanted)
            .flat_map(|group| self.group_shelves(group))
            .collect()
    }

    fn group_shelves(&self, group: GroupId) -> Vec<Shelf> {
        match (self.order, self.assignee) {
            (Order::Waiting, AssigneeFilter::Unassigned) => vec![Shelf::WaitingUnassigned(group)],
            (Order::Waiting, AssigneeFilter::Any | AssigneeFilter::Agent(_)) => vec![Shelf::Waiting(group)],
            (Order::Activity, AssigneeFilter::Unassigned) if self.status == Some(Status::Open) => {
                vec![Shelf::Unassigned(group)]
            }
            (
                Order::Activity,
                AssigneeFilter::Any | AssigneeFilter::Unassigned | AssigneeFilter::Agent(_),
            ) => self.activity_shelves(group),
        }
    }

    fn activity_shelves(&self, group: GroupId) -> Vec<Shelf> {
        match self.unread {
            Some(true) => vec![Shelf::Unread(group)],
            Some(false) | None => self.statuses().map(|status| Shelf::Group(group, status)).collect(),
        }
    }

    fn statuses(&self) -> impl Iterator<Item = Status> {
        [Status::Open, Status::Closed]
            .into_iter()
            .filter(|status| self.status.is_none_or(|only| only == *status))
    }
}
