//! Events sent to webhooks: which ones are at work in a workspace, and what all of them share. A webhook's place
//! stands in the state, so nothing is lost with these tasks; it keeps its place until its receiver took an event.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use parloir_desk::entity::{Webhook, WebhookStatus};
use parloir_desk::view::View;
use parloir_protocol::ids::{WebhookId, WorkspaceId};
use parloir_protocol::query::status::WebhookCounts;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};

use crate::fetch::Place;
use crate::locks::locked;
use crate::node::Node;
use crate::workspace::Workspace;

use ledger::Ledger;
use track::Track;

pub use address::{Unfit, normal};
pub use secret::{HookKey, KeyError};

mod address;
mod call;
mod follow;
mod ledger;
mod secret;
#[cfg(test)]
mod tests;
mod track;
mod window;

/// A webhook whose task failed is set to work again after this.
const FAILED_PAUSE: Duration = Duration::from_secs(1);

/// Bounds of what webhooks do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Events of one webhook that are sent at once, each of another conversation.
    pub at_once: usize,
    /// Events held beyond the oldest one that was not taken.
    pub held_max: usize,
    /// Bytes of those that wait or are on their way; a single one may exceed it.
    pub held_bytes_max: usize,
    /// Bytes read from the log at a time.
    pub read_bytes: usize,
    /// From a call to the end of its answer.
    pub call_max: Duration,
    /// The first pause before an event is sent again, at most.
    pub pause_first: Duration,
    /// The longest pause, also when the receiver asks for a longer one.
    pub pause_longest: Duration,
    /// For so long an event is sent again.
    pub try_for: Duration,
    /// A place is recorded so often at most.
    pub record_every: Duration,
    /// Events that a place may lie ahead of the one on record though nothing was sent.
    pub unrecorded_max: u64,
}

impl Limits {
    /// What a server uses.
    pub const STANDARD: Self = Self {
        at_once: 8,
        held_max: 256,
        held_bytes_max: 4 << 20,
        read_bytes: 128 << 10,
        call_max: Duration::from_secs(15),
        pause_first: Duration::from_secs(1),
        pause_longest: Duration::from_secs(3_600),
        try_for: Duration::from_secs(24 * 3_600),
        record_every: Duration::from_secs(5),
        unrecorded_max: 1_000,
    };
}

/// Calls of all webhooks of a server at once.
const CALLS_MAX: usize = 512;
/// Webhooks that read the log at once.
const READERS_MAX: usize = 2;

/// What all webhooks of a server share.
pub struct Hooks {
    limits: Limits,
    place: Place,
    client: reqwest::Client,
    key: HookKey,
    ledger: Ledger,
    calls: Arc<Semaphore>,
    readers: Semaphore,
    counts: Mutex<BTreeMap<WorkspaceId, WebhookCounts>>,
}

impl Hooks {
    /// `folder` keeps what was tried.
    ///
    /// # Errors
    /// A sentence when nothing can be called.
    pub fn new(folder: PathBuf, key: HookKey, place: Place, limits: Limits) -> Result<Self, String> {
        let client = crate::fetch::checked_client(place).timeout(limits.call_max).build();
        Ok(Self {
            limits,
            place,
            client: client.map_err(|error| error.to_string())?,
            key,
            ledger: Ledger::new(folder),
            calls: Arc::new(Semaphore::new(CALLS_MAX)),
            readers: Semaphore::new(READERS_MAX),
            counts: Mutex::default(),
        })
    }

    /// The address in its normal form, when events may be sent there.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn address(&self, typed: &str) -> Result<String, Unfit> {
        normal(typed, self.place)
    }

    /// The secret that is made of a salt, as its owner keeps it.
    pub fn secret_text(&self, workspace: WorkspaceId, webhook: WebhookId, salt: &[u8; 32]) -> String {
        self.key.secret(workspace, webhook, salt).text()
    }

    /// What was tried.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How many webhooks stand how; nothing while there are none.
    pub fn counts(&self) -> Option<WebhookCounts> {
        let counts = locked(&self.counts);
        let sum = |sum: WebhookCounts, one: &WebhookCounts| WebhookCounts {
            active: sum.active + one.active,
            failing: sum.failing + one.failing,
            disabled: sum.disabled + one.disabled,
        };
        (!counts.is_empty()).then(|| counts.values().fold(WebhookCounts::default(), sum))
    }

    fn count(&self, workspace: WorkspaceId, view: &View<'_>) {
        let mut counted = WebhookCounts::default();
        let webhooks = view.webhooks();
        for webhook in &webhooks {
            let is_failing =
                || view.webhook_position(webhook.id).is_some_and(|at| at.failing_since.is_some());
            match webhook.status {
                WebhookStatus::Disabled => counted.disabled += 1,
                WebhookStatus::Active if is_failing() => counted.failing += 1,
                WebhookStatus::Active => counted.active += 1,
            }
        }
        let mut counts = locked(&self.counts);
        if webhooks.is_empty() {
            counts.remove(&workspace);
        } else {
            counts.insert(workspace, counted);
        }
    }
}

