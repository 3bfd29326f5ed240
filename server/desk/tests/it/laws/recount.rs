//! Counts, orders and lookups computed from the conversations and contacts alone, to be compared with what is stored.

use std::collections::{BTreeMap, BTreeSet};

use parloir_desk::counters::{AssigneeCounters, Counted, GroupCounters, Turn};
use parloir_desk::delivery::in_outbox;
use parloir_desk::entity::{ContactStatus, Conversation, Item, Scope, Status};
use parloir_desk::keys::{Keys, Span, newest_first};
use parloir_desk::order::{AssigneeFilter, Order, QueueQuery};
use parloir_desk::rows::{MemoryRows, Rows};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, ContactId, ConversationId, GroupId};

use super::desk::workspace;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    groups: BTreeMap<GroupId, GroupCounters>,
    assignees: BTreeMap<(GroupId, AgentId), AssigneeCounters>,
}

/// Every conversation, by id.
pub(super) fn conversations(rows: &MemoryRows) -> Vec<Conversation> {
    let view = View::new(rows, workspace());
    let ids = ids(rows, &view.keys().conversations());
    ids.into_iter().filter_map(|id| view.conversation(ConversationId::from_bytes(id))).collect()
}

pub(super) fn contacts(rows: &MemoryRows) -> Vec<ContactId> {
    ids(rows, &Keys(workspace()).contacts_after(None)).into_iter().map(ContactId::from_bytes).collect()
}

fn ids(rows: &MemoryRows, span: &Span) -> Vec<[u8; 16]> {
    let rows = rows.range(&span.from, &span.to, usize::MAX);
    rows.iter().filter_map(|(key, _)| key.last_chunk().copied()).collect()
}

/// The counters as they stand in the rows.
pub(super) fn stored(rows: &MemoryRows) -> Counts {
    let view = View::new(rows, workspace());
    let mut counts = Counts::default();
    for (group, assignee) in rows.0.keys().filter_map(|key| view.keys().counted(key)) {
        match assignee {
            Some(agent) => {
                counts.assignees.insert((group, agent), view.assignee_counters(group, agent));
            }
            None => {
                counts.groups.insert(group, view.counters(group));
            }
        }
    }
    counts
}

fn counted(conversations: &[Conversation]) -> Counts {
    let mut counts = Counts::default();
    for header in conversations.iter().map(|conversation| &conversation.header) {
        let group = counts.groups.entry(header.group_id).or_default();
        *group = group.after(Turn::Comes, header);
        if let Some(agent) = header.assignee {
            let assignee = counts.assignees.entry((header.group_id, agent)).or_default();
            *assignee = assignee.after(Turn::Comes, header);
        }
    }
    counts.assignees.retain(|_, counters| *counters != AssigneeCounters::default());
    counts
}

/// Whose counters differ.
pub(super) fn difference(before: &Counts, after: &Counts) -> Vec<Counted> {
    let groups: BTreeSet<_> = before.groups.keys().chain(after.groups.keys()).copied().collect();
    let assignees: BTreeSet<_> = before.assignees.keys().chain(after.assignees.keys()).copied().collect();
    let groups = groups.into_iter().filter(|id| before.groups.get(id) != after.groups.get(id));
    let assignees = assignees.into_iter().filter(|id| before.assignees.get(id) != after.assignees.get(id));
    let assignees = assignees.map(|(group, agent)| Counted::Assignee(group, agent));
    groups.map(Counted::Group).chain(assignees).collect()
}

/// Panics unless everything derived from the conversations is as it should be.
pub(super) fn check(rows: &MemoryRows) {
    let all = conversations(rows);
    let view = View::new(rows, workspace());
    assert_eq!(stored(rows), counted(&all));
    for query in queries(&view) {
        for scope in scopes(&view) {
            assert_eq!(paged(&view, &query, &scope), sorted(&all, &query, &scope), "{query:?} {scope:?}");
        }
    }
    all.iter().for_each(check_header);
    check_addresses(&view, &all);
    check_holders(rows, &view);
    check_outbox(&view, &all);
}

fn queries(view: &View<'_>) -> Vec<QueueQuery> {
    let mut queries = vec![QueueQuery::ALL, QueueQuery { order: Order::Waiting, ..QueueQuery::ALL }];
    for order in [Order::Activity, Order::Waiting] {
        for status in [None, Some(Status::Open), Some(Status::Closed)] {
            let base = QueueQuery { status, order, ..QueueQuery::ALL };
            queries.push(QueueQuery { assignee: AssigneeFilter::Unassigned, ..base });
            queries.push(QueueQuery { unread: Some(true), ..base });
            queries.push(QueueQuery { unread: Some(false), ..base });
            let channel = view.channels().first().map(|channel| channel.id);
            queries.push(QueueQuery { channel, ..base });
            let agents = view.agents();
            queries.extend(
                agents.iter().map(|agent| QueueQuery { assignee: AssigneeFilter::Agent(agent.id), ..base }),
            );
            queries.extend(view.groups().iter().map(|group| QueueQuery { group: Some(group.id), ..base }));
        }
    }
    queries
}

