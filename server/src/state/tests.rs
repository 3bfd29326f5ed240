//! What the state promises, tried on real folders. Rows come from a script by seed, so that any test can say
//! what must be there after so many batches.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parloir_desk::rows::{Changes, MemoryRows, Rows};
use parloir_protocol::ids::WorkspaceId;

use super::block::{BLOCK_BYTES_MAX, Block};
use super::position::is_of_the_rules;
use super::set::Tally;
use super::settle::MEMTABLE_BYTES_MAX;
use super::{Applied, Damage, Opened, OpenedHow, Options, State, StateError};

use crate::locks::{locked, read_locked};

mod blocks;
mod damage;
mod folders;
mod pace;
mod rebuild;
mod redo;
mod steps;
mod verify;

const SCHEMA: u32 = 7;

/// A seeded generator (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn options() -> Options {
    Options {
        cache_bytes: 4 * 1024 * 1024,
        kept_bytes: 16 * 1024,
        open_limit: Duration::from_secs(30),
        on_failure: Arc::new(|why| panic!("a row could not be read: {why}")),
        ..Options::new(SCHEMA)
    }
}

fn workspace(number: u64) -> WorkspaceId {
    WorkspaceId::from_bytes([u8::try_from(number).expect("a small number"); 16])
}

fn key(workspace: WorkspaceId, number: u64) -> Vec<u8> {
    [workspace.as_bytes().as_slice(), b"r", &number.to_be_bytes()].concat()
}

fn at(seq: u64) -> Applied {
    Applied { epoch: 1, seq, hash: *blake3::hash(&seq.to_be_bytes()).as_bytes() }
}

/// Batch `seq` of the script: one of three workspaces, some rows written and some deleted.
fn batch(seq: u64) -> (WorkspaceId, Changes) {
    let mut dice = Dice(seq);
    let workspace = workspace(1 + dice.below(3));
    let mut changes = Changes::new();
    for _ in 0..1 + dice.below(20) {
        let bytes = usize::try_from(dice.below(700)).expect("a small number");
        let value = vec![u8::try_from(dice.below(256)).expect("a byte"); bytes];
        changes.insert(key(workspace, dice.below(400)), (dice.below(4) > 0).then_some(value));
    }
    (workspace, changes)
}

fn play(state: &State, seqs: std::ops::RangeInclusive<u64>) {
    for seq in seqs {
        let (workspace, changes) = batch(seq);
        state.apply(&[(workspace, &changes, at(seq))]).expect("a batch is taken");
        if seq % 3 == 0 {
            state.settle().expect("what waits is written");
        }
    }
}

fn rows_after(seqs: u64) -> MemoryRows {
    let mut rows = MemoryRows::default();
    for seq in 1..=seqs {
        rows.apply(&batch(seq).1);
    }
    rows
}

fn rows_of(state: &State) -> MemoryRows {
    MemoryRows(state.range(&[0], &[0xff; 17], usize::MAX).into_iter().collect())
}

fn open(root: &Path) -> Opened {
    State::open(root, options()).expect("the state opens")
}

fn kept(root: &Path) -> State {
    let opened = open(root);
    assert!(matches!(opened.how, OpenedHow::Kept), "{:?}", opened.how);
    opened.state
}

#[test]
fn rows_and_positions_survive_a_close() {
    let root = tempfile::tempdir().expect("a folder");
    let opened = open(root.path());
    assert!(matches!(opened.how, OpenedHow::Missing));
    play(&opened.state, 1..=50);
    opened.state.close().expect("the state closes");
    let state = kept(root.path());
    assert_eq!(rows_of(&state), rows_after(50));
    assert_eq!(state.workspaces(), [workspace(1), workspace(2), workspace(3)]);
    for number in 1..=3 {
        let newest = (1..=50).rev().find(|seq| batch(*seq).0 == workspace(number)).expect("a batch");
        assert_eq!(state.position(workspace(number)), at(newest));
    }
    assert_eq!(state.position(workspace(9)), Applied::START);
}

