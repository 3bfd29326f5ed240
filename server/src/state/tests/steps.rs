//! Steps that a kill cuts off in the middle, and whoever reads beside them.

use std::collections::BTreeSet;
use std::fs::File;

use super::super::release::release;
use super::super::steps::{Step, Steps};
use super::*;

const STEPS: &str = "steps";

/// What the rows with odd numbers have for ever.
const STAYS: [u8; 10] = [7; 10];

fn first_rows() -> Changes {
    let value = |row| if row % 2 == 1 { STAYS.to_vec() } else { vec![7; 200] };
    (0..80).map(|row| (key(workspace(1), row), Some(value(row)))).collect()
}

/// Changes that make one block several, and several one: rows in the middle of a block, at its ends, and blocks of
/// which only every second row stays.
fn changes(dice: &mut Dice) -> Changes {
    let from = dice.below(40);
    let gone = (0..30).map(|row| (key(workspace(1), (from + row) * 2), None));
    let longer = (0..8).map(|_| (key(workspace(1), dice.below(100) * 2), Some(vec![8; 400])));
    gone.collect::<Changes>().into_iter().chain(longer).collect()
}

/// Writes so many rows of the first noted step, as until a kill; whoever looks for a key then finds the block that
/// covers it.
fn write_some(folder: &Path, noted: &[u8], rows: usize) {
    let db = sled::open(folder).expect("it opens");
    let (step, _) = Step::decode(&mut &noted[..]).expect("a step");
    for (key, value) in step.rows().take(rows) {
        match value {
            Some(value) => db.insert(key, value).expect("a row is written"),
            None => db.remove(key).expect("a row goes"),
        };
    }
    let blocks = blocks_in(&db);
    for key in (0..250).map(|row| key(workspace(1), row)) {
        let first = blocks.iter().find(|block| *block.end() > *key).expect("a block is behind it");
        assert!(first.covers(&key), "{key:?} after {rows} rows");
    }
    db.flush().expect("its buffers are emptied");
    let file = File::options().read(true).write(true).open(folder.join("db")).expect("sled's file");
    assert!(release(db, &file, options().close_limit), "nobody has it open");
}

#[test]
fn a_kill_in_the_middle_of_a_step_leaves_all_of_it_or_nothing() {
    let (mut split, mut joined) = (0, 0);
    for seed in 0..3 {
        let root = tempfile::tempdir().expect("a folder");
        let state = open(root.path()).state;
        state.apply(&[(workspace(1), &first_rows(), at(1))]).expect("rows are taken");
        state.flush().expect("the state is flushed");
        let (before, rows_before) = (copy_of(root.path()), rows_of(&state));
        let ends: BTreeSet<_> = blocks_of(&state).iter().map(|block| block.end().to_vec()).collect();
        let changes = changes(&mut Dice(seed));
        locked(&state.ledger).steps.forget();
        state.apply(&[(workspace(1), &changes, at(2))]).expect("rows are taken");
        state.settle().expect("what waits is written");
        let (noted, rows_after) = (fs::read(state.folder.join(STEPS)).expect("a file"), rows_of(&state));
        let (step, tally) = Step::decode(&mut &noted[..]).expect("a step");
        assert_eq!(tally, locked(&state.ledger).tally, "it is one step");
        for (end, block) in step.rows().filter(|(key, _)| is_of_the_rules(key)) {
            split += usize::from(block.is_some() && !ends.contains(end));
            joined += usize::from(block.is_none());
        }
        for rows in 0..=step.rows().count() {
            let copy = copy_of(before.path());
            let folder = copy.path().join("state.1");
            write_some(&folder, &noted, rows);
            let torn = copy_of(copy.path());
            fs::write(folder.join(STEPS), &noted).expect("a file");
            let state = kept(copy.path());
            assert_eq!((state.position(workspace(1)), rows_of(&state)), (at(2), rows_after.clone()));
            assert!(state.verify_now().expect("rows can be read"));
            fs::write(torn.path().join("state.1").join(STEPS), b"of another write").expect("a file");
            let opened = open(torn.path());
            if rows == 0 {
                assert!(matches!(opened.how, OpenedHow::Kept), "{:?}", opened.how);
                assert_eq!(rows_of(&opened.state), rows_before);
            } else {
                assert_eq!(*reason_of(&opened), Damage::Differs);
            }
        }
    }
    assert!(split > 4 && joined > 4, "{split} {joined}");
}

/// Without memory for blocks, and with some that become several or one in nearly every round.
#[test]
fn who_reads_beside_steps_misses_no_row() {
    let root = tempfile::tempdir().expect("a folder");
    let nothing_kept = Options { kept_bytes: 0, ..options() };
    let state = State::open(root.path(), nothing_kept).expect("the state opens").state;
    state.apply(&[(workspace(1), &first_rows(), at(1))]).expect("rows are taken");
    state.settle().expect("what waits is written");
    let is_over = AtomicBool::new(false);
    let read = |seed| {
        let mut dice = Dice(seed);
        while !is_over.load(Ordering::Acquire) {
            let first = dice.below(40) * 2 + 1;
            let from = key(workspace(1), first);
            assert_eq!(state.get(&from), Some(STAYS.to_vec()));
            let stretch = state.range(&from, &key(workspace(1), 80), 80);
            let found: BTreeSet<_> = stretch.into_iter().map(|(key, _)| key).collect();
            assert!((first..80).step_by(2).all(|row| found.contains(&key(workspace(1), row))));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| read(1));
        scope.spawn(|| read(2));
        let (_ends, mut dice) = (Ends(&is_over), Dice(3));
        for seq in 2..300 {
            state.apply(&[(workspace(1), &changes(&mut dice), at(seq))]).expect("rows are taken");
            state.settle().expect("what waits is written");
        }
    });
    assert_side_by_side(&blocks_of(&state), 1);
    assert!(state.verify_now().expect("rows can be read"));
}

/// A kill takes what is in sled's buffers, and a copy of the files does not have it either.
#[test]
fn what_was_settled_is_there_after_a_kill_from_a_file_that_stays_short() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let mut bytes_in_all = 0;
    for seq in 1..=120 {
        let row = |row: u64| (key(workspace(1), row * 120 + seq), Some(vec![7; 300]));
        let rows: Changes = (0..18).map(row).collect();
        state.apply(&[(workspace(1), &rows, at(seq))]).expect("rows are taken");
        let before = locked(&state.ledger).buffered_bytes;
        state.settle().expect("what waits is written");
        let after = locked(&state.ledger).buffered_bytes;
        bytes_in_all += after.checked_sub(before).unwrap_or(after);
        if seq % 8 == 0 || after < before {
            let copy = copy_of(root.path());
            let state = kept(copy.path());
            assert_eq!((state.position(workspace(1)), rows_of(&state).0.len() as u64), (at(seq), 18 * seq));
        }
        assert!(fs::metadata(state.folder.join(STEPS)).expect("a file").len() < 600 * 1024);
    }
    assert!(bytes_in_all > 1_500_000, "{bytes_in_all}");
}

#[test]
fn a_step_that_cannot_be_noted_is_not_begun() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=3);
    let before = (locked(&state.ledger).tally, blocks_of(&state));
    locked(&state.ledger).steps = Steps::unwritable(&state.folder);
    let (workspace, changes) = batch(4);
    state.apply(&[(workspace, &changes, at(4))]).expect("a batch is taken");
    assert!(matches!(state.settle(), Err(StateError::File { .. })));
    assert_eq!((locked(&state.ledger).tally, blocks_of(&state)), before);
    assert_eq!(rows_of(&state), rows_after(4));
}
