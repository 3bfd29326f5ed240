//! The only one who appends. One per workspace: takes what waits, decides each command against the state and
//! what this batch already decided, makes the record durable, applies it, tells the hub, answers. The next
//! batch gathers meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;

use parloir_desk::commit::Key;
use parloir_desk::view::View;
use parloir_protocol::time::Time;

use crate::log::{AppendError, Hash, Position, Record};
use crate::node::{Node, mark_of};
use crate::record::{open, seal};
use crate::state::{Applied, State, StateError};
use crate::told::Told;
use crate::workspace::{Rejected, Request, Requests, Workspace};

use draft::Draft;
use once::Once;
use salts::Salts;

mod draft;
mod once;
mod salts;
#[cfg(test)]
mod tests;

/// How often a batch is decided again because somebody else appended.
const CONFLICTS_MAX: u32 = 3;

/// How far the recorded time may be ahead of the clock before the clock is believed.
const AHEAD_MILLIS_MAX: i64 = 10 * 60 * 1_000;

/// Keys that are remembered because the rules failed on them.
const SET_ASIDE_MAX: usize = 1_024;

/// A workspace's writer.
pub struct Writer {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    requests: Requests,
    set_aside: BTreeSet<Key>,
}

impl Writer {
    pub fn new(node: Arc<Node>, workspace: Arc<Workspace>, requests: Requests) -> Self {
        Self { node, workspace, requests, set_aside: BTreeSet::new() }
    }

    /// Works until nobody can ask any more.
    pub async fn run(mut self) {
        while let Some(first) = self.requests.recv().await {
            let batch = self.gather(*first);
            // Apart, since an idle workspace would otherwise keep the room that writing takes.
            Box::pin(self.write(batch)).await;
        }
    }

    fn gather(&mut self, first: Request) -> Vec<Request> {
        let limits = &self.node.limits;
        let mut weight = draft::weight(&first.command);
        let mut batch = vec![first];
        while batch.len() < limits.batch_commands && weight < limits.batch_bytes {
            let Ok(next) = self.requests.try_recv() else { break };
            weight += draft::weight(&next.command);
            batch.push(*next);
        }
        batch
    }

    /// Writes a batch as one record, or as several when its events weigh more than its commands did.
    async fn write(&mut self, batch: Vec<Request>) {
        let mut waiting = vec![batch];
        while let Some(batch) = waiting.pop() {
            if let Some([first, second]) = self.write_record(batch).await {
                waiting.extend([second, first]);
            }
        }
    }

    /// Writes a batch as one record. It is given back in halves when no record can hold it.
    async fn write_record(&mut self, mut batch: Vec<Request>) -> Option<[Vec<Request>; 2]> {
        for _ in 0..CONFLICTS_MAX {
            let mut draft = self.decide(batch);
            if draft.commits.is_empty() {
                draft.answer();
                return None;
            }
            match self.append(&draft).await {
                Ok(appended) => {
                    self.finish(draft, appended).await;
                    return None;
                }
                Err(AppendError::Conflict { .. }) if self.resync().await => batch = draft.take_back(),
                Err(AppendError::TooLarge { .. }) if draft.len() > 1 => return Some(draft.halves()),
                Err(error) => {
                    draft.reject(&rejected(&error));
                    return None;
                }
            }
        }
        Draft::of(batch).reject(&Rejected::Unavailable);
        None
    }

    fn decide(&mut self, batch: Vec<Request>) -> Draft {
        let state = self.node.state.current();
        let head = View::new(&*state, self.workspace.id).head();
        let clock = self.node.clock.now();
        let mut draft = Draft::of(batch);
        let rows = Once::new(&*state);
        draft.decide(&self.node, &rows, self.workspace.id, record_time(head.at, clock), &self.set_aside);
        for key in draft.failed.drain(..) {
            tracing::error!(workspace = %self.workspace.id, ?key, "rules.failed");
            if self.set_aside.len() < SET_ASIDE_MAX {
                self.set_aside.insert(key);
            }
        }
        draft
    }

    async fn append(&self, draft: &Draft) -> Result<Appended, AppendError> {
        let tail = self.node.log.tail(self.workspace.id);
        if tail.seq + 1 != draft.first_seq {
            return Err(AppendError::Conflict { tail });
        }
        let mut salts = Salts::default();
        let record = seal(
            self.workspace.id,
            draft.epoch_after(tail.epoch),
            draft.first_seq,
            tail.hash,
            draft.at,
            draft.commits.iter().map(|(commit, _)| commit),
            &mut || salts.next(),
        );
        let position = self.node.log.append(tail, record).await?;
        Ok(Appended { position, prev_hash: tail.hash })
    }

