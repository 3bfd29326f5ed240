//! The only place with outside effects: it hands queued messages to providers. What is to be sent is derived
//! from the state, so nothing is lost with this task; every step is a command before its effect, so nothing
//! is sent twice; folding the log again sends nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_desk::view::View;
use parloir_protocol::ids::{ChannelId, ConversationId, MessageId};
use tokio::time::Instant;

use crate::node::Node;
use crate::providers::{Account, Admission, Providers, Rates};
use crate::workspace::Workspace;

use parcel::{Ended, Errand, Parcel};
use queue::{Letter, Queue};

mod content;
pub mod hooks;
pub mod media;
mod parcel;
mod queue;
#[cfg(test)]
mod tests;

/// Conversations that are written to at once through one account, by one workspace.
const ACCOUNT_AT_ONCE: usize = 64;
/// Messages remembered because the rules refused or failed on them; they wait for the next start.
const SET_ASIDE_MAX: usize = 256;
/// Looking for what came back into the outbox, such as a retry, at most so often.
const SWEEP_EVERY: Duration = Duration::from_millis(50);
/// So long a message waits while its provider cannot take it; then it fails, since it says something old.
pub const WAIT_MAX: Duration = Duration::from_secs(24 * 3_600);

/// Sends what `workspace` has to send, for ever.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let providers = Arc::clone(node.providers());
    Outbox::new(node, providers, workspace).run().await;
}

struct Outbox {
    node: Arc<Node>,
    providers: Arc<Providers>,
    workspace: Arc<Workspace>,
    queue: Queue,
    /// One message of each conversation.
    under_way: FuturesUnordered<BoxFuture<'static, Done>>,
    /// How many of them go through each account.
    busy: BTreeMap<String, usize>,
    /// Messages told to each account's gate as waiting.
    told: BTreeMap<String, usize>,
    set_aside: BTreeSet<MessageId>,
    swept: Instant,
    /// The channel that a message was taken from last: the next turn is another's.
    last: Option<ChannelId>,
}

/// A message that a parcel is done with for now.
struct Done {
    conversation_id: ConversationId,
    account: String,
    ended: Ended,
}

/// How a channel's messages leave.
struct Route {
    channel_id: ChannelId,
    /// The name of a provider that may not be configured: its messages fail.
    name: String,
    account: Option<Account>,
}

impl Outbox {
    fn new(node: Arc<Node>, providers: Arc<Providers>, workspace: Arc<Workspace>) -> Self {
        Self {
            node,
            providers,
            workspace,
            queue: Queue::default(),
            under_way: FuturesUnordered::new(),
            busy: BTreeMap::new(),
            told: BTreeMap::new(),
            set_aside: BTreeSet::new(),
            swept: Instant::now(),
            last: None,
        }
    }

    async fn run(mut self) {
        let workspace = Arc::clone(&self.workspace);
        self.load();
        let mut is_swept = true;
        loop {
            let now = Instant::now();
            self.queue.wake(now);
            let wake = self.begin(now);
            let sweep = (!is_swept).then(|| self.swept + SWEEP_EVERY);
            let wake = [wake, self.queue.next_wake(), sweep].into_iter().flatten().min();
            tokio::select! {
                () = workspace.outbox.notified() => {
                    self.load();
                    is_swept = self.sweep();
                }
                Some(done) = self.under_way.next() => self.end(done),
                () = until(wake), if wake.is_some() => is_swept = is_swept || self.sweep(),
            }
        }
    }

    /// Takes in what was queued since.
    fn load(&mut self) {
        let state = self.node.state.current();
        self.queue.load(View::new(&*state, self.workspace.id), &self.set_aside);
    }

    /// Looks for older messages that are to leave again; true when it is done with all.
    fn sweep(&mut self) -> bool {
        if self.swept.elapsed() < SWEEP_EVERY {
            return false;
        }
        self.swept = Instant::now();
        let state = self.node.state.current();
        self.queue.sweep(View::new(&*state, self.workspace.id), &self.set_aside)
    }

