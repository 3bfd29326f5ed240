//! Who writes an index: how much memory that takes, which segments become one meanwhile, and who gives way.

use std::thread;
use std::time::{Duration, Instant};

use tantivy::directory::error::LockError;
use tantivy::indexer::IndexWriterOptions;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{Index, IndexWriter, TantivyError};

use super::priority::giving_way;

/// Memory of the thread that indexes beside service; tantivy wants 15 MB at least.
const STEADY_BYTES: usize = 24 << 20;
/// And while an index is built: every time it is full a segment is written, which is merged again later.
const BUILDING_BYTES: usize = 96 << 20;
/// How long, and how often, the lock of an index is tried.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const LOCK_POLL: Duration = Duration::from_millis(2);
/// Segments of about one size that are merged beside service. Every search looks into each segment for each of its
/// words, and a commit adds one; while an index is built nobody waits for that, and tantivy merges eight.
const STEADY_SEGMENTS: usize = 4;
/// Deleted documents of a segment, as a share, from which it is merged again.
const DELETED_SHARE_MAX: f32 = 0.25;

/// How an index is written.
pub(super) enum Writing {
    With(Box<IndexWriter>),
    /// The next commit makes another writer.
    AfterFailure,
    Closed,
}

/// How much memory may be taken before a segment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Pace {
    /// Beside service.
    Steady,
    /// While it is built.
    Building,
}

/// Tries again while the lock of an index is held. Nobody else writes into it, but a program that is being started holds
/// copies of all open files for a moment, and our last lock with them.
fn unlocked<T>(open: impl Fn() -> tantivy::Result<T>) -> tantivy::Result<T> {
    let began = Instant::now();
    loop {
        match open() {
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) if began.elapsed() < LOCK_PATIENCE => {
                thread::sleep(LOCK_POLL)
            }
            opened => return opened,
        }
    }
}

pub(super) fn writer(index: &Index, pace: Pace) -> tantivy::Result<IndexWriter> {
    let bytes = match pace {
        Pace::Steady => STEADY_BYTES,
        Pace::Building => BUILDING_BYTES,
    };
    let opened = || {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .memory_budget_per_thread(bytes)
            .num_merge_threads(1)
            .build();
        index.writer_with_options(options)
    };
    let writer = match pace {
        Pace::Steady => giving_way(|| unlocked(opened)),
        Pace::Building => unlocked(opened),
    }?;
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(DELETED_SHARE_MAX);
    if pace == Pace::Steady {
        policy.set_min_num_segments(STEADY_SEGMENTS);
    }
    writer.set_merge_policy(Box::new(policy));
    // The first operation gets the stamp of the last commit, and merges would take it for committed.
    writer.run(Vec::new())?;
    // What another writer began and never committed: a commit that is tried again may want a name that is taken.
    writer.garbage_collect_files().wait()?;
    Ok(writer)
}
