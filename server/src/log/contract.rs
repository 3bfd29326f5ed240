//! What every log promises, as one suite, run on every implementation. Later ones call `contract` too.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::segments::faults::FaultFiles;
use super::{
    AppendError, DiskFiles, Erased, Files, Log, MemoryLog, Payload, Position, RECORD_BYTES_MAX, Record,
    SegmentLimits, SegmentLog,
};
use alone::AskedAlone;
use samples::{append, body, next, read_all, subject, workspace};

mod alone;
pub(crate) mod held;
pub(crate) mod injected;
pub(crate) mod samples;

/// Opens the same log, again and again.
pub(crate) type Open = Box<dyn Fn() -> Arc<dyn Log>>;

/// Runs the suite; each part gets a new, empty log.
pub(crate) async fn contract(make: impl Fn() -> Open) {
    an_empty_log_is_at_the_start(&make()());
    records_come_back_in_order(&make()()).await;
    reading_stops_and_goes_on(&make()()).await;
    only_the_expected_position_appends(&make()()).await;
    of_two_at_once_one_conflicts(&make()()).await;
    workspaces_do_not_mix(&make()()).await;
    a_large_record_is_refused(&make()()).await;
    a_new_epoch_continues_the_chain(&make()()).await;
    erasing_keeps_the_chain(&make()).await;
    opening_again_changes_nothing(&make()).await;
}

fn an_empty_log_is_at_the_start(log: &Arc<dyn Log>) {
    assert_eq!(log.tail(workspace(1)), Position::START);
    assert_eq!(log.workspaces(), []);
    assert_eq!(log.read(workspace(1), 0, 1000).expect("an empty read"), []);
}

async fn records_come_back_in_order(log: &Arc<dyn Log>) {
    let mut appended = Vec::new();
    for text in ["one", "two", "three"] {
        appended.push(append(&**log, workspace(1), text).await);
        assert_eq!(log.tail(workspace(1)), appended[appended.len() - 1].position());
    }
    let read = read_all(&**log, workspace(1));
    assert_eq!(read, appended);
    assert_eq!(log.workspaces(), [workspace(1)]);
}

async fn reading_stops_and_goes_on(log: &Arc<dyn Log>) {
    for text in 0..40 {
        append(&**log, workspace(1), &format!("{text:0400}")).await;
    }
    let all = read_all(&**log, workspace(1));
    let one = log.read(workspace(1), 0, 0).expect("a read of one");
    assert_eq!(one, all[..1]);
    let some = log.read(workspace(1), all[4].last_seq, 1000).expect("a read of some");
    assert!(some.len() > 1 && some.len() < 10, "{} records for 1000 bytes", some.len());
    assert_eq!(some, all[5..5 + some.len()]);
    let within = log.read(workspace(1), all[7].first_seq, 1).expect("a read from within");
    assert_eq!(within, all[7..8], "a record holds events after its first");
    assert_eq!(log.read(workspace(1), all[39].last_seq, 1000).expect("a read at the end"), []);
}

async fn only_the_expected_position_appends(log: &Arc<dyn Log>) {
    let first = append(&**log, workspace(1), "first").await;
    let late = log.append(Position::START, next(Position::START, workspace(1), "late")).await;
    assert_eq!(late, Err(AppendError::Conflict { tail: first.position() }));
    let other = Position { epoch: 9, ..first.position() };
    let wrong = log.append(other, next(other, workspace(1), "wrong")).await;
    assert_eq!(wrong, Err(AppendError::Conflict { tail: first.position() }));
    assert_eq!(read_all(&**log, workspace(1)), [first]);
}

async fn of_two_at_once_one_conflicts(log: &Arc<dyn Log>) {
    let (one, two) = (next(Position::START, workspace(1), "one"), next(Position::START, workspace(1), "two"));
    let (first, second) =
        tokio::join!(log.append(Position::START, one.clone()), log.append(Position::START, two.clone()));
    let winner = if first.is_ok() { one } else { two };
    let conflict = Err(AppendError::Conflict { tail: winner.position() });
    assert!([&first, &second].contains(&&Ok(winner.position())), "{first:?} {second:?}");
    assert!([&first, &second].contains(&&conflict), "{first:?} {second:?}");
    assert_eq!(read_all(&**log, workspace(1)), [winner]);
}

async fn workspaces_do_not_mix(log: &Arc<dyn Log>) {
    let mut appended = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..30 {
        let which = round % 3;
        appended[which].push(append(&**log, workspace(which as u8), &format!("{round}")).await);
    }
    for (which, expected) in appended.iter().enumerate() {
        assert_eq!(read_all(&**log, workspace(which as u8)), *expected);
    }
    let mut workspaces = log.workspaces();
    workspaces.sort();
    assert_eq!(workspaces, [workspace(0), workspace(1), workspace(2)]);
}