fn scopes(view: &View<'_>) -> Vec<Scope> {
    let one = view.groups().first().map(|group| group.id).into_iter().collect();
    vec![Scope::All, Scope::Groups(one)]
}

fn paged(view: &View<'_>, query: &QueueQuery, scope: &Scope) -> Vec<ConversationId> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = view.queue(query, scope, after, 3);
        found.extend(page.conversations.iter().map(|conversation| conversation.header.conversation_id));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

fn sorted(all: &[Conversation], query: &QueueQuery, scope: &Scope) -> Vec<ConversationId> {
    let mut wanted: Vec<(u64, ConversationId)> = all
        .iter()
        .filter(|found| wants(query, scope, found))
        .filter_map(|found| Some((place(query.order, found)?, found.header.conversation_id)))
        .collect();
    wanted.sort();
    wanted.into_iter().map(|(_, id)| id).collect()
}

fn place(order: Order, conversation: &Conversation) -> Option<u64> {
    match order {
        Order::Activity => Some(newest_first(conversation.header.activity_seq)),
        Order::Waiting => conversation.header.waiting.map(|waiting| waiting.seq),
    }
}

fn wants(query: &QueueQuery, scope: &Scope, conversation: &Conversation) -> bool {
    let header = &conversation.header;
    let assignee = match query.assignee {
        AssigneeFilter::Any => true,
        AssigneeFilter::Unassigned => header.assignee.is_none(),
        AssigneeFilter::Agent(agent) => header.assignee == Some(agent),
    };
    assignee
        && scope.sees(header.group_id)
        && query.group.is_none_or(|group| header.group_id == group)
        && query.status.is_none_or(|status| header.status == status)
        && query.unread.is_none_or(|unread| header.unread == unread)
        && query.channel.is_none_or(|channel| conversation.channel_id == channel)
}

fn check_header(conversation: &Conversation) {
    let header = &conversation.header;
    if header.status == Status::Closed {
        assert_eq!(header.waiting, None, "nobody waits in a closed conversation");
    }
    if let Some(waiting) = header.waiting {
        assert!(waiting.seq <= header.activity_seq, "who waits has written");
        assert!(conversation.newest.is_some_and(|(seq, _)| seq >= waiting.seq));
    }
    if header.unread {
        assert!(conversation.unread_seq > 0, "something set the mark");
    }
    assert!(header.activity_seq <= conversation.seq);
}

fn check_addresses(view: &View<'_>, all: &[Conversation]) {
    for conversation in all {
        if let Some(address) = conversation.address.known() {
            let found = view.conversation_at(conversation.channel_id, address);
            assert_eq!(found, Some(conversation.header.conversation_id), "one thread for {address:?}");
        }
    }
}

fn check_holders(rows: &MemoryRows, view: &View<'_>) {
    let saved = contacts(rows).into_iter().filter_map(|id| view.contact(id));
    let saved = saved.filter(|contact| contact.status == ContactStatus::Saved);
    let mut expected = BTreeMap::new();
    for contact in saved {
        for address in contact.card.known().into_iter().flat_map(|card| &card.addresses) {
            assert_eq!(expected.insert(address.clone(), contact.id), None, "{address:?} has one holder");
        }
    }
    let held = rows.0.keys().filter_map(|key| view.keys().held_address(key));
    let held = held.filter_map(|address| view.contact_at(&address).map(|id| (address, id)));
    assert_eq!(held.collect::<BTreeMap<_, _>>(), expected, "each address of a saved contact, and no other");
}

fn check_outbox(view: &View<'_>, all: &[Conversation]) {
    let mut waiting = BTreeMap::new();
    for conversation in all {
        for line in view.timeline(conversation.header.conversation_id, None, usize::MAX) {
            let Item::Message { message_id } = line.item else { continue };
            let message = view.message(message_id).expect("a line's message exists");
            if message.delivery.is_some_and(in_outbox) {
                waiting.insert(message.seq, message_id);
            }
        }
    }
    assert_eq!(view.outbox(usize::MAX), waiting.into_values().collect::<Vec<_>>());
}
