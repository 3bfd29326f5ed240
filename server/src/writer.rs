//! The only one who appends. One per workspace: takes what waits, decides each command against the state and
//! what was decided before it, makes the record durable, applies it, tells the hub, answers. What comes while a
//! record is on its way to the disk is decided on top of it, and follows it as the next one.

use std::collections::{BTreeSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, MaybeDone, maybe_done};
use parloir_desk::commit::Key;
use parloir_desk::rows::{Layer, Rows};
use parloir_desk::view::View;
use parloir_protocol::time::Time;

use crate::log::{AppendError, Hash, Position, Record};
use crate::node::{Node, mark_of};
use crate::record::{open, seal};
use crate::state::{Applied, State, StateError};
use crate::told::Told;
use crate::workspace::{Rejected, Request, Requests, Workspace};

use draft::{Decider, Draft};
use once::Once;
use salts::Salts;

mod draft;
mod once;
mod salts;
#[cfg(test)]
mod tests;

/// How often commands are decided again because somebody else appended.
const CONFLICTS_MAX: u32 = 3;

/// How far the recorded time may be ahead of the clock before the clock is believed.
const AHEAD_MILLIS_MAX: i64 = 10 * 60 * 1_000;

/// Keys that are remembered because the rules failed on them.
const SET_ASIDE_MAX: usize = 1_024;

/// What the commands weigh that are decided while a record is on its way, before anybody looks whether it has arrived.
const AT_ONCE_BYTES: usize = 16 << 10;

/// Commands of which a record is made however few there are besides.
const SHARE_MIN: usize = 32;
/// Half of those that are here go into a record up to this, and a quarter beyond: where a disk takes long, many come.
const HALF_MAX: usize = 64;
/// So many to tell that this takes longer than a quick disk to make a record durable: a write to each, however many events
/// it has.
const MANY_TOLD: usize = 256;

/// Commands in a row beside which there was no other, before the next one counts as alone: of many that are on their way
/// one is sometimes there first.
const LONELY_BEFORE: u32 = 2;

/// Commands join a record in the making for so long: its time is that of its first.
const JOINED_MILLIS: i64 = 500;

/// A workspace's writer.
pub struct Writer {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    requests: Requests,
    /// Commands that are decided anew, before any other.
    back: VecDeque<Box<Request>>,
    /// Commands of a record at most while some are back, since more of them were too large for one.
    fitting: usize,
    /// Conflicts one after the other.
    conflicts: u32,
    /// Commands in a row beside which there was no other.
    lonely: u32,
    set_aside: BTreeSet<Key>,
    salts: Salts,
}

/// A record that is durable, and what follows from it.
type Written = (Draft, Appended);

impl Writer {
    pub fn new(node: Arc<Node>, workspace: Arc<Workspace>, requests: Requests) -> Self {
        let (back, set_aside, salts) = (VecDeque::new(), BTreeSet::new(), Salts::default());
        Self {
            node,
            workspace,
            requests,
            back,
            fitting: usize::MAX,
            conflicts: 0,
            lonely: 0,
            set_aside,
            salts,
        }
    }

    /// Works until nobody can ask any more.
    pub async fn run(mut self) {
        while let Some(first) = self.requests.recv().await {
            // Apart, since an idle workspace would otherwise keep the room that writing takes.
            Box::pin(self.write(first)).await;
        }
    }

    /// Writes a command and all that wait or come meanwhile.
    async fn write(&mut self, first: Box<Request>) {
        self.back.push_back(first);
        let (mut next, mut written, mut is_first) = (None, None, true);
        loop {
            let is_first = std::mem::take(&mut is_first);
            let mut draft = match next.take() {
                Some(draft) => draft,
                None => {
                    // Nothing was decided on top of it: what follows is decided on the state.
                    self.finish_written(written.take()).await;
                    let Some(first) = self.waiting() else { return };
                    self.draft(first)
                }
            };
            if draft.commits.is_empty() {
                self.finish_written(written.take()).await;
                self.set_aside(&mut draft);
                self.conflicts = 0;
                draft.answer();
                continue;
            }
            let is_alone = self.is_alone(&draft, is_first);
            let (appended, follows) = self.append(&draft, written.take(), is_alone).await;
            match appended {
                Ok(appended) => {
                    self.set_aside(&mut draft);
                    (written, next, self.conflicts) = (Some((draft, appended)), follows, 0);
                }
                Err(error) => self.fail(draft, follows, &error).await,
            }
        }
    }

    /// Whether nobody waits beside whoever asked for this, as was so with those before.
    fn is_alone(&mut self, draft: &Draft, is_first: bool) -> bool {
        let is_only = is_first && draft.len() == 1 && self.back.is_empty() && self.requests.is_empty();
        self.lonely = if is_only { self.lonely.saturating_add(1) } else { 0 };
        self.lonely > LONELY_BEFORE
    }

