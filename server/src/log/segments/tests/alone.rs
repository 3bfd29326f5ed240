//! Whoever appends alone: on which thread that is done, and who goes on meanwhile.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::DIR;
use crate::locks::locked;
use crate::log::contract::samples::{append, next, read_all, workspace};
use crate::log::segments::committer::BELIEVED_AFTER;
use crate::log::segments::files::faults::FaultFiles;
use crate::log::{AppendError, Log, SegmentLimits, SegmentLog};

/// How long an answer may take before it counts as one that never comes.
const PATIENCE: Duration = Duration::from_secs(60);
const SLOW: Duration = Duration::from_millis(300);

/// A log with room for many records behind its first one.
async fn with_room(limits: SegmentLimits) -> (FaultFiles, Arc<SegmentLog>) {
    let files = FaultFiles::default();
    let roomy = SegmentLimits { segment_bytes: 1 << 20, room_bytes: 256 << 10, ..limits };
    let log = SegmentLog::open(Path::new(DIR), Arc::new(files.clone()), roomy).expect("the log opens").0;
    append(&log, workspace(1), "a record that makes room").await;
    (files, Arc::new(log))
}

async fn append_alone(log: &SegmentLog, text: &str) {
    // The log's thread answers before it is done with everything.
    drop(locked(&log.committer));
    let tail = log.tail(workspace(1));
    let record = next(tail, workspace(1), text);
    assert_eq!(log.append_alone(tail, record.clone()).await, Ok(record.position()));
}

/// From here on: whether it was the log's own thread that synced, for each sync.
fn by_the_logs_thread(files: &FaultFiles) -> Arc<Mutex<Vec<bool>>> {
    let syncs = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&syncs);
    files.before_sync(move || locked(&noted).push(thread::current().name() == Some("log")));
    syncs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_alone_writes_into_room_on_their_own_thread() {
    let (files, log) = with_room(SegmentLimits::tiny()).await;
    let syncs = by_the_logs_thread(&files);
    append_alone(&log, "alone").await;
    append(&*log, workspace(1), "not alone").await;
    assert_eq!(*locked(&syncs), [false, true]);
    // As long as one is on its way, another one is not alone.
    let place = log.waiting.clone().acquire_owned().await.expect("a place");
    append_alone(&log, "beside another").await;
    drop(place);
    assert_eq!(*locked(&syncs), [false, true, true]);
    let room = 64 << 10;
    append_alone(&log, &"x".repeat(room)).await;
    assert_eq!(*locked(&syncs), [false, true, true, true], "it makes room first");
    assert_eq!(read_all(&*log, workspace(1)).len(), 5);
}

#[tokio::test]
async fn where_no_other_thread_could_take_over_nobody_waits_for_the_disk() {
    let (files, log) = with_room(SegmentLimits::tiny()).await;
    let syncs = by_the_logs_thread(&files);
    append_alone(&log, "alone").await;
    assert_eq!(*locked(&syncs), [true]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn for_a_slow_disk_waits_the_logs_thread_for_a_while() {
    let (files, log) = with_room(SegmentLimits { quick: SLOW * 5 / 6, ..SegmentLimits::tiny() }).await;
    files.before_sync(|| thread::sleep(SLOW));
    append_alone(&log, "slow").await;
    let syncs = by_the_logs_thread(&files);
    for _ in 0..=BELIEVED_AFTER {
        append_alone(&log, "quick").await;
    }
    let mut expected = vec![true; BELIEVED_AFTER as usize];
    expected.push(false);
    assert_eq!(*locked(&syncs), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_of_whoever_writes_alone_ends_the_log() {
    let (files, log) = with_room(SegmentLimits::tiny()).await;
    files.before_sync(|| panic!("nobody knows what the disk kept"));
    let (before, appending) = (log.tail(workspace(1)), Arc::clone(&log));
    assert!(tokio::spawn(async move { append_alone(&appending, "alone").await }).await.is_err());
    log.failed().await;
    let later = log.append_alone(before, next(before, workspace(1), "later")).await;
    assert_eq!(later, Err(AppendError::Unavailable));
}

/// A disk that says when it is asked to sync, and does it when it is let.
fn held(files: &FaultFiles) -> (Receiver<()>, Sender<()>) {
    let (asking, asked) = channel();
    let (letting, let_go) = channel();
    let let_go = Mutex::new(let_go);
    files.before_sync(move || {
        // Nobody holds it any more once the test has what it wanted.
        let _unheard = asking.send(()).is_err();
        let _unheld = locked(&let_go).recv().is_err();
    });
    (asked, letting)
}

/// One end outside of the runtime, and one inside.
fn socket() -> (TcpStream, tokio::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let outside = TcpStream::connect(listener.local_addr().expect("an address")).expect("it connects");
    outside.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let (inside, _) = listener.accept().expect("it comes in");
    inside.set_nonblocking(true).expect("it does not block");
    (outside, tokio::net::TcpStream::from_std(inside).expect("it is one of the runtime"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_others_go_on_while_one_waits_for_a_disk_that_stands_still() {
    let (files, log) = with_room(SegmentLimits::tiny()).await;
    let (asked, letting) = held(&files);
    for _ in 0..8 {
        let (mut one, mut reads) = socket();
        let (mut other, mut echoes) = socket();
        let log = Arc::clone(&log);
        let appending = tokio::spawn(async move {
            reads.read_u8().await.expect("a byte");
            append_alone(&log, "alone").await;
        });
        tokio::spawn(async move {
            let byte = echoes.read_u8().await.expect("a byte");
            echoes.write_u8(byte).await.expect("it is written");
        });
        // The test's own thread is none of the runtime's: it may wait.
        one.write_all(&[1]).expect("it is written");
        asked.recv_timeout(PATIENCE).expect("a record is on its way");
        other.write_all(&[7]).expect("it is written");
        let mut echo = [0];
        other.read_exact(&mut echo).expect("the other connection is served");
        assert_eq!(echo, [7]);
        assert!(!appending.is_finished());
        letting.send(()).expect("the disk waits for it");
        appending.await.expect("it is appended");
    }
}
