//! The log as one webhook sees it: the events that its groups show and that it asked for, as bodies. It reads
//! what is durable and nothing else, so what it sends has happened.

use std::sync::Arc;

use bytes::Bytes;
use parloir_desk::entity::{Scope as Seen, Webhook};
use parloir_protocol::cursor::Epoch;
use parloir_protocol::event::Event;
use parloir_protocol::ids::WorkspaceId;
use parloir_session::Scope;
use serde_json::Value;

use crate::log::{ReadError, Record};
use crate::node::Node;
use crate::record;
use crate::told::Told;
use crate::workspace::Workspace;

use super::Hooks;
use super::window::{Parcel, Window};

/// One webhook's sight of one workspace's log.
pub(super) struct Follower {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    hooks: Arc<Hooks>,
    scope: Scope,
    events: Option<std::collections::BTreeSet<String>>,
}

impl Follower {
    pub(super) fn new(
        node: &Arc<Node>,
        workspace: &Arc<Workspace>,
        hooks: &Arc<Hooks>,
        webhook: &Webhook,
    ) -> Self {
        let scope = match &webhook.scope {
            Seen::All => Scope::All,
            Seen::Groups(groups) => Scope::Groups(groups.clone()),
        };
        Self {
            node: Arc::clone(node),
            workspace: Arc::clone(workspace),
            hooks: Arc::clone(hooks),
            scope,
            events: webhook.events.clone(),
        }
    }

    /// Reads on where `window` stands, as far as it has room and what is published goes.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(super) async fn fill(&self, window: &mut Window) -> Result<(), ReadError> {
        while window.has_room() {
            let records = self.read(window.read()).await?;
            if records.is_empty() {
                return Ok(());
            }
            for record in &records {
                if !self.take(record, window) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// What was published: a record that is only in the log yet may name rows that the state does not have.
    async fn read(&self, after: u64) -> Result<Vec<Record>, ReadError> {
        let published = self.workspace.hub.head().seq;
        if published <= after {
            return Ok(Vec::new());
        }
        let _turn = self.hooks.readers.acquire().await;
        let (log, workspace) = (Arc::clone(&self.node.log), self.workspace.id);
        let bytes = self.hooks.limits.read_bytes;
        let read = tokio::task::spawn_blocking(move || log.read(workspace, after, bytes)).await;
        let read = read.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
        read.map(|records| records.into_iter().take_while(|record| record.last_seq <= published).collect())
    }

    /// Whether all of the record found room.
    fn take(&self, record: &Record, window: &mut Window) -> bool {
        let commits = record::open(record).unwrap_or_else(|error| {
            panic!(
                "record {} of {} was readable when it was written: {error}",
                record.first_seq, record.workspace
            )
        });
        let commits: Vec<_> = commits.into_iter().map(|opened| (opened.commit, opened.first_seq)).collect();
        let state = self.node.state.current();
        let told = Told::new(&*state, record.workspace, record.prev_hash.0);
        for entry in told.events(&commits, record.at) {
            if entry.seq <= window.read() {
                continue;
            }
            if !window.has_room() {
                return false;
            }
            match entry.event_for(&self.scope).filter(|event| self.wants(event)) {
                Some(event) => window.push(parcel(&event, record.workspace, record.epoch)),
                None => window.passed(entry.seq),
            }
        }
        window.passed(record.last_seq);
        true
    }

    fn wants(&self, event: &Event) -> bool {
        self.events.as_ref().is_none_or(|names| names.contains(event.fact.name()))
    }
}

/// The frame of the event, with what tells workspaces and lives of a log apart.
fn parcel(event: &Event, workspace: WorkspaceId, epoch: u64) -> Parcel {
    let mut body = serde_json::to_value(event).expect("an event of the wire is JSON");
    let lane = conversation(&body).map(str::to_owned);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("workspace_id".to_owned(), Value::String(workspace.to_string()));
        fields.insert("epoch".to_owned(), Value::String(Epoch(epoch).to_string()));
    }
    let body = Bytes::from(body.to_string().into_bytes());
    Parcel { seq: event.seq, epoch, name: event.fact.name(), lane, body }
}

/// The conversation that an event is of: wherever it stands, the wire calls it the same.
fn conversation(event: &Value) -> Option<&str> {
    let data = &event["data"];
    let places = [&data["conversation"], data, &data["row"]["conversation"]];
    places.into_iter().find_map(|place| place["conversation_id"].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, AT, CONVERSATION, WORKSPACE};
    use crate::wire::fact::{fact, frame};
    use parloir_desk::audience::{Audience, audience};
    use parloir_desk::commit::Commit;

    #[test]
    fn every_event_of_a_group_s_conversation_has_its_lane() {
        for commit in samples::commits() {
            let event = &commit.events[0];
            let Some(told) = fact(event, 40, commit.actor) else { continue };
            let name = told.name();
            let parcel = parcel(&frame(&commit, told, 40, AT), WORKSPACE, 7);
            let is_of_one = match audience(event) {
                Audience::Group(_) => !name.starts_with("group."),
                Audience::Move { .. } => true,
                Audience::None | Audience::Workspace | Audience::Keepers | Audience::Agent(_) => false,
            };
            assert_eq!(parcel.lane, is_of_one.then(|| CONVERSATION.to_string()), "{name}");
        }
    }

    #[test]
    fn a_body_says_where_it_is_from() {
        let commits = samples::commits();
        let told = |commit: &Commit| Some(frame(commit, fact(&commit.events[0], 40, commit.actor)?, 40, AT));
        let event = commits.iter().find_map(told).expect("somebody is told");
        let parcel = parcel(&event, WORKSPACE, 7);
        let mut body: Value = serde_json::from_slice(&parcel.body).expect("JSON");
        let fields = body.as_object_mut().expect("fields");
        assert_eq!(fields.remove("workspace_id"), Some(Value::String(WORKSPACE.to_string())));
        assert_eq!(fields.remove("epoch"), Some(Value::String("0000000000000007".to_owned())));
        assert_eq!(body, serde_json::to_value(&event).expect("JSON"));
    }
}
