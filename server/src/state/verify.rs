//! Checking all rows against their set hash beside service, a chunk at a time. It only reads.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::State;
use super::failure::{StateError, guard};
use super::ledger::Ledger;
use super::pace::Pace;
use super::position::TALLY_KEY;
use super::set::{SetHash, Tally};

use crate::locks::locked;

/// Rows of sled read under one lock; a [`State::settle`] waits no longer than for these.
pub(super) const CHUNK_ROWS: usize = 32;

/// How far a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// More is to be read.
    Walking {
        /// Rows of sled read so far, which are blocks of rows mostly.
        rows_done: u64,
    },
    /// The rows are those that were written.
    Matches,
    /// They are not.
    Differs,
}

/// A walk over all rows that follows what is applied meanwhile. After its answer it begins anew.
pub struct Verifier {
    walk: Arc<Mutex<Walk>>,
    took: Duration,
}

/// The rows before `next`, summed up.
#[derive(Default)]
pub(super) struct Walk {
    next: Vec<u8>,
    sum: SetHash,
    rows_done: u64,
}

impl Walk {
    /// Sees the change of a row that may have been passed.
    pub(super) fn follow(&mut self, key: &[u8], old: Option<u128>, new: Option<u128>) {
        if key < self.next.as_slice() {
            self.sum.change(old, new);
        }
    }

    /// Reads the next chunk; whether it was the last.
    fn read(&mut self, db: &sled::Db) -> sled::Result<bool> {
        let mut rows = 0;
        for row in db.range(self.next.as_slice()..).take(CHUNK_ROWS) {
            let (key, value) = row?;
            if key != TALLY_KEY {
                self.sum.add(&key, &value);
            }
            self.next.clear();
            self.next.extend_from_slice(&key);
            self.next.push(0);
            rows += 1;
        }
        self.rows_done += rows as u64;
        Ok(rows < CHUNK_ROWS)
    }
}

impl Verifier {
    /// A walk that has not begun.
    pub fn new(state: &State) -> Self {
        let walk = Arc::new(Mutex::new(Walk::default()));
        locked(&state.ledger).walks.push(Arc::downgrade(&walk));
        Self { walk, took: Duration::ZERO }
    }

    /// Reads the next chunk.
    pub fn step(&mut self, state: &State) -> Result<Progress, StateError> {
        let ledger = state.take_ledger(Pace::GivingWay);
        let began = Instant::now();
        let read = state.timed(|| self.read_chunk(state, &ledger));
        self.took = began.elapsed();
        read
    }

    /// How long the last chunk was read, without the time for which whoever writes was waited for.
    pub fn took(&self) -> Duration {
        self.took
    }

    fn read_chunk(&self, state: &State, ledger: &Ledger) -> Result<Progress, StateError> {
        let mut walk = locked(&self.walk);
        if !guard("verify rows", || walk.read(state.db()))? {
            return Ok(Progress::Walking { rows_done: walk.rows_done });
        }
        let sum = std::mem::take(&mut *walk).sum;
        let stored = guard("read the set hash", || state.db().get(TALLY_KEY))?;
        let stored = stored.and_then(|bytes| Tally::decode(&bytes));
        let matches = stored == Some(ledger.tally) && ledger.tally.set == sum;
        Ok(if matches { Progress::Matches } else { Progress::Differs })
    }
}

impl State {
    /// Checks all rows at once; whether they are those that were written.
    pub fn verify_now(&self) -> Result<bool, StateError> {
        let mut verifier = Verifier::new(self);
        loop {
            match verifier.step(self)? {
                Progress::Walking { .. } => {}
                Progress::Matches => return Ok(true),
                Progress::Differs => return Ok(false),
            }
        }
    }
}
