//! Appends to the log on disk, synced: one writer alone, and 64 that share a sync.

use std::sync::Arc;

use divan::Bencher;
use futures_util::future::join_all;
use parloir_desk::commit::Commit;
use parloir_protocol::ids::WorkspaceId;
use parloir_server::log::{DiskFiles, Log, Position, Record, SegmentLimits, SegmentLog};

use super::BATCHES;
use super::desk::Desk;
use super::record::{commits, sealed};

/// One workspace's end of the log.
struct End {
    workspace: WorkspaceId,
    position: Position,
}

impl End {
    fn next(&self, desk: &Desk, commits: &[Commit]) -> Record {
        let record = sealed(desk, commits, self.position.seq + 1, self.position.hash);
        Record { workspace: self.workspace, ..record }
    }
}

/// As many workspaces as writers: records of one follow each other.
#[divan::bench(args = BATCHES, sample_count = 50, sample_size = 20)]
fn append_synced(bencher: Bencher<'_, '_>, writers: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let limits = SegmentLimits { reserve_bytes: 0, ..SegmentLimits::default() };
    let opened = SegmentLog::open(folder.path(), Arc::new(DiskFiles), limits);
    let (log, _) = opened.unwrap_or_else(|error| panic!("{error}"));
    let (desk, commits) = commits(1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let of = |n: usize| {
        let mut id = [3; 16];
        id[..8].copy_from_slice(&(n as u64).to_be_bytes());
        End { workspace: WorkspaceId::from_bytes(id), position: Position::START }
    };
    let mut ends: Vec<End> = (0..writers).map(of).collect();
    bencher.bench_local(|| {
        let appends = ends.iter().map(|end| log.append(end.position, end.next(&desk, &commits)));
        let positions = runtime.block_on(join_all(appends));
        for (end, position) in ends.iter_mut().zip(positions) {
            end.position = position.expect("the disk takes it");
        }
    });
}
