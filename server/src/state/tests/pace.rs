//! Whoever writes beside commands pauses, unless there is a reason to hurry.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::super::pace::Pace;
use super::super::{State, StateError, Verifier};
use super::{at, key, open, workspace};
use crate::locks::locked;

/// How often is looked whether somebody hurries.
const LOOKS: usize = 1_000;

/// Something that takes the ledger.
type Taking = Box<dyn FnOnce(&State) -> Result<(), StateError> + Send>;

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

#[test]
fn nobody_hurries_for_who_gives_way() {
    let root = tempfile::tempdir().expect("a folder");
    let state = Arc::new(open(root.path()).state);
    let mut verifier = Verifier::new(&state);
    let all: [Taking; 3] = [
        Box::new(State::settle_giving_way),
        Box::new(State::flush_giving_way),
        Box::new(move |state| verifier.step(state).map(drop)),
    ];
    for taking in all {
        let ledger = locked(&state.ledger);
        let has_begun = Arc::new(AtomicBool::new(false));
        let waiting = thread::spawn({
            let (state, has_begun) = (Arc::clone(&state), Arc::clone(&has_begun));
            move || {
                has_begun.store(true, Ordering::Release);
                taking(&state)
            }
        });
        while !has_begun.load(Ordering::Acquire) {
            thread::yield_now();
        }
        for _ in 0..LOOKS {
            assert!(state.gives_way(Pace::GivingWay), "nobody hurries");
            assert_eq!(state.busy_for(), None, "nothing hangs");
            thread::yield_now();
        }
        drop(ledger);
        waiting.join().expect("it ends").expect("it takes the ledger");
    }
}
