//! Tests of the segment log that no other log has to pass.

use std::path::Path;
use std::sync::Arc;

use super::files::faults::FaultFiles;
use super::{OpenReport, SegmentLimits, SegmentLog};

mod alone;
mod batches;
mod damage;
mod failures;
mod power;
mod room;
mod together;

const DIR: &str = "log";

fn open(files: &FaultFiles) -> (SegmentLog, OpenReport) {
    SegmentLog::open(Path::new(DIR), Arc::new(files.clone()), SegmentLimits::tiny()).expect("the log opens")
}