#[test]
fn an_open_writes_a_step_before_anybody_reads() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=50);
    state.settle().expect("what waits is written");
    let before = locked(&state.ledger).tally;
    state.close().expect("the state closes");
    let state = kept(root.path());
    let after = locked(&state.ledger).tally;
    assert_eq!(after, Tally { writes: before.writes + 1, ..before });
    let written = fs::read(state.folder.join("db")).expect("sled's file");
    assert!(written.windows(40).any(|bytes| bytes == after.encode()));
    assert_eq!(rows_of(&state), rows_after(50));
    assert!(state.verify_now().expect("rows can be read"));
}

#[test]
fn rows_survive_a_stop_without_close() {
    let root = tempfile::tempdir().expect("a folder");
    let opened = open(root.path());
    play(&opened.state, 1..=50);
    opened.state.flush().expect("the state is flushed");
    let copy = copy_of(root.path());
    let state = kept(copy.path());
    assert_eq!(rows_of(&state), rows_after(50));
    assert!(state.verify_now().expect("rows can be read"));
}

#[test]
fn reads_agree_with_rows_in_memory() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    play(&state, 1..=40);
    let rows = rows_after(40);
    let mut dice = Dice(5);
    for _ in 0..200 {
        let (one, other) = (workspace(1 + dice.below(3)), workspace(1 + dice.below(3)));
        let (from, to) = (key(one, dice.below(400)), key(other, dice.below(400)));
        let limit = usize::try_from(dice.below(60)).expect("a small number");
        assert_eq!(state.get(&from), rows.get(&from));
        assert_eq!(state.range(&from, &to, limit), rows.range(&from, &to, limit));
    }
}

#[test]
fn a_stretch_is_read_as_of_one_moment() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let one = workspace(1);
    let stands_at = |place: u64| Changes::from([(key(one, 2 * place), Some(vec![7; 700]))]);
    let mut rows: Changes = (0..100).map(|place| (key(one, 2 * place + 1), Some(vec![1; 700]))).collect();
    rows.extend(stands_at(0));
    state.apply(&[(one, &rows, at(1))]).expect("rows are taken");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Acquire) {
                state.settle().expect("what waits is written");
            }
        });
        scope.spawn(|| {
            while !is_over.load(Ordering::Acquire) {
                assert_eq!(state.range(&key(one, 0), &key(one, 200), 200).len(), 101);
            }
        });
        let _ends = Ends(&is_over);
        for step in 0..500 {
            let mut moves = stands_at((step + 1) * 7 % 100);
            moves.insert(key(one, 2 * (step * 7 % 100)), None);
            state.apply(&[(one, &moves, at(step + 2))]).expect("a move is taken");
        }
    });
    assert_eq!(rows_of(&state).0.len(), 101);
    assert!(state.verify_now().expect("rows can be read"));
}

#[test]
fn much_that_waits_is_written_by_whoever_brings_more() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    for seq in 1..=90 {
        let rows = seq * 50..seq * 50 + 50;
        let changes = rows.map(|row| (key(workspace(1), row), Some(vec![7; 4_000]))).collect();
        state.apply(&[(workspace(1), &changes, at(seq))]).expect("rows are taken");
        assert!(read_locked(&state.memtable).bytes() <= MEMTABLE_BYTES_MAX);
    }
    let changes = (0..1_100).map(|row| (key(workspace(1), row), Some(vec![8; 4_000]))).collect();
    state.apply(&[(workspace(1), &changes, at(91))]).expect("rows are taken");
    assert!(state.asks_to_settle());
    assert!(!state.asks_to_settle(), "one is asked");
    state.settle_giving_way().expect("what waits is written");
    assert!(!state.asks_to_settle(), "nothing waits");
}

#[test]
fn a_group_of_records_counts_the_last_value_of_a_row() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let (one, row) = (workspace(1), key(workspace(1), 1));
    let first = Changes::from([(row.clone(), Some(b"first".to_vec()))]);
    let second = Changes::from([(row.clone(), Some(b"second".to_vec()))]);
    state.apply(&[(one, &first, at(1)), (one, &second, at(2))]).expect("the group is written");
    assert_eq!(state.get(&row), Some(b"second".to_vec()));
    assert_eq!(state.position(one), at(2));
    assert!(state.verify_now().expect("rows can be read"));
}

