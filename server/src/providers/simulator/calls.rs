//! The simulator's calls back: each waits until it is due, then goes through the door that webhooks use.
//! What the door does not take is tried again; nothing is reported that it was not handed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use parloir_protocol::ids::{ChannelId, WorkspaceId};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Calls handed over and not yet looked at.
pub(super) const HANDED_OVER_MAX: usize = 256;
/// Calls that wait until they are due; beyond it sending waits.
const WAITING_MAX: usize = 65_536;
/// Calls through the door at once.
const AT_ONCE_MAX: usize = 64;
/// Tries of one call.
const TRIES_MAX: u32 = 8;

/// Where the calls go: true when it is done with, false when it is worth another try.
pub type Door =
    std::sync::Arc<dyn Fn(WorkspaceId, ChannelId, Vec<u8>) -> BoxFuture<'static, bool> + Send + Sync>;

/// One call back, in the order of when it is due.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Call {
    due: Instant,
    workspace: WorkspaceId,
    channel_id: ChannelId,
    body: Vec<u8>,
    tries: u32,
    /// Held until the call is done with.
    outstanding: Arc<()>,
}

impl Call {
    pub(super) fn new(
        after: Duration,
        workspace: WorkspaceId,
        channel_id: ChannelId,
        body: Vec<u8>,
        outstanding: Arc<()>,
    ) -> Self {
        Self { due: Instant::now() + after, workspace, channel_id, body, tries: 0, outstanding }
    }

    async fn made(mut self, door: Door) -> Option<Self> {
        let is_done = door(self.workspace, self.channel_id, self.body.clone()).await;
        self.tries += 1;
        self.due = Instant::now() + Duration::from_millis(100) * 2_u32.pow(self.tries);
        (!is_done && self.tries < TRIES_MAX).then_some(self)
    }
}

/// The calls of a simulator.
pub struct Calls {
    handed_over: mpsc::Receiver<Call>,
    waiting: BinaryHeap<Reverse<Call>>,
}

impl Calls {
    pub(super) fn new(handed_over: mpsc::Receiver<Call>) -> Self {
        Self { handed_over, waiting: BinaryHeap::new() }
    }

    /// Makes the calls until the simulator is gone and none waits.
    pub async fn run(mut self, door: Door) {
        let mut making = JoinSet::new();
        let mut is_open = true;
        while is_open || !self.waiting.is_empty() || !making.is_empty() {
            let next = self.waiting.peek().map(|Reverse(call)| call.due);
            let has_hands = making.len() < AT_ONCE_MAX;
            tokio::select! {
                call = self.handed_over.recv(), if is_open && self.waiting.len() < WAITING_MAX => match call {
                    Some(call) => self.waiting.push(Reverse(call)),
                    None => is_open = false,
                },
                Some(made) = making.join_next() => self.waiting.extend(again(made)),
                () = until(next), if has_hands && next.is_some() => {
                    let due = self.waiting.pop().map(|Reverse(call)| call.made(door.clone()));
                    due.into_iter().for_each(|call| drop(making.spawn(call)));
                }
            }
        }
    }
}

async fn until(due: Option<Instant>) {
    let Some(due) = due else { return };
    tokio::time::sleep_until(due.into()).await;
}

/// The call, if it has to be made once more.
fn again(made: Result<Option<Call>, tokio::task::JoinError>) -> Option<Reverse<Call>> {
    made.inspect_err(|error| tracing::error!(%error, "simulator.call_failed")).ok().flatten().map(Reverse)
}
