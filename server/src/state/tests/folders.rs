//! Folders, the pointer between them, the mark of a clean stop, and replacement while others read.

use std::path::PathBuf;
use std::time::Instant;

use super::super::StateHandle;
use super::super::position::{SCHEMA_KEY, TALLY_KEY};
use super::*;

fn names(root: &Path) -> Vec<String> {
    super::super::file_names(root).expect("a folder")
}

fn folder(root: &Path) -> PathBuf {
    root.join("state.1")
}

#[test]
fn half_a_snapshot_does_not_hinder_an_open() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=20);
    state.close().expect("the state closes");
    fs::write(folder(root.path()).join("snap.FFFFFFFFFFFFFFFF.generating"), b"half").expect("a file");
    assert_eq!(rows_of(&kept(root.path())), rows_after(20));
}

#[test]
fn rows_of_another_version_are_set_aside() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=20);
    state.close().expect("the state closes");
    let opened = State::open(root.path(), Options { schema: 8, ..options() }).expect("the state opens");
    assert_eq!(*reason_of(&opened), Damage::AnotherVersion { found: SCHEMA, expected: 8 });
    assert_eq!(rows_of(&opened.state), MemoryRows::default());
    assert_eq!(names(root.path()), ["state.2", "state.current", "state.damaged-1"]);
}

#[test]
fn rows_that_lie_in_another_way_are_set_aside() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    state.db().insert(SCHEMA_KEY, &SCHEMA.to_be_bytes()).expect("the row of the first layout");
    state.db().insert(TALLY_KEY, &[1; 24]).expect("and the other one");
    state.close().expect("the state closes");
    assert_eq!(*reason_of(&open(root.path())), Damage::AnotherLayout { found: 1, expected: 2 });
}

#[test]
fn two_damaged_folders_are_kept() {
    let root = tempfile::tempdir().expect("a folder");
    for schema in 1..=5 {
        let opened = State::open(root.path(), Options { schema, ..options() }).expect("the state opens");
        opened.state.close().expect("the state closes");
    }
    let expected = ["state.5", "state.current", "state.damaged-3", "state.damaged-4"];
    assert_eq!(names(root.path()), expected);
    let handle = StateHandle::new(
        State::open(root.path(), Options { schema: 5, ..options() }).expect("it opens").state,
    );
    handle.delete_damaged().expect("damaged folders are deleted");
    assert_eq!(names(root.path()), ["state.5", "state.current"]);
}

#[test]
fn a_folder_in_use_is_not_taken_for_damaged() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let refused = State::open(root.path(), options()).map(|opened| opened.how);
    assert!(matches!(refused, Err(StateError::InUse { .. })));
    drop(state);
    kept(root.path());
}

#[test]
fn opens_that_ended_with_the_process_are_counted() {
    let root = tempfile::tempdir().expect("a folder");
    open(root.path()).state.close().expect("the state closes");
    fs::write(root.path().join("state.opening"), b"..").expect("a file");
    kept(root.path()).close().expect("the state closes");
    fs::write(root.path().join("state.opening"), b"...").expect("a file");
    assert_eq!(*reason_of(&open(root.path())), Damage::NeverOpened(3));
    assert!(!names(root.path()).contains(&"state.opening".to_owned()));
}

#[test]
fn an_open_that_takes_too_long_is_given_up() {
    let hasty = Options { open_limit: Duration::ZERO, open_limit_per_100_mb: Duration::ZERO, ..options() };
    // One that ended before anybody looked did not take too long.
    let was_given_up = || {
        let root = tempfile::tempdir().expect("a folder");
        open(root.path()).state.close().expect("the state closes");
        let opened = State::open(root.path(), hasty.clone());
        matches!(opened, Err(StateError::NotFresh { .. }))
            && names(root.path()).contains(&"state.damaged-1".to_owned())
    };
    assert!((0..50).any(|_| was_given_up()));
}

#[test]
fn the_mark_of_a_clean_stop_spares_the_scan_once() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=20);
    state.settle().expect("what waits is written");
    forge(&state, workspace(1));
    state.close().expect("the state closes");
    let state = kept(root.path());
    assert!(state.is_unread());
    assert!(!folder(root.path()).join("clean").exists());
    drop(state);
    assert_eq!(*reason_of(&open(root.path())), Damage::Differs);
}

#[test]
fn a_mark_of_other_files_counts_for_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    state.close().expect("the state closes");
    let mark = fs::read(folder(root.path()).join("clean")).expect("a mark");
    let state = kept(root.path());
    state.db().insert(key(workspace(1), 1), b"forged").expect("a row is forged");
    drop(state);
    fs::write(folder(root.path()).join("clean"), mark).expect("a mark");
    assert_eq!(*reason_of(&open(root.path())), Damage::Differs);
}

#[test]
fn a_replaced_state_goes_with_its_last_reader() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=20);
    let handle = StateHandle::new(state);
    let reader = handle.current();
    let built = handle.build_beside().expect("a folder beside");
    play(&built, 1..=30);
    let old = handle.replace(built).expect("the state is replaced");
    assert_eq!(old, folder(root.path()));
    assert_eq!(rows_of(&reader), rows_after(20));
    assert_eq!(rows_of(&handle.current()), rows_after(30));
    assert_eq!(names(root.path()), ["state.1", "state.2", "state.current"]);
    drop(reader);
    assert_eq!(names(root.path()), ["state.2", "state.current"]);
    assert!(handle.close(Instant::now()).expect("the state closes"));
    assert_eq!(rows_of(&kept(root.path())), rows_after(30));
}

/// What was erased may be in it, and nobody would look there again.
#[test]
fn a_state_that_takes_no_place_goes() {
    let root = tempfile::tempdir().expect("a folder");
    let handle = StateHandle::new(open(root.path()).state);
    let built = handle.build_beside().expect("a folder beside");
    play(&built, 1..=30);
    assert_eq!(names(root.path()), ["state.1", "state.2", "state.current"]);
    drop(built);
    assert_eq!(names(root.path()), ["state.1", "state.current"]);
}

#[test]
fn a_crash_at_any_step_of_a_replacement_keeps_one_whole() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=20);
    state.flush().expect("the state is flushed");
    let handle = StateHandle::new(state);
    let built = handle.build_beside().expect("a folder beside");
    play(&built, 1..=30);
    built.flush().expect("the state is flushed");
    let before = copy_of(root.path());
    let half = copy_of(root.path());
    fs::write(half.path().join("state.new"), b"sta").expect("a file");
    let reader = handle.current();
    handle.replace(built).expect("the state is replaced");
    let after = copy_of(root.path());
    drop(reader);
    let removed = copy_of(root.path());
    for (crashed, batches) in [(before, 20), (half, 20), (after, 30), (removed, 30)] {
        let state = kept(crashed.path());
        assert_eq!(rows_of(&state), rows_after(batches));
        let folders = names(crashed.path()).iter().filter(|name| crashed.path().join(name).is_dir()).count();
        assert_eq!(folders, 1);
    }
}

#[test]
fn a_pointer_to_nothing_is_a_missing_state() {
    let root = tempfile::tempdir().expect("a folder");
    open(root.path()).state.close().expect("the state closes");
    fs::write(root.path().join("state.current"), b"state.x").expect("a file");
    assert!(matches!(open(root.path()).how, OpenedHow::Missing));
    assert_eq!(names(root.path()), ["state.2", "state.current"]);
}
