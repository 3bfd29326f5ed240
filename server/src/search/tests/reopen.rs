//! An index that is opened again, damaged, or not there.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parloir_desk::keys::Keys;
use parloir_desk::rows::Changes;
use parloir_protocol::ids::ContactId;
use tempfile::TempDir;

use super::desk::Desk;
use super::laws::check;
use crate::locks::write_locked;
use crate::log::{Log, MemoryLog};
use crate::node::Limits;
use crate::rehearsal::Rehearsal;
use crate::rules::Rules;
use crate::search::catalogue::Catalogue;
use crate::search::folders::Folders;
use crate::search::keeper::Keeper;
use crate::search::pending::Putter;
use crate::search::{Search, compare};

const COPIES_MAX: u32 = 100;
const PATIENCE: Duration = Duration::from_secs(60);

/// A desk whose index is written up to a point, then changed further, as before a kill.
async fn left(seed: u64) -> (Arc<MemoryLog>, TempDir) {
    let (log, folder) = (Arc::new(MemoryLog::new()), tempfile::tempdir().expect("a folder"));
    let mut desk = Desk::on(Arc::clone(&log) as Arc<dyn Log>, seed, folder.path()).await;
    desk.happen(80).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    desk.happen(40).await;
    desk.at.node.search.drain(&desk.at.node, Putter::First);
    desk.at.node.search.commit().expect("it is committed");
    desk.happen(60).await;
    (log, copied(folder.path()))
}

/// The files as a kill would leave them, without whoever still holds them.
fn copied(folder: &Path) -> TempDir {
    // What a commit left over may go meanwhile: a moment later everything stands still.
    for _ in 0..COPIES_MAX {
        if let Some(copy) = copied_unchanged(folder) {
            return copy;
        }
    }
    panic!("the files of {} do not stand still", folder.display());
}