    /// The next command that is there already.
    fn waiting(&mut self) -> Option<Box<Request>> {
        self.back.pop_front().or_else(|| self.requests.try_recv().ok())
    }

    /// A record of what waits, beginning with `first`.
    fn draft(&mut self, first: Box<Request>) -> Draft {
        let mut draft = None;
        self.decide(&mut draft, None, first, usize::MAX);
        draft.expect("it was begun with the first")
    }

    /// How many commands a record is made of at most, beginning with one and with so many on their way.
    fn share(&mut self, on_their_way: usize) -> usize {
        if self.back.is_empty() {
            self.fitting = usize::MAX;
        }
        let here = 1 + on_their_way + self.back.len() + self.requests.len();
        let share = if self.workspace.fan.count() < MANY_TOLD { share } else { share_told_to_many };
        share(here).min(self.node.limits.batch_commands).min(self.fitting)
    }

    /// Decides `first` and those that wait after it, until they weigh `at_once` or the draft is full: of the record that
    /// follows the state, or one that is on its way.
    fn decide(
        &mut self,
        into: &mut Option<Draft>,
        below: Option<&Draft>,
        first: Box<Request>,
        at_once: usize,
    ) {
        let (node, workspace) = (Arc::clone(&self.node), self.workspace.id);
        let state = node.state.current();
        let once = Once::new(&*state);
        let layer = below.map(|below| Layer { base: &once, changes: &below.changes });
        let rows: &dyn Rows = layer.as_ref().map_or(&once, |layer| layer);
        let draft = into.get_or_insert_with(|| {
            let head = View::new(rows, workspace).head();
            let share = self.share(below.map_or(0, Draft::len));
            Draft::after(head, record_time(head.at, node.clock.now()), share)
        });
        let enough = draft.weight().saturating_add(at_once);
        let mut request = Some(first);
        while draft.weight() < enough {
            let Some(asked) = request.take().or_else(|| self.waiting()) else { break };
            let (set_aside, salts) = (&self.set_aside, &mut self.salts);
            draft.decide(&mut Decider { node: &node, workspace, set_aside, salts }, rows, *asked);
            if !draft.has_room(&node.limits) {
                break;
            }
        }
    }

    /// Remembers on which commands the rules failed, now that nothing below them can be lost.
    fn set_aside(&mut self, draft: &mut Draft) {
        for key in draft.failed.drain(..) {
            tracing::error!(workspace = %self.workspace.id, ?key, "rules.failed");
            if self.set_aside.len() < SET_ASIDE_MAX {
                self.set_aside.insert(key);
            }
        }
    }

    /// Makes `draft` durable; meanwhile finishes the record before it, and decides what comes on top.
    async fn append(
        &mut self,
        draft: &Draft,
        before: Option<Written>,
        is_alone: bool,
    ) -> (Result<Appended, AppendError>, Option<Draft>) {
        let mut appending = self.begin(draft, is_alone);
        // From here on it is on its way, unless too much waits there.
        let _is_there = (&mut appending).now_or_never();
        self.finish_written(before).await;
        let mut follows = None;
        loop {
            let takes = follows.as_ref().is_none_or(|follows| self.is_open(follows));
            tokio::select! {
                biased;
                () = &mut appending => break,
                Some(request) = next(&mut self.back, &mut self.requests), if takes => match &follows {
                    // It was too long in coming.
                    Some(closed) if !self.is_open(closed) => self.back.push_front(request),
                    _ => self.decide(&mut follows, Some(draft), request, AT_ONCE_BYTES),
                }
            }
        }
        let appended = Pin::new(&mut appending).take_output().expect("it has just ended");
        (appended, follows)
    }

    /// Whether a record in the making takes more: it has room, and is not much older than who comes now.
    fn is_open(&self, draft: &Draft) -> bool {
        let age = self.node.clock.now().millis_since(draft.at);
        draft.has_room(&self.node.limits) && age < JOINED_MILLIS
    }

    /// A draft as a record for the log, and what becomes of it there.
    fn begin(&mut self, draft: &Draft, is_alone: bool) -> Appending {
        let tail = self.node.log.tail(self.workspace.id);
        if tail.seq + 1 != draft.first_seq {
            return MaybeDone::Done(Err(AppendError::Conflict { tail }));
        }
        let record = seal(
            self.workspace.id,
            draft.epoch(),
            draft.first_seq,
            tail.hash,
            draft.at,
            draft.commits.iter().map(|(commit, _)| commit),
            &mut || self.salts.next(),
        );
        let (node, bytes) = (Arc::clone(&self.node), record.encoded_bytes());
        let appending = async move {
            let position = match is_alone {
                true => node.log.append_alone(tail, record).await?,
                false => node.log.append(tail, record).await?,
            };
            Ok(Appended { position, prev_hash: tail.hash, bytes })
        };
        maybe_done(appending.boxed())
    }

