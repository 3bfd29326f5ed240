//! Damaged files. Every case runs in a process of its own, as sled's threads are shared by a process and one
//! case would spoil the next; a process that ends otherwise than with success is a broken promise.

use std::env;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Instant;

use super::*;

const CASES: usize = 84;
const WORKERS: usize = 4;
const BATCHES: u64 = 1_200;
const FOLDER: &str = "PARLOIR_TEST_DAMAGED_STATE";
const CASE_LIMIT: Duration = Duration::from_secs(120);
const BUSY_MAX: Duration = Duration::from_secs(20);

/// The parent runs every case through `one_case` below, in a process of its own.
#[test]
fn damage_ends_in_the_right_rows_or_in_none() {
    let stores = stores();
    let outcomes: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let stores = &stores;
                scope.spawn(move || run_cases(worker, stores))
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("the cases hold")).collect()
    });
    assert_eq!(outcomes.len(), CASES);
    for expected in ["kept", "set aside"] {
        assert!(outcomes.iter().any(|outcome| outcome == expected), "none was {expected}");
    }
}

/// States as kills leave them, without a snapshot and with one and what came after; and the last one closed.
fn stores() -> [tempfile::TempDir; 3] {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=BATCHES / 2);
    state.flush().expect("the state is flushed");
    let young = copy_of(root.path());
    state.close().expect("the state closes");
    let state = kept(root.path());
    play(&state, BATCHES / 2 + 1..=BATCHES);
    state.flush().expect("the state is flushed");
    let killed = copy_of(root.path());
    state.close().expect("the state closes");
    [young, killed, root]
}

fn run_cases(worker: usize, stores: &[tempfile::TempDir]) -> Vec<String> {
    let mine = (0..CASES).filter(|seed| seed % WORKERS == worker);
    mine.map(|seed| run_case(seed, stores[seed % stores.len()].path())).collect()
}

fn run_case(seed: usize, store: &Path) -> String {
    let copy = copy_of(store);
    let what = damage(&mut Dice(seed as u64), &copy.path().join("state.1"));
    let said = copy.path().join("said");
    let log = File::create(&said).expect("a file");
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "state::tests::damage::one_case", "--nocapture"])
        .env(FOLDER, copy.path())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("a process");
    let deadline = Instant::now() + CASE_LIMIT;
    let status = loop {
        match child.try_wait().expect("a process") {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                child.kill().expect("a process");
                panic!("case {seed} ({what}) hangs");
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let said = fs::read_to_string(&said).unwrap_or_default();
    assert!(status.success(), "case {seed} ({what}) ended with {status}: {said}");
    fs::read_to_string(copy.path().join("outcome")).expect("an outcome")
}

/// Does to the files of a state what a seed says.
fn damage(dice: &mut Dice, folder: &Path) -> String {
    let names = super::super::file_names(folder).expect("a folder");
    let snapshot = names.into_iter().find(|name| name.starts_with("snap."));
    let name = snapshot.filter(|_| dice.below(4) == 0).unwrap_or_else(|| "db".to_owned());
    let path = folder.join(name);
    let file = File::options().read(true).write(true).open(&path).expect("a file");
    let bytes = file.metadata().expect("a file").len();
    let place = dice.below(bytes);
    let what = match dice.below(5) {
        0 | 1 => {
            let mut byte = [0];
            file.read_exact_at(&mut byte, place).expect("a byte");
            byte[0] ^= 1 << dice.below(8);
            file.write_all_at(&byte, place).expect("a byte");
            "one bit flipped"
        }
        2 => {
            file.set_len(place).expect("a shorter file");
            "cut"
        }
        3 => {
            file.set_len(bytes - dice.below(bytes.min(4_096))).expect("a shorter file");
            "its end cut"
        }
        _ => {
            let page = place / 4_096 * 4_096;
            let length = usize::try_from((bytes - page).min(4_096)).expect("a page");
            file.write_all_at(&vec![0; length], page).expect("a page");
            "a page zeroed"
        }
    };
    format!("{what} at {place} of {bytes} in {}", path.display())
}

/// Does nothing unless the test above started it.
#[test]
fn one_case() {
    let Some(root) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let limits = Options { open_limit: Duration::from_secs(4), ..options() };
    let opened = match State::open(&root, limits.clone()) {
        Err(StateError::NotFresh { .. }) => {
            fs::write(root.join("outcome"), "start again").expect("a file");
            return;
        }
        opened => opened.expect("the state opens"),
    };
    let outcome = match &opened.how {
        OpenedHow::Kept => {
            assert_is_whole(&opened.state);
            "kept"
        }
        OpenedHow::SetAside { path, .. } => {
            assert!(path.join("db").exists());
            assert_eq!(rows_of(&opened.state), MemoryRows::default());
            "set aside"
        }
        OpenedHow::Missing => panic!("a damaged state is not a missing one"),
    };
    if !opened.tainted {
        go_on(opened.state, &root);
    }
    fs::write(root.join("outcome"), outcome).expect("a file");
}

/// The rows are written on. sled may hang on what a damage left: then a server ends, and its next start does
/// not use them again.
fn go_on(state: State, root: &Path) {
    let state = Arc::new(state);
    let (writing, done) = (Arc::clone(&state), mpsc::channel());
    thread::spawn(move || {
        let applied = writing.workspaces().into_iter().map(|one| writing.position(one).seq).max();
        play(&writing, applied.unwrap_or(0) + 1..=BATCHES + 20);
        assert_eq!(rows_of(&writing), rows_after(BATCHES + 20));
        assert!(writing.verify_now().expect("rows can be read"));
        done.0.send(()).expect("somebody waits");
    });
    while let Err(waited) = done.1.recv_timeout(Duration::from_millis(50)) {
        assert_eq!(waited, mpsc::RecvTimeoutError::Timeout, "the rows cannot be written on");
        if state.busy_for().is_some_and(|busy| busy > BUSY_MAX) {
            state.give_up();
            fs::write(root.join("outcome"), "given up").expect("a file");
            std::process::exit(0);
        }
    }
}

#[test]
fn a_folder_that_was_given_up_is_not_used_again() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=3);
    state.give_up();
    state.close().expect("the state closes");
    let how = open(root.path()).how;
    assert!(matches!(how, OpenedHow::SetAside { reason: Damage::Failed, .. }), "{how:?}");
}

/// Every batch was on stable storage, so that none may be gone.
fn assert_is_whole(state: &State) {
    let newest = state.workspaces().into_iter().map(|one| state.position(one).seq).max();
    assert!(newest == Some(BATCHES / 2) || newest == Some(BATCHES), "{newest:?}");
    assert_eq!(rows_of(state), rows_after(newest.unwrap_or(0)), "after batch {newest:?}");
    assert!(state.verify_now().expect("rows can be read"));
}
