//! Who is moved on, by doubles; with sockets in `socket/outlet/tests.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use super::{Follow, Following};
use crate::reader::Page;
use crate::stage::Stage;

/// Longer than any pass takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// Counts how often it is asked, and fails when it is told to.
#[derive(Default)]
struct Counting {
    asked: AtomicUsize,
    fails: AtomicBool,
    /// Fails as well when it is broken off.
    fails_again: AtomicBool,
    is_broken: AtomicBool,
    /// Rung when it was asked or broken off.
    rung: Notify,
}

impl Follow for Counting {
    fn follow(&self, _: &mut Page<'_>) {
        assert!(!self.fails.load(Ordering::Relaxed), "it is told to fail");
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.rung.notify_one();
    }

    fn break_off(&self) {
        assert!(!self.fails_again.load(Ordering::Relaxed), "it is told to fail again");
        self.is_broken.store(true, Ordering::Relaxed);
        self.rung.notify_one();
    }
}

fn join(stage: &Stage) -> (Arc<Counting>, Following) {
    let counting = Arc::new(Counting::default());
    let following = Following::join(Arc::clone(&stage.workspace), Arc::clone(&counting) as _);
    (counting, following)
}

#[tokio::test]
async fn who_fails_is_broken_off_alone() {
    let stage = Stage::new("nobody").await;
    let everyone: Vec<_> = (0..3).map(|_| join(&stage)).collect();
    everyone[1].0.fails.store(true, Ordering::Relaxed);
    stage.workspace.fan.call();
    for (counting, _) in &everyone {
        counting.rung.notified().await;
    }
    let broken = everyone.iter().map(|(counting, _)| counting.is_broken.load(Ordering::Relaxed));
    assert_eq!(broken.collect::<Vec<_>>(), [false, true, false]);
}

#[tokio::test]
async fn nobody_stands_still_for_ever_when_the_task_fails() {
    let stage = Stage::new("nobody").await;
    let everyone: Vec<_> = (0..3).map(|_| join(&stage)).collect();
    let one = &everyone[1].0;
    one.fails.store(true, Ordering::Relaxed);
    one.fails_again.store(true, Ordering::Relaxed);
    stage.workspace.fan.call();
    let behind = timeout(DEADLINE, everyone[2].0.rung.notified()).await;
    behind.expect("who comes after him is moved on all the same");
    one.fails.store(false, Ordering::Relaxed);
    stage.workspace.fan.call();
    timeout(DEADLINE, everyone[2].0.rung.notified()).await.expect("again");
    assert_eq!(one.asked.load(Ordering::Relaxed), 0, "he has left");
}

#[tokio::test]
async fn whoever_comes_after_the_last_has_gone_is_moved_on() {
    let stage = Stage::new("nobody").await;
    for _ in 0..3 {
        let (counting, following) = join(&stage);
        stage.workspace.fan.call();
        counting.rung.notified().await;
        drop(following);
        while stage.workspace.fan.is_at_work() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn more_than_are_moved_on_at_once_are_all_moved_on() {
    let stage = Stage::new("nobody").await;
    let everyone: Vec<_> = (0..3 * super::AT_ONCE + 1).map(|_| join(&stage)).collect();
    stage.workspace.fan.call();
    for (counting, _) in &everyone {
        counting.rung.notified().await;
    }
    assert!(everyone.iter().all(|(counting, _)| counting.asked.load(Ordering::Relaxed) == 1));
}

#[tokio::test]
async fn a_new_signal_calls_them_too() {
    let stage = Stage::new("nobody").await;
    let (counting, _following) = join(&stage);
    // What called before is over with it.
    stage.workspace.fan.call();
    counting.rung.notified().await;
    let now = stage.node.clock.millis();
    stage.workspace.hub.signals.come(stage.admin, false, now);
    counting.rung.notified().await;
}
