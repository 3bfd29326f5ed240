//! The rows on disk: writing what a command changed, and reading what a queue and a timeline show.

use divan::{Bencher, black_box};
use parloir_desk::entity::Status;
use parloir_desk::rows::Changes;
use parloir_desk::view::View;
use parloir_server::rules::APPLY_VERSION;
use parloir_server::state::{Applied, Options, State};
use tempfile::TempDir;

use super::desk::{Desk, EPOCH, Kind, workspace};

/// Rows of one batch, far below what sled's buffers take.
const ROWS_AT_ONCE: usize = 500;

/// A state with all rows of a desk.
pub(super) fn filled(desk: &Desk) -> (State, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = State::open(&folder.path().join("state"), Options::new(APPLY_VERSION));
    let state = opened.unwrap_or_else(|error| panic!("{error}")).state;
    let rows: Vec<_> = desk.rows.0.iter().collect();
    for (n, some) in (1..).zip(rows.chunks(ROWS_AT_ONCE)) {
        let changes = some.iter().map(|(key, value)| ((*key).clone(), Some((*value).clone())));
        write(&state, &changes.collect(), n);
    }
    (state, folder)
}

fn write(state: &State, changes: &Changes, seq: u64) {
    let applied = Applied { epoch: EPOCH, seq, hash: [0; 32] };
    state.apply(&[(workspace(), changes, applied)]).expect("the disk takes it");
}

#[divan::bench]
fn write_a_commands_rows(bencher: Bencher<'_, '_>) {
    let mut desk = Desk::founded(1_000);
    let (state, _folder) = filled(&desk);
    let ask = desk.next(Kind::Receive);
    let changes = desk.applied(&desk.decided(&ask));
    let mut seq = 1_000_000;
    bencher.bench_local(|| {
        seq += 1;
        write(&state, &changes, seq);
    });
}

#[divan::bench]
fn read_a_conversation(bencher: Bencher<'_, '_>) {
    let desk = Desk::founded(1_000);
    let (state, _folder) = filled(&desk);
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        View::new(&state, workspace()).conversation(black_box(desk.conversations[turn % 1_000]))
    });
}

#[divan::bench]
fn read_fifty_ids_of_a_queue(bencher: Bencher<'_, '_>) {
    let desk = Desk::founded(1_000);
    let (state, _folder) = filled(&desk);
    let group = desk.view().groups()[0].id;
    bencher.bench_local(|| View::new(&state, workspace()).group_conversations(group, Status::Open, 50));
}

#[divan::bench]
fn read_a_timeline(bencher: Bencher<'_, '_>) {
    let desk = Desk::founded(1_000);
    let (state, _folder) = filled(&desk);
    bencher.bench_local(|| View::new(&state, workspace()).timeline(desk.conversations[0], None, 50));
}