#[test]
#[should_panic(expected = "is not one of")]
fn a_row_of_another_workspace_is_refused() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let changes = Changes::from([(key(workspace(2), 1), Some(Vec::new()))]);
    state.apply(&[(workspace(1), &changes, at(1))]).expect("never reached");
}

#[test]
fn large_values_survive_a_stop_without_close() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let value = vec![3; super::VALUE_BYTES_MAX];
    let changes: Changes = (0..40).map(|row| (key(workspace(1), row), Some(value.clone()))).collect();
    state.apply(&[(workspace(1), &changes, at(1))]).expect("the batch is written");
    state.flush().expect("the state is flushed");
    let copy = copy_of(root.path());
    let state = kept(copy.path());
    assert_eq!(rows_of(&state).0.len(), 40);
    assert!(state.verify_now().expect("rows can be read"));
}

#[test]
fn nothing_is_applied_after_a_failed_write() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    state.failed.store(true, Ordering::Release);
    let (workspace, changes) = batch(1);
    let refused = state.apply(&[(workspace, &changes, at(1))]);
    assert!(matches!(refused, Err(StateError::Stopped)));
    assert!(matches!(state.flush(), Err(StateError::Stopped)));
    assert_eq!(rows_of(&state), MemoryRows::default());
}

#[test]
fn a_write_that_runs_can_be_seen() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    assert_eq!(state.busy_for(), None);
    let seen = state.timed(|| {
        state.timed(|| ());
        state.busy_for()
    });
    assert!(seen.is_some());
    play(&state, 1..=1);
    assert_eq!(state.busy_for(), None);
}

#[test]
fn a_failed_read_is_told_and_answers_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let (state, told) = telling(root.path(), &options());
    let answer: Option<u8> = state.read("read a row", |_| panic!("page torn"));
    assert_eq!(answer, None);
    assert_eq!(*locked(&told), ["the state panicked when it was to read a row: page torn"]);
}

/// A state, and what it told of its failures.
fn telling(root: &Path, options: &Options) -> (State, Arc<Mutex<Vec<String>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let on_failure = Arc::new(move |why: &str| locked(&teller).push(why.to_owned()));
    let state = State::open(root, Options { on_failure, ..options.clone() }).expect("the state opens").state;
    (state, told)
}

/// Ends what others do beside a test, however it ends itself.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// The blocks of sled, in order.
fn blocks_of(state: &State) -> Vec<Block> {
    blocks_in(state.db())
}

fn blocks_in(db: &sled::Db) -> Vec<Block> {
    let rows = db.iter().map(|row| row.expect("a row is read"));
    let of_the_rules = rows.filter(|(end, _)| is_of_the_rules(end));
    of_the_rules.map(|(end, bytes)| Block::read(&end, bytes).expect("a block")).collect()
}

/// Turns a bit of a row, behind the state.
fn forge(state: &State, workspace: WorkspaceId) {
    let blocks = blocks_of(state);
    let mut mine = blocks.iter().filter(|block| block.end().starts_with(workspace.as_bytes()));
    let block = mine.nth(1).expect("there are several");
    let mut bytes = block.bytes().to_vec();
    *bytes.last_mut().expect("it is not empty") ^= 1;
    state.db().insert(block.end(), bytes).expect("a row is forged");
}

/// Every workspace's blocks lie side by side.
fn assert_side_by_side(blocks: &[Block], workspaces: u64) {
    for one in (1..=workspaces).map(workspace) {
        let mine: Vec<_> = blocks.iter().filter(|block| block.end().starts_with(one.as_bytes())).collect();
        let (empty, ends) = (Block::empty(one), (mine[0].begin(), mine[mine.len() - 1].end()));
        assert_eq!(ends, (empty.begin(), empty.end()));
        assert!(mine.windows(2).all(|pair| pair[0].end() == pair[1].begin()));
    }
}

/// The folders as a kill at this moment would leave them.
fn copy_of(root: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(root, copy.path());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn reason_of(opened: &Opened) -> &Damage {
    match &opened.how {
        OpenedHow::SetAside { reason, .. } => reason,
        OpenedHow::Kept | OpenedHow::Missing => panic!("not set aside: {:?}", opened.how),
    }
}
