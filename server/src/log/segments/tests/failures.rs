//! A disk that refuses: nobody is told `Ok`, nothing is tried again, and what was acknowledged is there
//! when the log is opened anew.

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::{DIR, open};
use crate::log::contract::samples::{append, next, read_all, workspace};
use crate::log::segments::files::faults::{Dice, FaultFiles};
use crate::log::{AppendError, DiskFiles, Log, OpenError, Record, SegmentLimits, SegmentLog};

const CALLS: u64 = 12;

/// Appends until the disk refuses, then looks at what is left.
async fn refuse(arm: impl Fn(&FaultFiles)) {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    let mut acknowledged = vec![append(&log, workspace(1), "before").await];
    arm(&files);
    let unknown = loop {
        let tail = acknowledged[acknowledged.len() - 1].position();
        let record = next(tail, workspace(1), &"x".repeat(3000));
        match log.append(tail, record.clone()).await {
            Ok(_) => acknowledged.push(record),
            Err(error) => break (error, record),
        }
    };
    assert_eq!(unknown.0, AppendError::Unknown);
    log.failed().await;
    stays_closed(&log, &acknowledged).await;
    drop(log);
    let (log, report) = open(&files);
    assert!(report.damaged.is_empty() && report.holes.is_empty());
    acknowledged.extend(Some(unknown.1).filter(|_| read_all(&log, workspace(1)).len() > acknowledged.len()));
    assert_eq!(read_all(&log, workspace(1)), acknowledged);
    acknowledged.push(append(&log, workspace(1), "after").await);
    drop(log);
    files.cut(&mut Dice(acknowledged.len() as u64));
    let (log, _) = open(&files);
    assert_eq!(read_all(&log, workspace(1)), acknowledged, "what was seen became durable");
}

async fn stays_closed(log: &SegmentLog, acknowledged: &[Record]) {
    let tail = log.tail(workspace(1));
    assert_eq!(tail, acknowledged[acknowledged.len() - 1].position());
    let later = log.append(tail, next(tail, workspace(1), "later")).await;
    assert_eq!(later, Err(AppendError::Unavailable));
    assert_eq!(read_all(log, workspace(1)), acknowledged, "reading goes on");
}

#[tokio::test]
async fn a_refused_write_ends_the_log() {
    for calls in 0..CALLS {
        refuse(|files| files.fail_write_after(calls)).await;
    }
}

#[tokio::test]
async fn a_refused_sync_ends_the_log() {
    for calls in 0..CALLS {
        refuse(|files| files.fail_sync_after(calls)).await;
    }
}

#[tokio::test]
async fn a_full_disk_heals_by_itself() {
    let files = FaultFiles::default();
    let limits = SegmentLimits { reserve_bytes: 10_000, ..SegmentLimits::tiny() };
    let (log, _) = SegmentLog::open(Path::new(DIR), Arc::new(files.clone()), limits).expect("the log opens");
    let first = append(&log, workspace(1), "first").await;
    files.set_free_bytes(10_100);
    let refused = log.append(first.position(), next(first.position(), workspace(1), "second")).await;
    assert_eq!(refused, Err(AppendError::Full));
    assert!(log.failed().now_or_never().is_none());
    files.set_free_bytes(11_000);
    let second = append(&log, workspace(1), "second").await;
    assert_eq!(read_all(&log, workspace(1)), [first, second]);
}

#[test]
fn two_cannot_have_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let open = || SegmentLog::open(dir.path(), Arc::new(DiskFiles), SegmentLimits::tiny());
    let (first, _) = open().expect("the first opens it");
    assert!(matches!(open(), Err(OpenError::Locked { .. })));
    drop(first);
    assert!(open().is_ok());
}
