//! What a record's events look like to the connections: entries for the ring, the same whether the record is
//! new or read from the log again.

use std::collections::BTreeMap;
use std::sync::Arc;

use parloir_desk::audience::{self, audience};
use parloir_desk::commit::Commit;
use parloir_desk::counters::{AssigneeCounters, Counted, touched_counters};
use parloir_desk::event::Event;
use parloir_desk::rows::{Changes, Rows};
use parloir_desk::view::View;
use parloir_protocol::entity::Row;
use parloir_protocol::ids::{AgentId, ConversationId, GroupId, WorkspaceId};
use parloir_protocol::time::Time;
use parloir_session::Audience;

use crate::hub::{Content, Entry, Notice};
use crate::wire;

/// Turns one record's commits into entries.
pub struct Told<'a> {
    view: View<'a>,
    hash_prefix: [u8; 8],
}

impl<'a> Told<'a> {
    /// `rows` are read only for what an event does not carry: the row of a conversation that enters
    /// somebody's sight, and counters.
    pub fn new(rows: &'a dyn Rows, workspace: WorkspaceId, prev_hash: [u8; 32]) -> Self {
        Self { view: View::new(rows, workspace), hash_prefix: std::array::from_fn(|i| prev_hash[i]) }
    }

    /// A new record's entries: its events, then the counters that it moved.
    pub fn entries(&self, commits: &[(Commit, u64)], at: Time, changes: &Changes) -> Vec<Arc<Entry>> {
        let mut entries = self.events(commits, at);
        let last = commits.last().map_or(0, |(commit, first)| first + commit.events.len() as u64 - 1);
        entries.extend(self.counters(changes, last));
        entries
    }

    /// A record's events.
    pub fn events(&self, commits: &[(Commit, u64)], at: Time) -> Vec<Arc<Entry>> {
        let mut entries = Vec::new();
        for (commit, first_seq) in commits {
            for (seq, event) in (*first_seq..).zip(&commit.events) {
                entries.extend(self.event(commit, event, seq, at));
            }
        }
        entries
    }

    fn event(&self, commit: &Commit, event: &Event, seq: u64, at: Time) -> Option<Arc<Entry>> {
        let notice = notice(event);
        let content = match wire::fact::fact(event, seq, commit.actor) {
            Some(fact) => Content::Event {
                event: Box::new(wire::fact::frame(commit, fact, seq, at)),
                entered: self.entered(event).map(Box::new),
            },
            None if notice.is_some() => Content::Silent,
            None => return None,
        };
        Some(Arc::new(Entry::new(seq, self.hash_prefix, seen_by(event), notice, content)))
    }

    fn entered(&self, event: &Event) -> Option<Row> {
        match event {
            Event::ConversationMoved { header, .. } => self.row(header.conversation_id),
            _ => None,
        }
    }

    fn row(&self, id: ConversationId) -> Option<Row> {
        self.view.conversation(id).map(|conversation| wire::queue::row(&self.view, &conversation))
    }

    fn counters(&self, changes: &Changes, seq: u64) -> Vec<Arc<Entry>> {
        let mut touched: BTreeMap<GroupId, Vec<(AgentId, AssigneeCounters)>> = BTreeMap::new();
        for counted in touched_counters(self.view.keys(), changes) {
            match counted {
                Counted::Group(group) => {
                    touched.entry(group).or_default();
                }
                Counted::Assignee(group, agent_id) => {
                    let counters = self.view.assignee_counters(group, agent_id);
                    touched.entry(group).or_default().push((agent_id, counters));
                }
            }
        }
        touched.into_iter().map(|(group, assignees)| self.group_counters(group, &assignees, seq)).collect()
    }

    fn group_counters(
        &self,
        group_id: GroupId,
        assignees: &[(AgentId, AssigneeCounters)],
        seq: u64,
    ) -> Arc<Entry> {
        let counters = wire::entity::counters(seq, group_id, self.view.counters(group_id), assignees);
        let content = Content::Counters(Box::new(counters));
        Arc::new(Entry::new(seq, self.hash_prefix, Audience::Group(group_id), None, content))
    }
}

fn seen_by(event: &Event) -> Audience {
    match audience(event) {
        audience::Audience::None => Audience::Nobody,
        audience::Audience::Workspace => Audience::Workspace,
        audience::Audience::Keepers => Audience::Keepers,
        audience::Audience::Group(group) => Audience::Group(group),
        audience::Audience::Move { from, to } => Audience::Move { from, to },
        audience::Audience::Agent(agent) => Audience::Agent(agent),
    }
}

fn notice(event: &Event) -> Option<Notice> {
    match event {
        Event::AgentChanged { agent_id, .. } => Some(Notice::AgentChanged(*agent_id)),
        Event::AgentDeactivated { agent_id } => Some(Notice::Deactivated(*agent_id)),
        Event::TokenRevoked { token_id, .. } => Some(Notice::TokenRevoked(*token_id)),
        _ => None,
    }
}

/// Whether a job has work after this event.
pub fn moves_a_job(event: &Event) -> bool {
    matches!(event, Event::JobStarted { .. } | Event::JobAdvanced { .. } | Event::JobRewriting { .. })
}

/// Whether a message is to leave after this event.
pub fn queues_a_message(event: &Event) -> bool {
    use parloir_desk::entity::Delivery;
    matches!(event, Event::MessageQueued { .. } | Event::DeliveryChanged { delivery: Delivery::Queued, .. })
}

/// Whether a file is to be fetched after this event.
pub fn brings_a_file(event: &Event) -> bool {
    match event {
        Event::MessageReceived { incoming, .. } => {
            incoming.known().is_some_and(|incoming| !incoming.files.is_empty())
        }
        _ => false,
    }
}

/// Whether something is due at another time after this event.
pub fn moves_a_deadline(event: &Event) -> bool {
    matches!(event, Event::MessagePlanned { .. } | Event::MessagePlanChanged { .. })
}

/// Whether a webhook is another one, or stands otherwise, after this event.
pub fn moves_a_webhook(event: &Event) -> bool {
    matches!(
        event,
        Event::WebhookSaved { .. }
            | Event::WebhookDeleted { .. }
            | Event::WebhookReplayed { .. }
            | Event::WebhookAdvanced { .. }
            | Event::WebhookDisabled { .. }
            | Event::GroupDeleted { .. }
    )
}