    /// Starts what may go now, channel by channel; the moment from which more may go.
    fn begin(&mut self, now: Instant) -> Option<Instant> {
        let mut routes: Vec<Route> = self.queue.channels().map(|channel| self.route(channel)).collect();
        let served = routes.partition_point(|route| Some(route.channel_id) <= self.last);
        routes.rotate_left(served);
        let wake = routes.iter().filter_map(|route| self.begin_through(route, now)).min();
        self.tell_waiting(&routes);
        wake
    }

    fn begin_through(&mut self, route: &Route, now: Instant) -> Option<Instant> {
        while let Some(first) = self.queue.first(route.channel_id) {
            if self.busy.get(&route.name).copied().unwrap_or(0) >= ACCOUNT_AT_ONCE {
                return None;
            }
            match admit(route, now) {
                Admission::Go => self.start(route, &first, Errand::Send),
                Admission::Paced { until } => return Some(until),
                Admission::Broken { .. } if self.is_old(&first) => self.start(route, &first, Errand::GiveUp),
                Admission::Broken { until } => return Some(until),
            }
        }
        None
    }

    fn start(&mut self, route: &Route, letter: &Letter, errand: Errand) {
        let Some(letter) = self.queue.take(letter) else { return };
        self.last = Some(route.channel_id);
        *self.busy.entry(route.name.clone()).or_default() += 1;
        let parcel = Parcel::new(&self.node, &self.workspace, route.account.clone(), &letter, errand);
        let (conversation_id, account) = (letter.conversation_id, route.name.clone());
        self.under_way
            .push(Box::pin(async move { Done { conversation_id, account, ended: parcel.deliver().await } }));
    }

    fn end(&mut self, done: Done) {
        if let Some(busy) = self.busy.get_mut(&done.account) {
            *busy = busy.saturating_sub(1);
        }
        match done.ended {
            Ended::Done => self.queue.done(done.conversation_id),
            Ended::Waits { until, known } => self.queue.rest(done.conversation_id, until, known),
            Ended::SetAside { message_id, rejected } => {
                tracing::error!(message = %message_id, ?rejected, "outbox.set_aside");
                if self.set_aside.len() < SET_ASIDE_MAX {
                    self.set_aside.insert(message_id);
                }
                self.queue.done(done.conversation_id);
            }
        }
        self.load();
    }

    fn route(&self, channel_id: ChannelId) -> Route {
        let state = self.node.state.current();
        let channel = View::new(&*state, self.workspace.id).channel(channel_id);
        let name = channel.map(|channel| channel.provider).unwrap_or_default();
        let account = self.providers.account_of(self.workspace.id, &name).cloned();
        Route { channel_id, account, name }
    }

    /// Whether a message waited so long that it fails without asking anybody.
    fn is_old(&self, letter: &Letter) -> bool {
        let age = self.node.clock.now().0.saturating_sub(letter.queued_at.0);
        u64::try_from(age).is_ok_and(|age| u128::from(age) > WAIT_MAX.as_millis())
    }

    fn tell_waiting(&mut self, routes: &[Route]) {
        let mut waiting: BTreeMap<String, usize> = self.told.keys().map(|name| (name.clone(), 0)).collect();
        for route in routes {
            *waiting.entry(route.name.clone()).or_default() += self.queue.waiting(route.channel_id);
        }
        for (name, now) in &waiting {
            let before = self.told.get(name).copied().unwrap_or(0);
            if let Some(account) = self.providers.account(name).filter(|_| before != *now) {
                account.gate.waiting(before, *now);
            }
        }
        self.told = waiting;
    }
}

fn admit(route: &Route, now: Instant) -> Admission {
    let Some(account) = &route.account else { return Admission::Go };
    let rates = Rates { channel: account.provider.rate(), account: account.provider.account_rate() };
    account.gate.admit(route.channel_id, rates, now)
}

async fn until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
