//! What the way of an event costs, with what it allocates: sealing its record and reading it back, its frame, the
//! ring, the log on disk, the rows of the state, and a search. Each is timed alone; the load test times them together.

use divan::AllocProfiler;

#[path = "../../desk/benches/rules/desk.rs"]
mod desk;
mod frame;
mod log;
mod record;
mod search;
mod state;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The kinds of a busy minute, with how many commits one record holds.
const BATCHES: [usize; 2] = [1, 64];
