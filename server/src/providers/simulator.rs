//! A provider without an account: it takes messages, reports what became of them and lets phones answer, all
//! from a seed, so that the same messages have the same fate. It never touches a network.
//!
//! What a number ends in says what happens to it:
//!
//! | ends in | what happens |
//! | --- | --- |
//! | `0000` | the message fails at once: the number is not valid |
//! | `0001` | every receipt comes twice, once under another event id |
//! | `0002` | the receipts come before the answer |
//! | `0003` | there is no answer; what became of the message stays unknown |
//! | `0004` | the message is accepted and sent, then fails: the phone cannot be reached |
//! | `0005` | the receipts come in the reverse order |
//! | `0009` | the phone replies STOP |
//! | `0901` … `0905` | it fails at once: window expired, not on the channel, blocked, content rejected, unsupported |
//! | `0906` | it has no RCS: the message goes as an SMS, which is never read |
//! | `0907` | twice it is told to slow down, then it is accepted |
//! | `0908` | twice the provider is out of order, then it is accepted |
//! | `0909` | the message fails, and is delivered after all |
//! | `0910` | receipts come for messages that nobody sent |
//!
//! Any other number gets sent, delivered and mostly read receipts, some of them twice or out of order. A user
//! without a number (a BSUID) has the usual fate. Files that phones send stay here until they are fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, pending};
use parloir_desk::entity::{Address, Attempt, ChannelKind};
use parloir_desk::plan::TemplateNames;
use parloir_desk::view::View;
use parloir_protocol::ids::{ChannelId, MessageId, WorkspaceId};
use tokio::sync::mpsc;

use super::{
    BadPayload, Capabilities, Content, FetchError, Fetched, Files, Idempotency, MediaRef, MediaSupport,
    Outcome, Outgoing, Poison, Provider, Rate, RawRequest, Reports, Verdict,
};
use crate::inbound;
use crate::locks::locked;
use crate::node::Node;
use left::Left;
use pictures::Pictures;
use plan::Plan;

pub use calls::{Calls, Door};
pub use pictures::Picture;
pub use plan::Pace;
pub use webhook::{Written, message_body, written_body};

mod calls;
mod left;
mod pictures;
mod plan;
mod webhook;

/// What channels call it.
pub const NAME: &str = "simulator";

/// Messages remembered, so that asking again sends nothing again.
const REMEMBERED_MAX: usize = 10_000;
/// Messages that phones show and nobody has looked at.
const SHOWN_MAX: usize = 256;
/// Who looks at the phones.
const LOOKERS_MAX: usize = 64;
/// Messages of which is remembered how often they were put off.
const PUT_OFF_MAX: usize = 10_000;
/// More than a machine hands over: the simulator is no reason to wait.
const RATE: Rate = Rate { per_second: 10_000, burst: 1_000 };

/// The simulator.
pub struct Simulator {
    seed: u64,
    pace: Pace,
    calls: mpsc::Sender<calls::Call>,
    phones: Mutex<Vec<mpsc::Sender<Shown>>>,
    remembered: Mutex<BTreeSet<(MessageId, Attempt)>>,
    put_off: Mutex<BTreeMap<(MessageId, Attempt), u32>>,
    pictures: Pictures,
    left: Left,
    /// Everything happens at once while this is set.
    is_hurried: AtomicBool,
    /// Shared with every call that is not done with.
    outstanding: Arc<()>,
}

/// A message as a phone shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub workspace: WorkspaceId,
    pub channel_id: ChannelId,
    pub message_id: MessageId,
    pub to: Address,
    /// How it arrived: a phone without RCS gets an SMS.
    pub by: ChannelKind,
    pub content: Content,
    /// The words of it.
    pub text: String,
}

impl Simulator {
    /// A simulator, and what calls back for it: nothing is reported until [`Calls::run`] does.
    pub fn new(seed: u64, pace: Pace) -> (Self, Calls) {
        let (calls, waiting) = mpsc::channel(calls::HANDED_OVER_MAX);
        let simulator = Self {
            seed,
            pace,
            calls,
            phones: Mutex::default(),
            remembered: Mutex::default(),
            put_off: Mutex::default(),
            pictures: Pictures::default(),
            left: Left::default(),
            is_hurried: AtomicBool::new(false),
            outstanding: Arc::new(()),
        };
        (simulator, Calls::new(waiting))
    }

    /// From now on, messages that reach a phone; those that nobody takes in time are only dropped here.
    pub fn phones(&self) -> mpsc::Receiver<Shown> {
        let (phones, shown) = mpsc::channel(SHOWN_MAX);
        let mut lookers = locked(&self.phones);
        lookers.retain(|looker| !looker.is_closed());
        if lookers.len() < LOOKERS_MAX {
            lookers.push(phones);
        }
        shown
    }

    /// Keeps what a phone attaches until it is fetched, under the reference that its message carries.
    pub fn keep_picture(&self, picture: Picture) -> Option<String> {
        self.pictures.keep(picture)
    }

    /// How often each message left: another attempt of one that left before is once more.
    pub fn left(&self) -> BTreeMap<MessageId, u32> {
        self.left.times()
    }