    /// What becomes of the commands of a record that could not be written, and of those that rest on it: they are
    /// decided anew, or told why not.
    async fn fail(&mut self, draft: Draft, follows: Option<Draft>, error: &AppendError) {
        let is_conflict = matches!(error, AppendError::Conflict { .. });
        self.conflicts = if is_conflict { (self.conflicts + 1) % CONFLICTS_MAX } else { 0 };
        match error {
            AppendError::Conflict { .. } if self.resync().await && self.conflicts > 0 => {
                follows.into_iter().for_each(|follows| self.take_back(follows));
                self.take_back(draft);
            }
            AppendError::TooLarge { .. } => {
                follows.into_iter().for_each(|follows| self.take_back(follows));
                if draft.len() == 1 {
                    return draft.reject(&rejected(error));
                }
                self.fitting = draft.len().div_ceil(2);
                self.take_back(draft);
            }
            _ => {
                // Who cannot read it now meets a conflict with the next record, unless another state has it by then.
                let _is_known = matches!(error, AppendError::Unknown) && self.resync().await;
                [Some(draft), follows].into_iter().flatten().for_each(|lost| lost.reject(&rejected(error)));
            }
        }
    }

    /// Its commands are decided anew, before all others.
    fn take_back(&mut self, draft: Draft) {
        draft.into_requests().rev().for_each(|request| self.back.push_front(Box::new(request)));
    }

    async fn finish_written(&self, written: Option<Written>) {
        if let Some((draft, appended)) = written {
            self.finish(draft, appended).await;
        }
    }

    /// Applies and tells what is durable now, then answers.
    async fn finish(&self, mut draft: Draft, Appended { position, prev_hash, bytes }: Appended) {
        let changes = std::mem::take(&mut draft.changes);
        {
            let _applying = self.node.applying.read().await;
            let state = self.node.state.current();
            let applied = Applied { epoch: position.epoch, seq: position.seq, hash: position.hash.0 };
            // A state that took the place of another one was folded from a log that may have had this already, and the
            // record after it.
            let is_there = state.position(self.workspace.id).seq >= position.seq;
            if !is_there && let Err(error) = state.apply(&[(self.workspace.id, &changes, applied)]) {
                end_process(&state, &error);
            }
            if state.asks_to_settle() {
                settle_aside(Arc::clone(&state));
            }
            self.node.search.touch(self.workspace.id, applied, &draft.commits, &changes);
            let told = Told::new(&*state, self.workspace.id, prev_hash.0);
            let entries = told.entries(&draft.commits, draft.at, &changes);
            self.workspace.hub.publish(entries, bytes, mark_of(position, prev_hash.0));
        }
        self.ring_bells(&draft);
        self.workspace.newest.send_replace(position.seq);
        metrics::counter!("parloir_events_total").increment(position.seq + 1 - draft.first_seq);
        // Whoever is woken last is mostly the next to run: somebody who was answered, and writes the events with that.
        self.workspace.call();
        draft.answer();
    }

    /// The log may hold more than was told: take that over. Whether it could be read. Counters that a state has already,
    /// since it took the place of another one meanwhile, are told with the next change.
    async fn resync(&self) -> bool {
        let told = self.workspace.hub.head().seq;
        let read = self.node.log.read(self.workspace.id, told, self.node.limits.log_read_bytes);
        let Ok(records) = read else { return false };
        for record in records {
            let Ok(commits) = open(&record) else { return false };
            let commits = commits.into_iter().map(|opened| (opened.commit, opened.first_seq)).collect();
            let mut draft = Draft::default();
            draft.replay(&self.node, &*self.node.state.current(), &record, commits);
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

/// Of so many commands, those that go into one record: half, so that the others are decided while it syncs, and who was
/// answered comes back while they do.
fn share(here: usize) -> usize {
    here.div_ceil(2).min(HALF_MAX).max(here / 4).max(SHARE_MIN)
}

/// The same where many are told: all up to a bound, so that it is one write to each of them and not two.
fn share_told_to_many(here: usize) -> usize {
    HALF_MAX.max(here / 4)
}

/// A record that is on stable storage.
struct Appended {
    position: Position,
    prev_hash: Hash,
    bytes: usize,
}

impl Appended {
    fn of(record: &Record) -> Self {
        Self { position: record.position(), prev_hash: record.prev_hash, bytes: record.encoded_bytes() }
    }
}

/// What becomes of a record.
type Appending = MaybeDone<BoxFuture<'static, Result<Appended, AppendError>>>;

/// The next command, once there is one; none when nobody can ask any more.
async fn next(back: &mut VecDeque<Box<Request>>, requests: &mut Requests) -> Option<Box<Request>> {
    match back.pop_front() {
        Some(request) => Some(request),
        None => requests.recv().await,
    }
}

/// Writes into sled what waits in memory, while commands go on.
fn settle_aside(state: Arc<State>) {
    tokio::task::spawn_blocking(move || {
        if let Err(error) = state.settle_giving_way() {
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
