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
//!
//! Any other number gets sent, delivered and mostly read receipts, some of them twice or out of order.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, pending};
use parloir_desk::entity::{Address, Attempt};
use parloir_desk::view::View;
use parloir_protocol::ids::{ChannelId, MessageId, WorkspaceId};
use tokio::sync::mpsc;

use super::{BadPayload, Outcome, Outgoing, Provider, Received};
use crate::inbound;
use crate::node::Node;
use plan::Plan;

pub use calls::{Calls, Door};
pub use plan::Pace;
pub use webhook::message_body;

mod calls;
mod plan;
mod webhook;

/// What channels call it.
pub const NAME: &str = "simulator";

/// Messages remembered, so that asking again sends nothing again.
const REMEMBERED_MAX: usize = 10_000;
/// Messages that phones show and nobody has looked at.
const SHOWN_MAX: usize = 256;

/// The simulator.
pub struct Simulator {
    seed: u64,
    pace: Pace,
    calls: mpsc::Sender<calls::Call>,
    phones: Mutex<Option<mpsc::Sender<Shown>>>,
    remembered: Mutex<BTreeSet<(MessageId, Attempt)>>,
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
    pub to: Address,
    pub text: String,
}

impl Simulator {
    /// A simulator, and what calls back for it: nothing is reported until [`Calls::run`] does.
    pub fn new(seed: u64, pace: Pace) -> (Self, Calls) {
        let (calls, waiting) = mpsc::channel(calls::HANDED_OVER_MAX);
        let (phones, remembered) = (Mutex::default(), Mutex::default());
        let (is_hurried, outstanding) = (AtomicBool::new(false), Arc::new(()));
        let simulator = Self { seed, pace, calls, phones, remembered, is_hurried, outstanding };
        (simulator, Calls::new(waiting))
    }

    /// From now on, messages that reach a phone; those that nobody takes in time are only dropped here.
    pub fn phones(&self) -> mpsc::Receiver<Shown> {
        let (phones, shown) = mpsc::channel(SHOWN_MAX);
        *self.phones.lock().unwrap_or_else(PoisonError::into_inner) = Some(phones);
        shown
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

    async fn hand_over(&self, outgoing: Outgoing) -> Outcome {
        let plan = Plan::of(self.seed, &outgoing);
        let is_new = self.remember(&outgoing);
        if is_new && plan.calls_first {
            self.call_back(&plan, &outgoing).await;
        }
        tokio::time::sleep(self.after(plan.answer_after_ms)).await;
        if is_new && !plan.calls_first {
            self.call_back(&plan, &outgoing).await;
        }
        match plan.outcome {
            Some(outcome) => outcome,
            None => pending().await,
        }
    }

    /// Whether this message and attempt is new here.
    fn remember(&self, outgoing: &Outgoing) -> bool {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
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
            self.show(outgoing);
        }
    }

    fn show(&self, outgoing: &Outgoing) {
        let phones = self.phones.lock().unwrap_or_else(PoisonError::into_inner);
        let Outgoing { workspace, channel_id, to, text, .. } = outgoing.clone();
        let shown = Shown { workspace, channel_id, to, text };
        // Phones that are busy answer fewer messages.
        let _busy = phones.as_ref().is_some_and(|phones| phones.try_send(shown).is_err());
    }
}

impl Provider for Simulator {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send(&self, outgoing: Outgoing) -> BoxFuture<'_, Outcome> {
        self.hand_over(outgoing).boxed()
    }

    fn is_idempotent(&self) -> bool {
        true
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Vec<Received>, BadPayload> {
        webhook::read(body).map(|received| vec![received])
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
