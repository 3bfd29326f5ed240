//! What happens at the same time: one batch for all who wait, reading and erasing beside appending.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use tokio::sync::{Semaphore, oneshot, watch};

use super::{DIR, open};
use crate::locks::read_locked;
use crate::log::contract::samples::{append, next, read_all, subject, workspace};
use crate::log::segments::batch::Header;
use crate::log::segments::committer::{Append, Committer, Request};
use crate::log::segments::files::faults::FaultFiles;
use crate::log::segments::folder::Folder;
use crate::log::segments::open::{FIRST_BATCH, open as open_index};
use crate::log::segments::thread::Thread;
use crate::log::{AppendError, Log, Position, Record, SegmentLimits};

const APPENDS: u8 = 120;

type Answered = oneshot::Receiver<Result<Position, AppendError>>;

fn waiting(record: &Record, expect: Position) -> (Request, Answered) {
    let (answer, answered) = oneshot::channel();
    let place = Arc::new(Semaphore::new(1)).try_acquire_owned().expect("a place");
    let (workspace, position, bytes) = (record.workspace, record.position(), record.encode());
    (Request::Append(Append { workspace, expect, position, bytes, answer, place }), answered)
}

#[test]
fn all_who_wait_share_a_batch_and_see_each_other() {
    let files = FaultFiles::default();
    let folder = Folder { dir: Path::new(DIR).to_owned(), files: Arc::new(files.clone()) };
    let (index, _) = open_index(&folder, &SegmentLimits::tiny()).expect("the log opens");
    let first = next(Position::START, workspace(1), "first");
    let rival = next(Position::START, workspace(1), "rival");
    let second = next(first.position(), workspace(1), "second");
    let other = next(Position::START, workspace(2), "other");
    let (requests, received) = sync_channel(4);
    let expected = [
        (&first, Position::START, Ok(first.position())),
        (&rival, Position::START, Err(AppendError::Conflict { tail: first.position() })),
        (&second, first.position(), Ok(second.position())),
        (&other, Position::START, Ok(other.position())),
    ];
    let answers = expected.map(|(record, expect, expected)| {
        let (request, answered) = waiting(record, expect);
        requests.try_send(request).expect("room");
        (answered, expected)
    });
    drop(requests);
    let (failing, _failed) = watch::channel(false);
    let index = Arc::new(RwLock::new(index));
    let committer = Committer::new(folder, SegmentLimits::tiny(), index.clone(), failing, FIRST_BATCH);
    Thread { committer: Arc::new(Mutex::new(committer)), alone: Arc::default(), requests: received }.run();
    assert_eq!(read_locked(&index).tail(workspace(1)), second.position());
    let header = Header::decode(&files.all_bytes()[0]).expect("a batch");
    let table = header.touched.iter().find(|touched| touched.workspace == workspace(1)).expect("its entry");
    assert_eq!((table.last_seq, table.hash), (second.last_seq, second.hash()));
    for (mut answered, expected) in answers {
        assert_eq!(answered.try_recv(), Ok(expected));
    }
    let (log, report) = open(&files);
    assert_eq!((report.batches, report.records), (1, 3));
    assert_eq!(read_all(&log, workspace(1)), [first, second]);
}

#[tokio::test]
async fn reading_and_erasing_run_beside_appending() {
    let (log, _) = open(&FaultFiles::default());
    let log = &log;
    append(log, workspace(1), "the first").await;
    let subjects = BTreeSet::from([subject(1)]);
    let is_done = || log.tail(workspace(1)).seq > u64::from(APPENDS);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done() {
                read_to_a_tail(log);
            }
        });
        scope.spawn(|| {
            while !is_done() {
                log.erase(workspace(1), &subjects).expect("an erasure");
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        scope.spawn(move || {
            while !is_done() {
                runtime.block_on(append(log, workspace(1), &"x".repeat(300)));
            }
        });
    });
}

/// Reads everything once; the chain is whole as far as it goes.
fn read_to_a_tail(log: &dyn Log) {
    let (mut position, tail) = (Position::START, log.tail(workspace(1)));
    while position.seq < tail.seq {
        for record in log.read(workspace(1), position.seq, 1500).expect("a read beside appends") {
            assert!(record.follows(position), "{record:?} does not follow {position:?}");
            position = record.position();
        }
    }
}
