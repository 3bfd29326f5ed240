//! Moves those on who have read everything: one task for a workspace writes what is new straight to each of them, so
//! that an event wakes one task and not a thousand. Who cannot take it at once is called and goes on by himself.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::locks::locked;
use crate::reader::Page;
use crate::workspace::Workspace;

#[cfg(test)]
mod tests;

/// Who is moved on between two looks at what else there is to do.
const AT_ONCE: usize = 64;
/// Signals that come together are told together.
const SIGNALS_APART: Duration = Duration::from_millis(20);

/// One who stands still while there is nothing new.
pub trait Follow: Send + Sync {
    /// Takes what is new, if he stands still. It does not wait.
    fn follow(&self, page: &mut Page<'_>);

    /// Breaks off: what he has taken is not known any more.
    fn break_off(&self);
}

/// Those who are moved on in one workspace.
#[derive(Default)]
pub struct Fan {
    followers: Mutex<Followers>,
    called: Notify,
}

#[derive(Default)]
struct Followers {
    all: BTreeMap<u64, Arc<dyn Follow>>,
    next: u64,
    /// There is a task.
    is_at_work: bool,
}

/// One's place among them, until it is dropped.
pub struct Following {
    workspace: Arc<Workspace>,
    number: u64,
}

impl Following {
    /// Joins. Whoever stands still from here on, and then finds nothing new, is moved on.
    pub fn join(workspace: Arc<Workspace>, follower: Arc<dyn Follow>) -> Self {
        let mut followers = locked(&workspace.fan.followers);
        let number = followers.next;
        followers.next += 1;
        followers.all.insert(number, follower);
        if !std::mem::replace(&mut followers.is_at_work, true) {
            tokio::spawn(work(Arc::clone(&workspace)));
        }
        drop(followers);
        Self { workspace, number }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let fan = &self.workspace.fan;
        let mut followers = locked(&fan.followers);
        let left = followers.all.remove(&self.number);
        let is_last = followers.all.is_empty();
        drop(followers);
        // Without the lock: the last to leave a socket closes it.
        drop(left);
        if is_last {
            fan.call();
        }
    }
}

impl Fan {
    /// Something is new.
    pub fn call(&self) {
        self.called.notify_one();
    }

    /// How many are moved on.
    pub fn count(&self) -> usize {
        locked(&self.followers).all.len()
    }

    #[cfg(test)]
    fn is_at_work(&self) -> bool {
        locked(&self.followers).is_at_work
    }

    /// Goes once through all who stand still.
    async fn pass(&self, workspace: &Workspace) {
        let mut page = Page::new(&workspace.hub);
        let mut from = 0;
        loop {
            let some = self.after(from);
            let Some((last, _)) = some.last() else { break };
            from = last + 1;
            some.iter().for_each(|(number, follower)| self.move_on(*number, follower.as_ref(), &mut page));
            tokio::task::yield_now().await;
        }
        if page.delivered > 0 {
            metrics::counter!("parloir_deliveries_total").increment(page.delivered);
        }
    }

    /// A fault in one is his own: he is cut off, and comes back by his cursor. He has left before, so that not even a
    /// fault in that keeps the others for longer than once.
    fn move_on(&self, number: u64, follower: &dyn Follow, page: &mut Page<'_>) {
        if catch_unwind(AssertUnwindSafe(|| follower.follow(page))).is_err() {
            tracing::error!("fan.follower_panicked");
            locked(&self.followers).all.remove(&number);
            follower.break_off();
        }
    }

    fn after(&self, from: u64) -> Vec<(u64, Arc<dyn Follow>)> {
        let followers = locked(&self.followers);
        let some = followers.all.range(from..).take(AT_ONCE);
        some.map(|(number, follower)| (*number, Arc::clone(follower))).collect()
    }

    /// Whether nobody is left: then the task ends, and whoever joins next begins another.
    fn ends(&self) -> bool {
        let mut followers = locked(&self.followers);
        followers.is_at_work = !followers.all.is_empty();
        !followers.is_at_work
    }
}

/// Goes on when it fails itself: nobody who stands still would hear of anything any more.
async fn work(workspace: Arc<Workspace>) {
    while AssertUnwindSafe(serve(&workspace)).catch_unwind().await.is_err() {
        tracing::error!(workspace = %workspace.id, "fan.panicked");
    }
}

/// Until nobody is left.
async fn serve(workspace: &Workspace) {
    let fan = &workspace.fan;
    let mut signals = workspace.hub.signals.subscribe();
    // What changed before is told by nobody else.
    signals.mark_changed();
    let mut told = Instant::now();
    while !fan.ends() {
        tokio::select! {
            () = fan.called.notified() => {}
            () = changed(&mut signals, told + SIGNALS_APART) => told = Instant::now(),
        }
        fan.pass(workspace).await;
    }
}

/// Until there is a new signal, and not before a moment. Whatever interrupts it leads to a pass, which tells signals.
async fn changed(signals: &mut watch::Receiver<u64>, not_before: Instant) {
    if signals.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep_until(not_before).await;
}