async fn a_large_record_is_refused(log: &Arc<dyn Log>) {
    let mut record = next(Position::START, workspace(1), "large");
    let room = RECORD_BYTES_MAX - record.encoded_bytes();
    record.commits.0.extend(vec![0; room + 1]);
    let refused = log.append(Position::START, record.clone()).await;
    assert_eq!(refused, Err(AppendError::TooLarge { bytes: RECORD_BYTES_MAX + 1, max: RECORD_BYTES_MAX }));
    record.commits.0.pop();
    assert_eq!(log.append(Position::START, record.clone()).await, Ok(record.position()));
    assert_eq!(read_all(&**log, workspace(1)), [record]);
}

async fn a_new_epoch_continues_the_chain(log: &Arc<dyn Log>) {
    let before = append(&**log, workspace(1), "before").await;
    let mut started = next(before.position(), workspace(1), "after");
    started.epoch += 1;
    let position = log.append(before.position(), started.clone()).await;
    assert_eq!(position, Ok(started.position()));
    assert_eq!(log.tail(workspace(1)).epoch, started.epoch);
}

async fn erasing_keeps_the_chain(open: &Open) {
    let log = open();
    for round in 0..60 {
        append(&*log, workspace(round % 2), &format!("text {round}")).await;
    }
    let before = [read_all(&*log, workspace(0)), read_all(&*log, workspace(1))];
    let subjects = BTreeSet::from([subject(1)]);
    let erased = log.erase(workspace(0), &subjects).expect("an erasure");
    assert_eq!(erased, Erased { records: 30, payloads: 30 });
    assert_eq!(log.erase(workspace(0), &subjects).expect("a second erasure"), Erased::default());
    assert_eq!(read_all(&*log, workspace(0)).len(), 30);
    assert_eq!(read_all(&*log, workspace(1)), before[1], "another workspace has its own subjects");
    append(&*log, workspace(0), "later").await;
    drop(log);
    let log = open();
    let after = read_all(&*log, workspace(0));
    for (after, before) in after.iter().zip(&before[0]) {
        assert_eq!(Some(after), before.without(&subjects).as_ref());
        assert_eq!(after.hash(), before.hash());
        assert!(matches!(after.personal[..], [Payload::Erased { .. }, Payload::Present { .. }]));
    }
    assert_eq!(after.len(), 31);
    assert_eq!(after[30].personal, next(before[0][29].position(), workspace(0), "later").personal);
}

async fn opening_again_changes_nothing(open: &Open) {
    let log = open();
    for round in 0..50 {
        append(&*log, workspace(round % 2), &format!("{round:0500}")).await;
    }
    let before = read_all(&*log, workspace(1));
    drop(log);
    let log = open();
    assert_eq!(read_all(&*log, workspace(1)), before);
    let more = append(&*log, workspace(1), "more").await;
    assert_eq!(read_all(&*log, workspace(1)).last(), Some(&more));
}

fn segment_log(dir: &Path, files: Arc<dyn Files>) -> Arc<dyn Log> {
    let (log, report) = SegmentLog::open(dir, files, SegmentLimits::tiny()).expect("the log opens");
    assert_eq!((report.torn, report.damaged.len(), report.all_damaged), (None, 0, false));
    Arc::new(log)
}

#[tokio::test]
async fn the_memory_log_keeps_the_contract() {
    contract(|| {
        let log: Arc<dyn Log> = Arc::new(MemoryLog::new());
        Box::new(move || log.clone())
    })
    .await;
}

#[tokio::test]
async fn the_segment_log_on_disk_keeps_the_contract() {
    contract(|| {
        let dir = tempfile::tempdir().expect("a folder");
        Box::new(move || segment_log(dir.path(), Arc::new(DiskFiles)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_segment_log_keeps_the_contract_for_those_who_are_alone() {
    contract(|| {
        let files = FaultFiles::default();
        let open = move || AskedAlone(segment_log(Path::new("log"), Arc::new(files.clone())));
        Box::new(move || Arc::new(open()))
    })
    .await;
}

#[tokio::test]
async fn the_segment_log_on_faulty_files_keeps_the_contract() {
    contract(|| {
        let files = FaultFiles::default();
        Box::new(move || segment_log(Path::new("log"), Arc::new(files.clone())))
    })
    .await;
}

#[tokio::test]
async fn an_erased_text_is_in_no_byte() {
    let files = FaultFiles::default();
    let log = segment_log(Path::new("log"), Arc::new(files.clone()));
    append(&*log, workspace(1), "a secret").await;
    let holds = |files: &FaultFiles| {
        files.all_bytes().iter().any(|bytes| bytes.windows(8).any(|window| window == body("a secret")))
    };
    assert!(holds(&files));
    log.erase(workspace(1), &BTreeSet::from([subject(1)])).expect("an erasure");
    assert!(!holds(&files));
    let records: Vec<Record> = read_all(&*log, workspace(1));
    assert_eq!(records.len(), 1);
}
