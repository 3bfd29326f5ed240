//! Writes that take several steps, and kills in between.

use super::super::pace::Pace;
use super::super::redo::Redo;
use super::super::settle::STEP_BYTES;
use super::*;

use crate::locks::write_locked;

/// Rows for many steps: the second time some are other rows, and some are gone.
fn rows(seq: u64) -> Changes {
    let row = |number: u64| {
        let value = (number % 7 != seq % 7).then(|| vec![u8::try_from(seq).expect("a small number"); 200]);
        (key(workspace(1), number * seq), value)
    };
    (0..1_500).map(row).collect()
}

fn rows_until(seq: u64) -> MemoryRows {
    let mut all = MemoryRows::default();
    (1..=seq).for_each(|seq| all.apply(&rows(seq)));
    all
}

/// A state in whose files so many steps of a long write are, or all.
fn stopped_after(steps: usize) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    for seq in 1..=2 {
        state.apply(&[(workspace(1), &rows(seq), at(seq))]).expect("rows are taken");
        if seq == 1 {
            state.settle().expect("what waits is written");
        }
    }
    let young = write_locked(&state.memtable).seal().expect("something waits");
    assert!(young.bytes > 4 * STEP_BYTES, "{} bytes", young.bytes);
    let mut ledger = locked(&state.ledger);
    let redo = Redo::write(&state.folder, &young, || {}).expect("it is written");
    let mut rows = young.rows.iter().peekable();
    for step in 1..=steps {
        if state.write_some(&mut ledger, &mut rows, &young, redo, Pace::GivingWay).expect("a step is written")
        {
            assert!(step > 8 && steps == usize::MAX, "it took {step} steps");
            break;
        }
    }
    state.db().flush().expect("its buffers are emptied");
    copy_of(root.path())
}

#[test]
fn a_kill_between_the_steps_of_a_write_leaves_all_of_it_or_nothing() {
    for (steps, seq) in [(0, 1), (1, 2), (2, 2), (4, 2), (usize::MAX, 2)] {
        let copy = stopped_after(steps);
        let state = kept(copy.path());
        assert_eq!(state.position(workspace(1)), at(seq), "after {steps}");
        assert_eq!(rows_of(&state), rows_until(seq), "after {steps}");
        assert!(state.verify_now().expect("rows can be read"));
        assert!(!state.folder.join("redo").exists());
        state.close().expect("the state closes");
        assert_eq!(rows_of(&kept(copy.path())), rows_until(seq), "after {steps}");
    }
}

/// A kill takes what is in sled's buffers, and a copy of the files does not have it either.
#[test]
fn a_long_write_is_in_the_files_before_its_redo_goes() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    for seq in 1..=2 {
        state.apply(&[(workspace(1), &rows(seq), at(seq))]).expect("rows are taken");
        state.settle().expect("what waits is written");
        let copy = copy_of(root.path());
        assert!(!copy.path().join("state.1").join("redo").exists());
        let state = kept(copy.path());
        assert_eq!((state.position(workspace(1)), rows_of(&state)), (at(seq), rows_until(seq)));
    }
}

#[test]
fn half_of_a_write_without_the_other_half_is_set_aside() {
    for (steps, damage) in [(0, None), (2, Some(Damage::Half)), (usize::MAX, None)] {
        let copy = stopped_after(steps);
        fs::write(copy.path().join("state.1").join("redo"), b"of another write").expect("a file");
        let opened = open(copy.path());
        match damage {
            Some(damage) => assert_eq!(*reason_of(&opened), damage),
            None => assert!(matches!(opened.how, OpenedHow::Kept), "{:?}", opened.how),
        }
    }
}

#[test]
fn what_cannot_be_written_down_first_is_not_begun() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    state.apply(&[(workspace(1), &rows(1), at(1))]).expect("rows are taken");
    let before = locked(&state.ledger).tally;
    fs::create_dir(state.folder.join("redo")).expect("something is in its place");
    assert!(matches!(state.settle(), Err(StateError::File { .. })));
    assert_eq!(locked(&state.ledger).tally, before);
    assert_eq!(rows_of(&state), rows_until(1));
}

fn while_it_settles(state: &State, mut look: impl FnMut()) {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ends = Ends(&is_over);
            state.settle().expect("what waits is written");
        });
        while !is_over.load(Ordering::Acquire) {
            look();
        }
    });
}

#[test]
fn a_stretch_is_read_while_its_workspace_comes_into_sled() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    for one in (1..=60).map(workspace) {
        let rows = (0..40).map(|row| (key(one, row), Some(vec![7; 100]))).collect();
        state.apply(&[(one, &rows, at(1))]).expect("rows are taken");
        while_it_settles(&state, || {
            let [(found, _)] = &state.range(&key(one, 20), &key(one, 30), 1)[..] else {
                panic!("there is one")
            };
            assert_eq!(*found, key(one, 20));
        });
    }
}

#[test]
fn a_long_write_is_read_through_while_it_lasts() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    state.apply(&[(workspace(1), &rows(1), at(1))]).expect("rows are taken");
    state.settle().expect("what waits is written");
    state.apply(&[(workspace(1), &rows(2), at(2))]).expect("rows are taken");
    let all = rows_until(2);
    while_it_settles(&state, || assert_eq!(rows_of(&state), all));
    assert_eq!(rows_of(&state), all);
    assert!(state.verify_now().expect("rows can be read"));
    assert!(!state.folder.join("redo").exists());
}