    /// Applies and tells what is durable now, then answers.
    async fn finish(&self, mut draft: Draft, Appended { position, prev_hash }: Appended) {
        let changes = std::mem::take(&mut draft.changes);
        {
            let _applying = self.node.applying.read().await;
            let state = self.node.state.current();
            let applied = Applied { epoch: position.epoch, seq: position.seq, hash: position.hash.0 };
            if let Err(error) = state.apply(&[(self.workspace.id, &changes, applied)]) {
                end_process(&state, &error);
            }
            if state.asks_to_settle() {
                settle_aside(Arc::clone(&state));
            }
            self.node.search.touch(self.workspace.id, applied, &draft.commits, &changes);
            let told = Told::new(&*state, self.workspace.id, prev_hash.0);
            let entries = told.entries(&draft.commits, draft.at, &changes);
            self.workspace.hub.publish(entries, mark_of(position, prev_hash.0));
        }
        self.ring_bells(&draft);
        self.workspace.newest.send_replace(position.seq);
        metrics::counter!("parloir_events_total").increment(position.seq + 1 - draft.first_seq);
        // A connection that is called afterwards finds the answers, and writes them with the events.
        draft.answer();
        self.workspace.call();
    }

    /// Somebody else appended: take over what they wrote. Whether that worked.
    async fn resync(&self) -> bool {
        let state = self.node.state.current();
        let applied = state.position(self.workspace.id);
        let read = self.node.log.read(self.workspace.id, applied.seq, self.node.limits.log_read_bytes);
        let Ok(records) = read else { return false };
        for record in records {
            let Ok(commits) = open(&record) else { return false };
            let commits = commits.into_iter().map(|opened| (opened.commit, opened.first_seq)).collect();
            let mut draft = Draft::of(Vec::new());
            draft.replay(&self.node, &*state, &record, commits);
            self.finish(draft, Appended::of(&record)).await;
        }
        true
    }

    fn ring_bells(&self, draft: &Draft) {
        let events = || draft.commits.iter().flat_map(|(commit, _)| &commit.events);
        if events().any(crate::told::moves_a_job) {
            self.workspace.jobs.notify_one();
        }
        if events().any(crate::told::queues_a_message) {
            self.workspace.outbox.notify_one();
        }
        if events().any(crate::told::brings_a_file) {
            self.workspace.fetching.notify_one();
        }
        if events().any(crate::told::moves_a_deadline) {
            self.workspace.due.notify_one();
        }
        if events().any(crate::told::moves_a_webhook) {
            self.workspace.hooks.notify_one();
        }
    }
}

/// A record that is on stable storage.
struct Appended {
    position: Position,
    prev_hash: Hash,
}

impl Appended {
    fn of(record: &Record) -> Self {
        Self { position: record.position(), prev_hash: record.prev_hash }
    }
}

/// Writes into sled what waits in memory, while commands go on.
fn settle_aside(state: Arc<State>) {
    tokio::task::spawn_blocking(move || {
        if let Err(error) = state.settle() {
            end_process(&state, &error);
        }
    });
}

/// The state holds less than it should: a start rebuilds it, unless only a file beside it could not be written.
fn end_process(state: &State, error: &StateError) -> ! {
    tracing::error!(%error, "state.apply_failed");
    if !matches!(error, StateError::File { .. }) {
        state.give_up();
    }
    std::process::exit(exit::STATE_FAILED);
}

/// Why the process ends by itself, for its supervisor.
pub mod exit {
    /// The state cannot be written: a start rebuilds it.
    pub const STATE_FAILED: i32 = 75;
    /// The log cannot be written: what is acknowledged is safe, and nothing more will be.
    pub const LOG_FAILED: i32 = 74;
}

/// A record's time never goes back, unless the last one is so far ahead that it must have been wrong.
fn record_time(last: Time, clock: Time) -> Time {
    if last.millis_since(clock) > AHEAD_MILLIS_MAX {
        tracing::warn!(%last, %clock, "clock.stepped");
        return clock;
    }
    clock.max(last)
}

fn rejected(error: &AppendError) -> Rejected {
    match error {
        AppendError::Full | AppendError::Damaged => Rejected::ReadOnly,
        AppendError::TooLarge { .. } => Rejected::Internal,
        AppendError::Conflict { .. } | AppendError::Unknown | AppendError::Unavailable => {
            Rejected::Unavailable
        }
    }
}