/// Nothing when a file came or went while they were copied.
fn copied_unchanged(folder: &Path) -> Option<TempDir> {
    let copy = tempfile::tempdir().expect("a folder");
    let there: BTreeSet<_> = files(folder).into_iter().collect();
    for file in &there {
        let to = copy.path().join(file.strip_prefix(folder).expect("a file inside"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        match std::fs::copy(file, to) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            copied => copied.expect("it is copied"),
        };
    }
    (files(folder).into_iter().collect::<BTreeSet<_>>() == there).then_some(copy)
}

fn again(log: Arc<MemoryLog>, seed: u64, folder: &Path) -> (Desk, bool) {
    let mut at = Rehearsal::open_with(log, Limits::standard(), Rules::OURS, Search::new(folder));
    at.write();
    let opened = at.node.search.reopen(&at.node).expect("the folder can be read");
    (Desk::of(at, seed), opened)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_committed_is_read_from_the_log() {
    for seed in 0..3 {
        let (log, folder) = left(seed).await;
        let (mut desk, opened) = again(log, seed + 100, folder.path());
        assert!(opened, "the index stands in the log");
        for _ in 0..60 {
            let text = desk.query();
            check(&desk, &text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_was_at_when_others_committed_is_read_from_the_log() {
    let (log, folder) = (Arc::new(MemoryLog::new()), tempfile::tempdir().expect("a folder"));
    let mut desk = Desk::on(Arc::clone(&log) as Arc<dyn Log>, 1, folder.path()).await;
    desk.happen(20).await;
    let (node, id) = (Arc::clone(&desk.at.node), desk.at.workspace.id);
    node.search.renew(&node).expect("it is built");
    for round in 0..2 {
        desk.happen(10).await;
        let until = node.search.pending.cut(id).expect("something waits");
        let at_work = node.search.pending.take(id, until, Putter::Beside).expect("nobody is at it");
        desk.happen(10).await;
        assert!(node.search.drain_of(&node, id, Putter::Beside));
        node.search.commit().expect("it is committed");
        let copy = copied(folder.path());
        let found = compare(copy.path(), &*log, &node.state.current()).expect("it can be compared");
        assert!(found.expect("there is an index").are_none(), "in round {round}");
        assert!(node.search.put(&node, at_work, Putter::Beside));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_log_is_not_used() {
    let (_, folder) = left(1).await;
    let (log, _) = left(2).await;
    let (_, opened) = again(log, 1, folder.path());
    assert!(!opened);
}

/// Panics unless the index in the folder is not used and one that finds everything is built.
fn check_built_anew(log: Arc<MemoryLog>, folder: &Path) {
    let (mut desk, opened) = again(log, 1, folder);
    assert!(!opened);
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    for _ in 0..20 {
        let text = desk.query();
        check(&desk, &text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_built_anew() {
    let (log, folder) = left(1).await;
    for file in files(folder.path()) {
        let bytes = std::fs::read(&file).expect("a file of the index");
        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("it is cut");
    }
    check_built_anew(log, folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_is_noticed() {
    let (log, folder) = left(1).await;
    let postings = files(folder.path()).into_iter().find(|file| file.extension().is_some_and(|e| e == "idx"));
    let file = postings.expect("lists");
    let mut bytes = std::fs::read(&file).expect("a file of the index");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&file, bytes).expect("it is damaged");
    let (_, opened) = again(log, 1, folder.path());
    assert!(!opened);
}

/// An index of which the second of these files stands in the place of the first one, with the checksum that it says.
fn exchanged(whole: &Path, file: &Path, other: &Path) -> TempDir {
    let folder = copied(whole);
    let place = folder.path().join(file.strip_prefix(whole).expect("a file inside"));
    std::fs::copy(other, place).expect("the other one stands there");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_with_a_file_in_the_place_of_another_is_built_anew() {
    let (log, whole) = left(1).await;
    let is_of_a_segment = |file: &Path| file.file_stem().is_some_and(|stem| stem.len() == 32);
    let of_segments = || files(whole.path()).into_iter().filter(|file| is_of_a_segment(file));
    let mut unreadable = Vec::new();
    for file in of_segments() {
        for other in of_segments().filter(|other| *other != file && other.file_stem() == file.file_stem()) {
            let folder = exchanged(whole.path(), &file, &other);
            let newest = Folders::in_folder(folder.path()).all().expect("a folder").remove(0);
            if Catalogue::open(&newest).is_err() {
                unreadable.push((file.clone(), other));
            }
        }
    }
    let (file, other) = unreadable.first().expect("some are seen when it is opened");
    let folder = exchanged(whole.path(), file, other);
    check_built_anew(log, folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn builds_that_fail_leave_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let (node, id) = (&desk.at.node, desk.at.workspace.id);
    node.search.renew(node).expect("it is built");
    let state = node.state.current();
    let key = Keys(id).contact(ContactId::from_bytes([7; 16]));
    let unreadable = Changes::from([(key, Some(vec![0xc1]))]);
    state.apply(&[(id, &unreadable, state.position(id))]).expect("it is written");
    for _ in 0..2 {
        let built = catch_unwind(AssertUnwindSafe(|| node.search.renew(node)));
        assert!(built.is_err(), "there is a row that cannot be read");
        let folders = Folders::in_folder(folder.path()).all().expect("they can be read");
        assert_eq!(folders, [folder.path().join("1")]);
    }
    assert!(node.search.catalogue().is_some(), "searches go on with what there was");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_held_against_its_state() {
    let (log, folder) = left(3).await;
    let (desk, opened) = again(Arc::clone(&log), 3, folder.path());
    assert!(opened);
    let state = desk.at.node.state.current();
    let compared = |folder: &Path| compare(folder, &*log, &state).expect("it can be compared");
    let copy = copied(folder.path());
    let found = compared(copy.path()).expect("there is an index");
    assert!(found.are_none() && found.same > 20, "{found:?}");
    let (_, other) = left(3).await;
    assert_eq!(compared(other.path()), None, "it is of another log");
    let lacking = tempfile::tempdir().expect("a folder");
    let empty = Catalogue::create(&lacking.path().join("1")).expect("an empty one");
    empty.complete_as(&desk.at.node);
    drop(empty);
    let found = compared(lacking.path()).expect("there is an index");
    assert!(found.missing > 20, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_given_up_while_it_was_built_is_built_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let search = &desk.at.node.search;
    let building = Arc::new(Catalogue::create(&folder.path().join("1")).expect("an empty one"));
    search.begin(&building);
    write_locked(&search.catalogues).current = None;
    assert!(search.end(&building, true).is_none(), "what was touched meanwhile is not in it");
    assert!(search.is_wanted() && search.catalogue().is_none());
    search.begin(&building);
    assert!(search.end(&building, false).is_none() && search.catalogue().is_none(), "nothing is put into it");
    search.begin(&building);
    assert!(search.end(&building, true).is_some() && search.catalogue().is_some() && !search.is_wanted());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_deleted_under_a_server_is_built_anew() {
    for waits in [false, true] {
        let around = tempfile::tempdir().expect("a folder");
        let folder = around.path().join("search");
        let mut desk = Desk::new(1, &folder).await;
        desk.happen(60).await;
        let mut keeper = Keeper::default();
        keeper.step(&desk.at.node).expect("it is built and kept");
        // At once, since what a commit left over may go meanwhile.
        std::fs::rename(&folder, around.path().join("gone")).expect("it is moved");
        if waits {
            desk.happen(20).await;
            desk.at.node.search.drain(&desk.at.node, Putter::First);
        }
        let began = Instant::now();
        while !desk.at.node.search.is_wanted() {
            assert!(began.elapsed() < PATIENCE, "nobody notices");
            _ = keeper.step(&desk.at.node).is_err();
            thread::sleep(Duration::from_millis(10));
        }
        keeper.step(&desk.at.node).expect("it is built again");
        for _ in 0..20 {
            let text = desk.query();
            check(&desk, &text);
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}
