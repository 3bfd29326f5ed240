//! Room behind the newest batch: zeros that a kill leaves, and that nobody takes for anything else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::DIR;
use crate::log::contract::samples::{append, read_all, workspace};
use crate::log::segments::files::Files as _;
use crate::log::segments::files::faults::FaultFiles;
use crate::log::{OpenReport, Record, SegmentLimits, SegmentLog};

/// Small segments with room for a few records from the start.
fn limits() -> SegmentLimits {
    SegmentLimits { room_bytes: 4 << 10, ..SegmentLimits::tiny() }
}

fn open(files: &FaultFiles) -> (SegmentLog, OpenReport) {
    SegmentLog::open(Path::new(DIR), Arc::new(files.clone()), limits()).expect("the log opens")
}

fn segment(number: u64) -> PathBuf {
    Path::new(DIR).join(format!("{number:020}.log"))
}

fn file_bytes(files: &FaultFiles, number: u64) -> u64 {
    files.open(&segment(number)).and_then(|file| file.byte_len()).expect("a length")
}

/// Some records that were appended before the process was killed.
async fn killed(files: &FaultFiles) -> Vec<Record> {
    let (log, _) = open(files);
    let mut records = Vec::new();
    for _ in 0..3 {
        records.push(append(&log, workspace(1), "a text").await);
    }
    files.restart();
    records
}

#[tokio::test]
async fn a_log_goes_on_in_the_room_that_a_kill_left() {
    let files = FaultFiles::default();
    let mut records = killed(&files).await;
    let before = file_bytes(&files, 1);
    let (log, report) = open(&files);
    assert_eq!((report.torn, report.holes, report.batches), (None, Vec::new(), 3));
    records.push(append(&log, workspace(1), "a text").await);
    assert_eq!(file_bytes(&files, 1), before, "there was room for it");
    assert_eq!(read_all(&log, workspace(1)), records);
    drop(log);
    assert!(file_bytes(&files, 1) < before, "who stops gives back what he did not use");
    let (log, report) = open(&files);
    assert_eq!((report.torn, report.batches), (None, 4));
    assert_eq!(read_all(&log, workspace(1)), records);
}

#[tokio::test]
async fn a_batch_that_is_torn_in_its_room_is_cut_off_alone() {
    let files = FaultFiles::default();
    let mut records = killed(&files).await;
    let batches = records.len() as u64;
    let file = files.open(&segment(1)).expect("it is there");
    let mut bytes = vec![0; usize::try_from(file.byte_len().expect("a length")).expect("a small file")];
    file.read_at(&mut bytes, 0).expect("its bytes");
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("there are batches") + 1;
    // Of the next one, half came to the disk.
    file.write_at(&bytes[..end / 3 / 2], end as u64).expect("a write");
    let (log, report) = open(&files);
    let torn = report.torn.expect("it is met");
    assert_eq!((torn.offset, report.batches, report.holes.len()), (end as u64, batches, 0));
    assert!(torn.bytes <= (end / 3 / 2) as u64, "the room is no part of it");
    records.push(append(&log, workspace(1), "a text").await);
    assert_eq!(read_all(&log, workspace(1)), records);
}

#[tokio::test]
async fn a_segment_that_is_full_keeps_no_room() {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    let mut records = Vec::new();
    while files.list(Path::new(DIR)).expect("a list").iter().filter(|name| name.ends_with(".log")).count() < 3
    {
        records.push(append(&log, workspace(1), &"x".repeat(900)).await);
    }
    let mut bytes = vec![0; usize::try_from(file_bytes(&files, 1)).expect("a small file")];
    files.open(&segment(1)).and_then(|file| file.read_at(&mut bytes, 0)).expect("its bytes");
    assert_ne!(bytes.last(), Some(&0), "it ends with what an x ends with");
    assert_eq!(read_all(&log, workspace(1)), records);
}

#[tokio::test]
async fn a_repair_finds_nothing_to_mend_in_room() {
    let files = FaultFiles::default();
    killed(&files).await;
    let repaired = SegmentLog::repair(Path::new(DIR), Arc::new(files.clone()), limits()).expect("a repair");
    assert_eq!(repaired, crate::log::Repaired::default());
}

#[tokio::test]
async fn the_last_of_a_disk_is_for_what_is_written() {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    let mut records = vec![append(&log, workspace(1), "a text").await];
    let (with_room, least) = (file_bytes(&files, 1), limits().room_bytes / 4);
    assert!(with_room > least, "there is room");
    files.set_free_bytes(limits().room_bytes);
    while file_bytes(&files, 1) == with_room {
        records.push(append(&log, workspace(1), "a text").await);
    }
    let bytes = file_bytes(&files, 1);
    assert!(bytes - with_room < least, "as much as was written");
    records.push(append(&log, workspace(1), "a text").await);
    assert!(file_bytes(&files, 1) > bytes, "and no more");
    assert_eq!(read_all(&log, workspace(1)), records);
}

#[tokio::test]
async fn where_no_room_may_be_made_a_batch_stands_without() {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    let mut records = vec![append(&log, workspace(1), "a text").await];
    let with_room = file_bytes(&files, 1);
    let bound = with_room + limits().room_bytes / 4;
    files.bound_files(bound);
    while file_bytes(&files, 1) == with_room {
        records.push(append(&log, workspace(1), "a text").await);
    }
    assert_eq!(file_bytes(&files, 1), bound, "some of it was written");
    records.push(append(&log, workspace(1), "a text").await);
    drop(log);
    assert!(file_bytes(&files, 1) < bound, "and given back");
    let (log, report) = open(&files);
    assert_eq!((report.torn, report.holes), (None, Vec::new()));
    assert_eq!(read_all(&log, workspace(1)), records);
}

#[tokio::test]
async fn room_that_cannot_be_given_back_stays() {
    let files = FaultFiles::default();
    let (log, _) = open(&files);
    let mut records = vec![append(&log, workspace(1), "a text").await];
    files.refuse_truncation();
    while files.list(Path::new(DIR)).expect("a list").iter().filter(|name| name.ends_with(".log")).count() < 2
    {
        records.push(append(&log, workspace(1), &"x".repeat(900)).await);
    }
    drop(log);
    let (log, report) = open(&files);
    assert_eq!((report.torn, report.holes), (None, Vec::new()));
    assert_eq!(read_all(&log, workspace(1)), records);
}