    /// Whether everything happens at once from now on, as when a history is made.
    pub fn hurry(&self, is_hurried: bool) {
        self.is_hurried.store(is_hurried, Ordering::Relaxed);
    }

    /// Whether no call back is under way.
    pub fn is_idle(&self) -> bool {
        Arc::strong_count(&self.outstanding) == 1
    }

    fn after(&self, millis: u64) -> Duration {
        if self.is_hurried.load(Ordering::Relaxed) { Duration::ZERO } else { self.pace.of(millis) }
    }

    async fn hand_over(&self, outgoing: &Outgoing) -> Outcome {
        let plan = Plan::of(self.seed, outgoing);
        if let Some(later) = plan.put_off.filter(|_| self.puts_off(outgoing)) {
            tokio::time::sleep(self.after(plan.answer_after_ms)).await;
            return Outcome::Later(later);
        }
        let is_new = self.remember(outgoing);
        if is_new && plan.leaves() {
            self.left.note(outgoing.message_id);
        }
        if is_new && plan.calls_first {
            self.call_back(&plan, outgoing).await;
        }
        tokio::time::sleep(self.after(plan.answer_after_ms)).await;
        if is_new && !plan.calls_first {
            self.call_back(&plan, outgoing).await;
        }
        match plan.outcome {
            Some(outcome) => outcome,
            // A history does not wait for an answer that never comes.
            None if self.is_hurried.load(Ordering::Relaxed) => Outcome::Unknown,
            None => pending().await,
        }
    }

    /// Whether this is one of the first calls for it, which are put off.
    fn puts_off(&self, outgoing: &Outgoing) -> bool {
        let mut put_off = locked(&self.put_off);
        let times = put_off.entry((outgoing.message_id, outgoing.attempt)).or_default();
        *times += 1;
        let is_early = *times <= plan::PUT_OFF_TIMES;
        if put_off.len() > PUT_OFF_MAX {
            put_off.pop_first();
        }
        is_early
    }

    /// Whether this message and attempt is new here.
    fn remember(&self, outgoing: &Outgoing) -> bool {
        let mut remembered = locked(&self.remembered);
        let is_new = remembered.insert((outgoing.message_id, outgoing.attempt));
        if remembered.len() > REMEMBERED_MAX {
            remembered.pop_first();
        }
        is_new
    }

    async fn call_back(&self, plan: &Plan, outgoing: &Outgoing) {
        for (after_ms, body) in plan.bodies(outgoing) {
            let (workspace, channel_id) = (outgoing.workspace, outgoing.channel_id);
            let outstanding = Arc::clone(&self.outstanding);
            let call = calls::Call::new(self.after(after_ms), workspace, channel_id, body, outstanding);
            // Whoever called back stopped: so does the server.
            let _stopped = self.calls.send(call).await.is_err();
        }
        if plan.is_shown {
            self.show(plan, outgoing);
        }
    }

    fn show(&self, plan: &Plan, outgoing: &Outgoing) {
        let Outgoing { workspace, channel_id, message_id, to, content, .. } = outgoing.clone();
        let text = content.text();
        let shown = Shown { workspace, channel_id, message_id, to, by: plan.by, content, text };
        for looker in locked(&self.phones).iter() {
            // Who looks too slowly sees fewer messages.
            let _busy = looker.try_send(shown.clone()).is_err();
        }
    }
}

impl Provider for Simulator {
    fn name(&self) -> &str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            kinds: &[ChannelKind::Sms, ChannelKind::Rcs, ChannelKind::Whatsapp],
            media: MediaSupport::Upload,
            cards: true,
            templates: TemplateNames::Any,
            reads: true,
        }
    }

    fn rate(&self) -> Rate {
        RATE
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.hand_over(outgoing).boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Idempotent
    }

    /// It signs nothing: whoever hands in has a token, or is in this process.
    fn verify(&self, _: &RawRequest) -> Verdict {
        Verdict::Unsigned
    }

    /// Whoever writes by hand reads what is wrong.
    fn poison(&self) -> Poison {
        Poison::Refuse
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        std::future::ready(self.pictures.fetch(&media.reference)).boxed()
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        webhook::read(body).map(|received| Reports::from(vec![received]))
    }
}

/// The door that webhooks come through, for a simulator in this process. It is done with everything but what
/// the server cannot take for the moment.
pub fn door(node: &Arc<Node>, simulator: &Arc<Simulator>) -> Door {
    let (node, simulator) = (Arc::downgrade(node), Arc::downgrade(simulator));
    Arc::new(move |workspace, channel_id, body| {
        let (node, simulator) = (node.upgrade(), simulator.upgrade());
        async move {
            let (Some(node), Some(simulator)) = (node, simulator) else { return true };
            let Some(workspace) = node.workspace(workspace) else { return true };
            let state = node.state.current();
            let Some(channel) = View::new(&*state, workspace.id).channel(channel_id) else { return true };
            drop(state);
            match inbound::take_from(&*simulator, &node, &workspace, &channel, &body).await {
                Ok(()) => true,
                Err(error) if error.temporary => false,
                Err(error) => {
                    tracing::warn!(code = error.code, channel = %channel_id, "simulator.refused");
                    true
                }
            }
        }
        .boxed()
    })
}