/// Keeps the webhooks of `workspace` at work, for ever.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let hooks = Arc::clone(node.hooks());
    work(node, workspace, hooks).await;
}

async fn work(node: Arc<Node>, workspace: Arc<Workspace>, hooks: Arc<Hooks>) {
    let mut crew = Crew::new(node, workspace, hooks);
    loop {
        crew.settle();
        let bell = Arc::clone(&crew.workspace);
        tokio::select! {
            () = bell.hooks.notified() => {}
            Some(ended) = crew.tasks.join_next() => crew.ended(ended).await,
        }
    }
}

/// How a webhook's task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Somebody changed the webhook: whatever it is now is read anew.
    Done,
    Failed,
}

struct Crew {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    hooks: Arc<Hooks>,
    /// Each with the seq of what it was made of.
    at_work: BTreeMap<WebhookId, (u64, AbortHandle)>,
    tasks: JoinSet<(WebhookId, u64, Ended)>,
    known: BTreeSet<WebhookId>,
    /// What is at work was read after so many erasures.
    erasures: u64,
}

impl Crew {
    fn new(node: Arc<Node>, workspace: Arc<Workspace>, hooks: Arc<Hooks>) -> Self {
        let (at_work, tasks) = (BTreeMap::new(), JoinSet::new());
        let erasures = workspace.erasures.load(Ordering::Acquire);
        Self { node, workspace, hooks, at_work, tasks, known: BTreeSet::new(), erasures }
    }

    /// Sets to work what is active as it is now, and nothing else.
    fn settle(&mut self) {
        self.forget_the_erased();
        let state = self.node.state.current();
        let view = View::new(&*state, self.workspace.id);
        let webhooks = view.webhooks();
        self.leave(&webhooks);
        for webhook in webhooks.iter().filter(|webhook| webhook.status == WebhookStatus::Active) {
            if !self.at_work.contains_key(&webhook.id) {
                self.begin(webhook.clone());
            }
        }
        self.hooks.count(self.workspace.id, &view);
        let known = webhooks.iter().map(|webhook| webhook.id).collect();
        for gone in self.known.difference(&known) {
            self.hooks.ledger.forget(self.workspace.id, *gone);
        }
        self.known = known;
    }

    /// What is held may name somebody who was erased: all is read again from where it stands on record.
    fn forget_the_erased(&mut self) {
        let erasures = self.workspace.erasures.load(Ordering::Acquire);
        if erasures != self.erasures {
            self.erasures = erasures;
            self.at_work.retain(|_, (_, task)| {
                task.abort();
                false
            });
        }
    }

    /// Ends what is not as it was.
    fn leave(&mut self, webhooks: &[Webhook]) {
        let is_current = |id: &WebhookId, seq: u64| {
            webhooks.iter().any(|now| now.id == *id && now.seq == seq && now.status == WebhookStatus::Active)
        };
        self.at_work.retain(|id, (seq, task)| {
            let stays = is_current(id, *seq);
            if !stays {
                task.abort();
            }
            stays
        });
    }

    fn begin(&mut self, webhook: Webhook) {
        let (id, seq) = (webhook.id, webhook.seq);
        let track = Track::new(&self.node, &self.workspace, &self.hooks, webhook);
        let task = self.tasks.spawn(async move {
            let ran = AssertUnwindSafe(track.run()).catch_unwind().await;
            let ended = if ran.is_ok() { Ended::Done } else { Ended::Failed };
            (id, seq, ended)
        });
        self.at_work.insert(id, (seq, task));
    }

    async fn ended(&mut self, ended: Result<(WebhookId, u64, Ended), tokio::task::JoinError>) {
        // Those that were aborted are gone from the list already.
        let Ok((id, seq, ended)) = ended else { return };
        if self.at_work.get(&id).is_some_and(|(at_work, _)| *at_work == seq) {
            self.at_work.remove(&id);
        }
        if ended == Ended::Failed {
            tracing::error!(webhook = %id, "hooks.task_failed");
            tokio::time::sleep(FAILED_PAUSE).await;
        }
    }
}

/// Small enough that a test reaches every bound.
#[cfg(test)]
pub(crate) fn tiny() -> Limits {
    Limits {
        at_once: 2,
        held_max: 8,
        held_bytes_max: 1 << 20,
        read_bytes: 4 << 10,
        call_max: Duration::from_millis(400),
        pause_first: Duration::from_millis(20),
        pause_longest: Duration::from_millis(100),
        try_for: Duration::from_secs(3_600),
        record_every: Duration::from_millis(20),
        unrecorded_max: 100,
    }
}
