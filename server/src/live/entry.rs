//! One open search at work: it looks again when the workspace's head has moved, and ends with its last watcher.
//! A look that fails is tried again, after longer and longer pauses.

use std::sync::Arc;

use parloir_session::Mark;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::{BUILDING_EVERY, Key, LIVE_EVERY, Listing, Look, Newest};
use crate::admission::Caller;
use crate::node::Node;
use crate::queries::search::in_turn;

/// Failures from which on the pause grows no more: it is 64 times as long then.
const FAILURES_COUNTED_MAX: u32 = 6;

pub(super) struct Entry {
    node: Arc<Node>,
    /// Whoever came first; all who watch see the same.
    caller: Caller,
    key: Key,
    newest: Newest,
    look: Look,
    head: watch::Receiver<Mark>,
    /// The newest list holds everything up to here.
    looked: u64,
    /// Looks that failed since the last one that did not.
    failures: u32,
    /// When the last look began.
    began: Option<Instant>,
}

impl Entry {
    /// An open search whose first list is in `newest`.
    pub(super) fn new(node: Arc<Node>, caller: Caller, key: Key, newest: Newest, look: Look) -> Self {
        let head = caller.workspace.hub.subscribe();
        let looked = newest.borrow().found.seq;
        Self { node, caller, key, newest, look, head, looked, failures: 0, began: None }
    }

    /// Works until nobody watches.
    pub(super) async fn run(mut self) {
        loop {
            let newest = self.newest.clone();
            tokio::select! {
                () = newest.closed() => {
                    if self.leave() {
                        return;
                    }
                }
                () = self.due() => self.look().await,
            }
        }
    }

    /// Whether nobody came back while the door was shut.
    fn leave(&self) -> bool {
        let mut entries = self.caller.workspace.live.entries();
        let is_left = self.newest.receiver_count() == 0;
        if is_left {
            entries.remove(&self.key);
        }
        is_left
    }

    /// Until it is time to look again.
    async fn due(&mut self) {
        let is_building = self.newest.borrow().found.building.is_some();
        tokio::select! {
            () = beyond(&mut self.head, self.looked) => {}
            () = sleep(BUILDING_EVERY), if is_building => {}
        }
        if let Some(began) = self.began {
            sleep_until(began + LIVE_EVERY * 2_u32.pow(self.failures.min(FAILURES_COUNTED_MAX))).await;
        }
    }

    async fn look(&mut self) {
        self.began = Some(Instant::now());
        let (caller, search, look) = (self.caller.clone(), self.key.search.clone(), self.look);
        let looking = in_turn(&self.node, &self.node.live_searches, move |node| {
            look(node, &caller, &search).map(Listing::new)
        });
        match looking.await {
            Ok(listing) => {
                (self.looked, self.failures) = (listing.found.seq, 0);
                self.newest.send_replace(Arc::new(listing));
            }
            Err(error) => {
                self.failures += 1;
                tracing::debug!(code = error.code, "live.look_failed");
            }
        }
    }
}

/// Until there is something after `seq`; for ever once the workspace is gone.
async fn beyond(head: &mut watch::Receiver<Mark>, seq: u64) {
    let moved = head.wait_for(|mark| mark.seq > seq).await.is_ok();
    if !moved {
        std::future::pending::<()>().await;
    }
}
