//! What the rules cost, with what they allocate: deciding a command, and the rows that its events change, on desks of
//! two sizes. Both sizes should cost the same.

use divan::{AllocProfiler, Bencher};

mod desk;

use desk::{Desk, Kind};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// Conversations of a desk.
const SIZES: [usize; 2] = [100, 10_000];

fn main() {
    divan::main();
}

fn decide(bencher: Bencher<'_, '_>, size: usize, kind: Kind) {
    let mut desk = Desk::founded(size);
    let ask = desk.next(kind);
    bencher.bench_local(|| desk.decided(&ask));
}

fn apply(bencher: Bencher<'_, '_>, size: usize, kind: Kind) {
    let mut desk = Desk::founded(size);
    let ask = desk.next(kind);
    let commit = desk.decided(&ask);
    bencher.bench_local(|| desk.applied(&commit));
}

#[divan::bench(args = SIZES)]
fn decide_receive(bencher: Bencher<'_, '_>, size: usize) {
    decide(bencher, size, Kind::Receive);
}

#[divan::bench(args = SIZES)]
fn decide_send(bencher: Bencher<'_, '_>, size: usize) {
    decide(bencher, size, Kind::Send);
}

#[divan::bench(args = SIZES)]
fn decide_note(bencher: Bencher<'_, '_>, size: usize) {
    decide(bencher, size, Kind::Note);
}

#[divan::bench(args = SIZES)]
fn decide_claim(bencher: Bencher<'_, '_>, size: usize) {
    decide(bencher, size, Kind::Claim);
}

#[divan::bench(args = SIZES)]
fn decide_save(bencher: Bencher<'_, '_>, size: usize) {
    decide(bencher, size, Kind::Save);
}

#[divan::bench(args = SIZES)]
fn apply_receive(bencher: Bencher<'_, '_>, size: usize) {
    apply(bencher, size, Kind::Receive);
}

#[divan::bench(args = SIZES)]
fn apply_send(bencher: Bencher<'_, '_>, size: usize) {
    apply(bencher, size, Kind::Send);
}

#[divan::bench(args = SIZES)]
fn apply_note(bencher: Bencher<'_, '_>, size: usize) {
    apply(bencher, size, Kind::Note);
}

#[divan::bench(args = SIZES)]
fn apply_claim(bencher: Bencher<'_, '_>, size: usize) {
    apply(bencher, size, Kind::Claim);
}

#[divan::bench(args = SIZES)]
fn apply_save(bencher: Bencher<'_, '_>, size: usize) {
    apply(bencher, size, Kind::Save);
}
