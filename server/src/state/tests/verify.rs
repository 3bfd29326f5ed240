//! The check beside service.

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::super::position::TALLY_KEY;
use super::super::verify::CHUNK_ROWS;
use super::super::{Progress, Verifier};
use super::*;

/// Walks to the end, applying a batch now and then.
fn walk(state: &State, seed: u64, mut seq: u64) -> (Progress, u64) {
    let mut dice = Dice(seed);
    let mut verifier = Verifier::new(state);
    loop {
        for _ in 0..dice.below(3) {
            seq += 1;
            play(state, seq..=seq);
        }
        let progress = verifier.step(state).expect("rows can be read");
        if !matches!(progress, Progress::Walking { .. }) {
            return (progress, seq);
        }
    }
}

/// Enough rows for several chunks.
fn wide(root: &Path) -> State {
    let state = open(root).state;
    for number in 1..=3 {
        let one = workspace(number);
        let changes = (0..1_500).map(|row| (key(one, row), Some(row.to_be_bytes().to_vec()))).collect();
        state.apply(&[(one, &changes, at(1))]).expect("a batch is taken");
    }
    state.settle().expect("what waits is written");
    state
}

#[test]
fn a_walk_beside_applies_ends_with_a_match() {
    let root = tempfile::tempdir().expect("a folder");
    let state = wide(root.path());
    let mut seq = 1;
    for seed in 0..40 {
        let (progress, reached) = walk(&state, seed, seq);
        assert_eq!(progress, Progress::Matches, "seed {seed}");
        seq = reached;
    }
    assert!(seq > 100);
}

#[test]
fn a_walk_goes_on_in_bounded_steps() {
    let root = tempfile::tempdir().expect("a folder");
    let state = wide(root.path());
    let mut verifier = Verifier::new(&state);
    let first = verifier.step(&state).expect("rows can be read");
    assert_eq!(first, Progress::Walking { rows_done: CHUNK_ROWS as u64 });
}

#[test]
fn a_step_took_what_it_read_and_not_what_it_waited() {
    let root = tempfile::tempdir().expect("a folder");
    let state = Arc::new(wide(root.path()));
    let mut verifier = Verifier::new(&state);
    let ledger = locked(&state.ledger);
    let (begins, begun) = mpsc::channel();
    let step = thread::spawn({
        let state = Arc::clone(&state);
        move || {
            let began = Instant::now();
            begins.send(()).expect("somebody waits for it");
            verifier.step(&state).expect("rows can be read");
            (verifier.took(), began.elapsed())
        }
    });
    begun.recv().expect("it begins");
    let waiting = Instant::now();
    while waiting.elapsed() < Duration::from_millis(50) {
        thread::yield_now();
    }
    let waited = waiting.elapsed();
    drop(ledger);
    let (took, whole) = step.join().expect("it ends");
    assert!(took > Duration::ZERO && took + waited <= whole, "{took:?} of {whole:?} after {waited:?}");
}

#[test]
fn a_row_changed_behind_the_state_is_found() {
    for seed in 0..10 {
        let root = tempfile::tempdir().expect("a folder");
        let state = wide(root.path());
        forge(&state, workspace(1 + Dice(seed).below(3)));
        assert!(!state.verify_now().expect("rows can be read"));
        assert_eq!(walk(&state, seed, 1).0, Progress::Differs, "seed {seed}");
    }
}

#[test]
fn a_forged_set_hash_is_found() {
    let root = tempfile::tempdir().expect("a folder");
    let state = wide(root.path());
    state.db().insert(TALLY_KEY, &[1; 40][..]).expect("a row is forged");
    assert!(!state.verify_now().expect("rows can be read"));
}
