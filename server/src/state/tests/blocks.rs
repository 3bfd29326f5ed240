//! How rows lie in sled, and that all of them are found there.

use parloir_desk::keys::newest_first;

use super::*;

/// What the blocks of so many rows may take at most: those that are short have been made one.
fn blocks_max(rows: &MemoryRows) -> usize {
    let bytes: usize = rows.0.iter().map(|(key, value)| key.len() + value.len()).sum();
    3 + bytes * 4 / BLOCK_BYTES_MAX
}

#[test]
fn blocks_lie_side_by_side_and_go_with_their_rows() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=200);
    state.settle().expect("what waits is written");
    let blocks = blocks_of(&state);
    assert_side_by_side(&blocks, 3);
    assert!(blocks.len() > 100, "there are {} blocks", blocks.len());
    for one in (1..=3).map(workspace) {
        let gone = rows_after(200).0.into_keys().filter(|key| key.starts_with(one.as_bytes()));
        let gone = gone.map(|key| (key, None)).collect();
        state.apply(&[(one, &gone, at(201))]).expect("rows go");
    }
    state.settle().expect("what waits is written");
    let empty: Vec<_> = (1..=3).map(|number| Block::empty(workspace(number))).collect();
    assert_eq!(blocks_of(&state), empty);
    assert!(state.verify_now().expect("rows can be read"));
}

/// Rows go one batch after the other, from before, from behind, and here and there.
#[test]
fn rows_that_go_leave_no_short_blocks_behind() {
    for seed in 0..12 {
        let root = tempfile::tempdir().expect("a folder");
        let state = open(root.path()).state;
        let mut dice = Dice(seed);
        let mut rows = MemoryRows::default();
        let mut left: Vec<u64> = (0..600).collect();
        let mut apply = |changes: Changes, seq| {
            rows.apply(&changes);
            state.apply(&[(workspace(1), &changes, at(seq))]).expect("a batch is taken");
            state.settle().expect("what waits is written");
            let blocks = blocks_of(&state);
            assert_side_by_side(&blocks, 1);
            assert_eq!(rows_of(&state), rows, "seed {seed}, batch {seq}");
            assert!(blocks.len() <= blocks_max(&rows), "seed {seed}: {} blocks", blocks.len());
        };
        apply(left.iter().map(|row| (key(workspace(1), *row), Some(vec![7; 120]))).collect(), 1);
        for seq in 2.. {
            let gone = left.len().min(usize::try_from(1 + dice.below(60)).expect("a small number"));
            let from = match seed % 3 {
                0 => 0,
                1 => left.len() - gone,
                _ => usize::try_from(dice.below((left.len() - gone + 1) as u64)).expect("a small number"),
            };
            let gone = left.drain(from..from + gone).map(|row| (key(workspace(1), row), None));
            apply(gone.collect(), seq);
            if left.is_empty() {
                break;
            }
        }
        assert!(state.verify_now().expect("rows can be read"));
    }
}

/// Keys of a list that shows the newest first end with runs of `ff`, before which sled may look for what is before a key
/// without end.
#[test]
fn rows_behind_a_run_of_the_highest_bytes_are_found() {
    for seed in 0..6 {
        let root = tempfile::tempdir().expect("a folder");
        let state = open(root.path()).state;
        let mut dice = Dice(seed);
        let place = |shelf: u8, seq: u64| {
            [workspace(1).as_bytes().as_slice(), &[26, shelf], &newest_first(seq).to_be_bytes()].concat()
        };
        let mut rows = MemoryRows::default();
        for seq in 1..=120 {
            let row = |_| (place(u8::from(dice.below(2) > 0), dice.below(100_000)), Some(vec![1; 40]));
            let changes: Changes = (0..12).map(row).collect();
            rows.apply(&changes);
            state.apply(&[(workspace(1), &changes, at(seq))]).expect("a batch is taken");
            state.settle().expect("what waits is written");
        }
        state.close().expect("the state closes");
        let state = kept(root.path());
        for shelf in 0..3 {
            let [from, to] = [shelf, shelf + 1].map(|shelf| place(shelf, u64::MAX));
            assert_eq!(state.range(&from, &to, 3), rows.range(&from, &to, 3), "seed {seed}");
        }
        for (key, value) in &rows.0 {
            assert_eq!(state.get(key).as_ref(), Some(value), "seed {seed}");
        }
        assert_eq!(rows_of(&state), rows);
    }
}

#[test]
fn what_should_be_rows_and_is_not_is_told_and_answers_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let (state, told) = telling(root.path(), &options());
    let end = key(workspace(1), 3);
    state.db().insert(end.as_slice(), b"forged").expect("a row is forged");
    let from = key(workspace(1), 2);
    assert_eq!((state.get(&from), state.range(&from, &end, 5)), (None, Vec::new()));
    assert_eq!(locked(&told).len(), 2);
    assert!(locked(&told)[0].contains("6 bytes"), "{:?}", locked(&told));
}

#[test]
fn a_hole_between_blocks_is_told_and_never_written_over() {
    let root = tempfile::tempdir().expect("a folder");
    let (state, told) = telling(root.path(), &Options { kept_bytes: 0, ..options() });
    let rows = (0..60).map(|row| (key(workspace(1), row), Some(vec![7; 300]))).collect();
    state.apply(&[(workspace(1), &rows, at(1))]).expect("a batch is taken");
    state.settle().expect("what waits is written");
    let blocks = blocks_of(&state);
    let lost = &blocks[blocks.len() / 2];
    state.db().remove(lost.end()).expect("a row is lost");
    assert_eq!(state.get(lost.begin()), None);
    assert_eq!(locked(&told).len(), 1);
    let change = Changes::from([(lost.begin().to_vec(), Some(b"new".to_vec()))]);
    state.apply(&[(workspace(1), &change, at(2))]).expect("it waits in memory");
    assert!(matches!(state.settle(), Err(StateError::NotRows { .. })));
    assert!(matches!(state.settle(), Err(StateError::Stopped)));
}
