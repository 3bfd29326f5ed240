//! The codec of records: what the writer seals, and what a start and a reader open.

use divan::Bencher;
use parloir_desk::commit::Commit;
use parloir_server::log::{Hash, Record};
use parloir_server::record::{open, seal};

use super::BATCHES;
use super::desk::{Desk, EPOCH, Kind, workspace};

/// The commits of one record, of every kind in turn.
pub(super) fn commits(count: usize) -> (Desk, Vec<Commit>) {
    let mut desk = Desk::founded(100);
    let kinds = [Kind::Receive, Kind::Send, Kind::Note, Kind::Claim, Kind::Save];
    let asks: Vec<_> = (0..count).map(|n| desk.next(kinds[n % kinds.len()])).collect();
    let commits = asks.iter().map(|ask| desk.decided(ask)).collect();
    (desk, commits)
}

pub(super) fn sealed(desk: &Desk, commits: &[Commit], first_seq: u64, prev_hash: Hash) -> Record {
    let mut salt = 0_u8;
    let mut salts = || {
        salt = salt.wrapping_add(1);
        [salt; 16]
    };
    seal(workspace(), EPOCH, first_seq, prev_hash, desk.clock, commits, &mut salts)
}

#[divan::bench(args = BATCHES)]
fn seal_and_encode(bencher: Bencher<'_, '_>, count: usize) {
    let (desk, commits) = commits(count);
    bencher.bench_local(|| sealed(&desk, &commits, 1, Hash::default()).encode());
}

#[divan::bench(args = BATCHES)]
fn decode_and_open(bencher: Bencher<'_, '_>, count: usize) {
    let (desk, commits) = commits(count);
    let record = sealed(&desk, &commits, 1, Hash::default());
    bencher.bench_local(|| open(&record));
}
