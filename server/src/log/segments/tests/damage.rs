//! Bad bytes in the middle: who lost a record is read-only, everybody else goes on, and a repair lets
//! all go on without deleting anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{DIR, open};
use crate::log::contract::samples::{append, next, read_all, subject, workspace};
use crate::log::segments::files::Files as _;
use crate::log::segments::files::faults::FaultFiles;
use crate::log::{AppendError, EraseError, Log, Record, SegmentLimits, SegmentLog};

/// Batches 1 to 9, one record each, of the workspaces 0, 1 and 2 in turn, in one segment.
struct Damaged {
    files: FaultFiles,
    records: Vec<Record>,
    batch_bytes: usize,
}

const BATCHES: usize = 9;
/// Within the table of a batch's header.
const IN_HEADER: usize = 40;

async fn written() -> Damaged {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    let mut records = Vec::new();
    for batch in 0..BATCHES {
        records.push(append(&log, workspace((batch % 3) as u8), "a text").await);
    }
    drop(log);
    let bytes = files.open(&segment(1)).and_then(|file| file.byte_len()).expect("a length");
    Damaged { files, records, batch_bytes: usize::try_from(bytes).expect("a small file") / BATCHES }
}

impl Damaged {
    fn flip(&self, batch: usize, offset: usize) {
        self.files.flip(&segment(1), batch * self.batch_bytes + offset);
    }

    fn records_of(&self, number: u8) -> Vec<Record> {
        self.records.iter().filter(|record| record.workspace == workspace(number)).cloned().collect()
    }

    fn repair(&self) -> crate::log::Repaired {
        let files = Arc::new(self.files.clone());
        SegmentLog::repair(Path::new(DIR), files, SegmentLimits::tiny()).expect("a repair")
    }
}

fn segment(number: u64) -> PathBuf {
    Path::new(DIR).join(format!("{number:020}.log"))
}

async fn refused(log: &SegmentLog, number: u8) -> AppendError {
    let tail = log.tail(workspace(number));
    log.append(tail, next(tail, workspace(number), "text")).await.expect_err("a damaged workspace")
}

#[tokio::test]
async fn a_flipped_body_stops_only_whom_the_header_names() {
    let damaged = written().await;
    damaged.flip(4, damaged.batch_bytes - 1);
    let (log, report) = open(&damaged.files);
    assert_eq!((report.damaged, report.all_damaged), (BTreeSet::from([workspace(1)]), false));
    assert_eq!((report.torn, report.holes.len(), report.batches), (None, 1, 8));
    assert_eq!(refused(&log, 1).await, AppendError::Damaged);
    assert_eq!(read_all(&log, workspace(1)), damaged.records_of(1)[..1]);
    append(&log, workspace(0), "goes on").await;
    assert_eq!(read_all(&log, workspace(2)), damaged.records_of(2));
}

#[tokio::test]
async fn a_flipped_header_stops_whose_chain_breaks() {
    let damaged = written().await;
    damaged.flip(4, IN_HEADER);
    let (log, report) = open(&damaged.files);
    assert_eq!((report.damaged, report.all_damaged), (BTreeSet::from([workspace(1)]), false));
    assert_eq!(refused(&log, 1).await, AppendError::Damaged);
    assert_eq!(read_all(&log, workspace(0)), damaged.records_of(0));
    assert_eq!(read_all(&log, workspace(2)), damaged.records_of(2), "it is read across the hole");
    append(&log, workspace(2), "goes on").await;
}

#[tokio::test]
async fn all_stop_when_it_cannot_be_told_who_lost() {
    let damaged = written().await;
    damaged.flip(7, IN_HEADER);
    let (log, report) = open(&damaged.files);
    assert!(report.all_damaged);
    for number in 0..4 {
        assert_eq!(refused(&log, number).await, AppendError::Damaged);
    }
    assert_eq!(read_all(&log, workspace(2)), damaged.records_of(2), "reading goes on");
}

#[tokio::test]
async fn bad_bytes_at_the_end_are_a_torn_tail() {
    let damaged = written().await;
    damaged.flip(8, damaged.batch_bytes - 1);
    let (log, report) = open(&damaged.files);
    let torn = report.torn.expect("a torn tail");
    assert_eq!((torn.offset, torn.bytes), (8 * damaged.batch_bytes as u64, damaged.batch_bytes as u64));
    assert_eq!(read_all(&log, workspace(2)), damaged.records_of(2)[..2]);
    append(&log, workspace(2), "goes on").await;
    drop(log);
    assert_eq!(open(&damaged.files).1.torn, None);
}

#[tokio::test]
async fn a_missing_segment_is_damage() {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    for round in 0..60 {
        append(&log, workspace(round % 3), &"x".repeat(1000)).await;
    }
    drop(log);
    let names = files.list(Path::new(DIR)).expect("a list");
    assert!(names.len() > 3, "{names:?}");
    files.remove(&Path::new(DIR).join(&names[1])).expect("removed");
    let (log, report) = open(&files);
    assert_eq!(report.damaged, BTreeSet::from([workspace(0), workspace(1), workspace(2)]));
    drop(log);
    SegmentLog::repair(Path::new(DIR), Arc::new(files.clone()), SegmentLimits::tiny()).expect("a repair");
    let (log, report) = open(&files);
    assert!(report.holes.is_empty() && report.damaged.is_empty());
    append(&log, workspace(0), "goes on").await;
    read_all(&log, workspace(0));
}

#[tokio::test]
async fn a_repair_lets_everybody_go_on() {
    for offset in [IN_HEADER, 200] {
        let damaged = written().await;
        damaged.flip(4, offset);
        let repaired = damaged.repair();
        assert_eq!((repaired.damaged, repaired.dropped), (BTreeSet::from([workspace(1)]), 1));
        assert_eq!(repaired.set_aside.len(), 1);
        let (log, report) = open(&damaged.files);
        assert_eq!((report.holes.len(), report.damaged.len(), report.records), (0, 0, 7));
        let after = append(&log, workspace(1), "after the repair").await;
        assert_eq!(read_all(&log, workspace(1)), [damaged.records_of(1)[0].clone(), after]);
        assert_eq!(read_all(&log, workspace(0)), damaged.records_of(0));
        drop(log);
        assert_eq!(damaged.repair().set_aside.len(), 0, "a second repair finds nothing");
    }
}

#[tokio::test]
async fn nothing_is_called_erased_that_may_be_left() {
    let damaged = written().await;
    damaged.flip(4, IN_HEADER);
    let subjects = BTreeSet::from([subject(1)]);
    let (log, _) = open(&damaged.files);
    assert!(matches!(log.erase(workspace(0), &subjects), Err(EraseError::Damaged)));
    drop(log);
    let set_aside = damaged.repair().set_aside.remove(0);
    let (log, _) = open(&damaged.files);
    let refused = log.erase(workspace(0), &subjects);
    assert!(matches!(refused, Err(EraseError::SetAside { file }) if file == set_aside));
    damaged.files.remove(&Path::new(DIR).join(set_aside)).expect("removed");
    assert!(log.erase(workspace(0), &subjects).is_ok());
}
