//! Frames and the ring: encoding an event for everybody, keeping it, and reading on as a connection does.

use std::sync::Arc;

use divan::{Bencher, black_box};
use parloir_protocol::codec::Codec;
use parloir_protocol::cursor::Epoch;
use parloir_server::hub::{Entry, Place, Ring, RingLimits};
use parloir_server::told::Told;
use parloir_session::{Mark, Office, Scope};

use super::desk::{Desk, EPOCH, Kind, workspace};

/// Entries that a connection reads at once.
const BEHIND: [usize; 2] = [1, 256];

/// New entries for one event, not yet encoded.
fn entries(desk: &mut Desk, kind: Kind) -> Vec<Arc<Entry>> {
    let ask = desk.next(kind);
    let commit = desk.decided(&ask);
    let seq = desk.view().head().seq + 1;
    Told::new(&desk.rows, workspace(), [0; 32]).events(&[(commit, seq)], desk.clock)
}

fn encode(bencher: Bencher<'_, '_>, kind: Kind, codec: Codec) {
    let mut desk = Desk::founded(100);
    let admin = desk.admin;
    bencher.with_inputs(|| entries(&mut desk, kind)).bench_local_values(|entries| {
        let frames = entries.iter().map(|entry| entry.frame_for(admin, Office::Keeper, &Scope::All, codec));
        black_box(frames.flatten().map(|frame| frame.len()).sum::<usize>())
    });
}

#[divan::bench]
fn message_in_messagepack(bencher: Bencher<'_, '_>) {
    encode(bencher, Kind::Receive, Codec::Msgpack);
}

#[divan::bench]
fn message_in_json(bencher: Bencher<'_, '_>) {
    encode(bencher, Kind::Receive, Codec::Json);
}

#[divan::bench]
fn note_in_messagepack(bencher: Bencher<'_, '_>) {
    encode(bencher, Kind::Note, Codec::Msgpack);
}

fn mark(seq: u64) -> Mark {
    Mark { epoch: Epoch(EPOCH), seq, hash_prefix: [0; 8] }
}

/// About what a note takes in its record.
const EVENT_BYTES: usize = 250;

/// A ring that is full, and where it ends.
fn full_ring() -> (Ring, Arc<Entry>, u64) {
    let mut desk = Desk::founded(100);
    let entry = entries(&mut desk, Kind::Note).remove(0);
    let limits = RingLimits::default();
    let mut ring = Ring::new(mark(0), limits);
    let entries_max = limits.entries_max as u64;
    for seq in 1..=entries_max {
        ring.push(vec![(Arc::clone(&entry), entry.weigh(EVENT_BYTES))], mark(seq));
    }
    (ring, entry, entries_max)
}

#[divan::bench]
fn push_to_a_full_ring(bencher: Bencher<'_, '_>) {
    let (mut ring, entry, mut seq) = full_ring();
    let weight = entry.weigh(EVENT_BYTES);
    bencher.bench_local(|| {
        seq += 1;
        ring.push(vec![(Arc::clone(&entry), weight)], mark(seq));
    });
}

#[divan::bench(args = BEHIND)]
fn read_what_is_new(bencher: Bencher<'_, '_>, behind: usize) {
    let (ring, ..) = full_ring();
    let newest = ring.read(Place::AtEntry(u64::MAX)).map(|batch| batch.next);
    assert!(newest.is_some(), "a place beyond the end reads nothing");
    let entries = RingLimits::default().entries_max.min(RingLimits::default().bytes_max / WEIGHT_MIN);
    let place = Place::AtEntry((entries - behind) as u64);
    bencher.bench_local(|| black_box(&ring).read(place).map(|batch| batch.entries.len()));
}

/// No entry takes less.
const WEIGHT_MIN: usize = 512;
