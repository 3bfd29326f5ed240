//! Whoever writes beside commands pauses, unless there is a reason to hurry.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::super::pace::Pace;
use super::{at, key, open, workspace};
use crate::locks::locked;

#[test]
fn it_gives_way_until_somebody_waits_or_much_gathers() {
    let root = tempfile::tempdir().expect("a folder");
    let state = Arc::new(open(root.path()).state);
    assert!(state.gives_way(Pace::GivingWay) && !state.gives_way(Pace::AtOnce));
    let ledger = locked(&state.ledger);
    let waiting = thread::spawn({
        let state = Arc::clone(&state);
        move || state.settle().expect("what waits is written")
    });
    while state.offers(Pace::GivingWay) {
        thread::yield_now();
    }
    assert!(!state.gives_way(Pace::GivingWay));
    drop(ledger);
    waiting.join().expect("it ends");
    assert!(state.gives_way(Pace::GivingWay));
    let many = |rows: u64| (0..rows).map(|row| (key(workspace(1), row), Some(vec![7; 4_000]))).collect();
    state.apply(&[(workspace(1), &many(800), at(1))]).expect("rows are taken");
    assert!(!state.gives_way(Pace::GivingWay) && state.offers(Pace::GivingWay), "it hurries and offers");
    state.settle_giving_way().expect("what waits is written");
    assert!(state.gives_way(Pace::GivingWay));
    state.condemned.store(true, Ordering::Release);
    assert!(!state.gives_way(Pace::GivingWay) && !state.offers(Pace::GivingWay));
}
