//! How rows come into the state: into memory at once, into sled many records at a time.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use parloir_desk::rows::Changes;
use parloir_protocol::ids::WorkspaceId;

use super::block::{Block, Changed};
use super::failure::{StateError, caught, guard};
use super::ledger::Ledger;
use super::memtable::Young;
use super::pace::{Pace, pause_after};
use super::position::is_of_the_rules;
use super::redo::Redo;
use super::set::{Tally, digest};
use super::steps::Step;
use super::weave::{Fates, weave};
use super::{Applied, State, VALUE_BYTES_MAX};

use crate::locks::{read_locked, write_locked};

/// Bytes of rows in sled's buffers before a write waits for them. sled 0.34 writes each buffer on one of
/// seven threads that a truncation of its file also needs: a burst that takes all of them never ends.
const BUFFERED_BYTES_MAX: usize = 512 * 1024;

/// Bytes of rows in memory from which on somebody beside should write them: a row that changes often, and rows that lie
/// side by side, are then written once for many records.
pub(super) const SETTLE_BYTES: usize = 3 * 1024 * 1024;

/// Bytes of rows in memory from which on whoever applies writes them himself.
pub(super) const MEMTABLE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes of rows that are written in one step, in whichever blocks they are.
const ALONE_BYTES: usize = 8 * 1024;

/// Bytes of blocks in a step, about, where there are several.
pub(super) const STEP_BYTES: usize = 32 * 1024;

/// Rows that are dropped in one stretch.
const ROWS_AT_ONCE: usize = 1_024;

impl State {
    /// Takes the rows of a record or of a group of records and the positions after them: all or nothing, and read by
    /// everybody from here on. sled has them after the next [`State::settle`]; that they were applied is known after a
    /// kill as well ([`State::reached`]). After an error every further call is refused.
    pub fn apply(&self, batch: &[(WorkspaceId, &Changes, Applied)]) -> Result<(), StateError> {
        if self.take(batch)? > MEMTABLE_BYTES_MAX { self.settle() } else { Ok(()) }
    }

    /// The same, whatever waits in memory; how many bytes that is.
    pub(super) fn take(&self, batch: &[(WorkspaceId, &Changes, Applied)]) -> Result<usize, StateError> {
        self.refuse_if_failed()?;
        for (workspace, changes, _) in batch {
            check(*workspace, changes);
        }
        batch.iter().try_for_each(|(workspace, _, applied)| self.note_reached(*workspace, *applied))?;
        let mut memtable = write_locked(&self.memtable);
        for (workspace, changes, applied) in batch {
            memtable.put(*workspace, changes, *applied);
        }
        Ok(memtable.bytes())
    }

    fn note_reached(&self, workspace: WorkspaceId, applied: Applied) -> Result<(), StateError> {
        let noted = self.reached.note(workspace, applied);
        noted.map_err(StateError::file("note how far it is in", &self.folder)).inspect_err(|_| self.stop())
    }

    /// Nothing further is written.
    fn stop(&self) {
        self.failed.store(true, Ordering::Release);
    }

    /// Whether so many rows wait in memory that somebody should call [`State::settle`]; true for one caller only until
    /// that is done.
    pub fn asks_to_settle(&self) -> bool {
        read_locked(&self.memtable).bytes() > SETTLE_BYTES && !self.settling.swap(true, Ordering::AcqRel)
    }

    /// Writes what waits in memory into sled, as fast as it can.
    pub fn settle(&self) -> Result<(), StateError> {
        self.settle_at(Pace::AtOnce).map(drop)
    }

    /// The same beside commands, which it leaves most of the machine.
    pub fn settle_giving_way(&self) -> Result<(), StateError> {
        self.settle_at(Pace::GivingWay).map(drop)
    }

    /// How many steps sled has taken then.
    pub(super) fn settle_at(&self, pace: Pace) -> Result<u64, StateError> {
        let mut ledger = self.take_ledger(pace);
        self.refuse_if_failed()?;
        let sealed = self.timed(|| write_locked(&self.memtable).seal());
        let settled =
            sealed.map_or(Ok(()), |rows| caught("write rows", || self.write(&mut ledger, &rows, pace)));
        self.settling.store(false, Ordering::Release);
        settled.inspect_err(|_| self.stop())?;
        let settled = self.timed(|| write_locked(&self.memtable).settled());
        let writes = ledger.tally.writes;
        drop(ledger);
        self.let_go(settled, pace);
        Ok(writes)
    }

    /// Drops rows that sled has, thousands of them, in stretches.
    fn let_go(&self, settled: Option<Arc<Young>>, pace: Pace) {
        // Nobody else holds them: they are read under the lock alone.
        let Some(young) = settled.and_then(Arc::into_inner) else { return };
        for (place, row) in young.rows.into_iter().enumerate() {
            if place % ROWS_AT_ONCE == 0 {
                self.let_others_first(pace);
            }
            drop(row);
        }
    }

    fn refuse_if_failed(&self) -> Result<(), StateError> {
        if self.failed.load(Ordering::Acquire) { Err(StateError::Stopped) } else { Ok(()) }
    }

    fn write(&self, ledger: &mut Ledger, young: &Young, pace: Pace) -> Result<(), StateError> {
        if young.bytes <= ALONE_BYTES {
            return self.write_all(ledger, young, Redo::NONE, pace);
        }
        let redo = self.timed(|| Redo::write(&self.folder, young, || self.let_others_first(pace)))?;
        self.write_all(ledger, young, redo, pace)?;
        self.forget_redo(ledger)
    }

    /// Writes rows in steps of a few; after a kill in between, what `redo` says is to be written again.
    pub(super) fn write_all(
        &self,
        ledger: &mut Ledger,
        young: &Young,
        redo: Redo,
        pace: Pace,
    ) -> Result<(), StateError> {
        let mut rows = young.rows.iter().peekable();
        let mut began = Instant::now();
        while !self.write_some(ledger, &mut rows, young, redo, pace)? {
            if self.gives_way(pace) {
                pause_after(began.elapsed());
            }
            began = Instant::now();
        }
        Ok(())
    }

    /// Writes the next of the rows of `young`; whether they were the last, with which the positions go.
    pub(super) fn write_some<'a>(
        &self,
        ledger: &mut Ledger,
        rows: &mut Peekable<impl Iterator<Item = Changed<'a>>>,
        young: &Young,
        redo: Redo,
        pace: Pace,
    ) -> Result<bool, StateError> {
        let bytes_max = if redo == Redo::NONE { usize::MAX } else { STEP_BYTES };
        let fates = self.timed(|| weave(self, rows, bytes_max))?;
        self.let_others_first(pace);
        let is_last = rows.peek().is_none();
        if is_last {
            self.timed(|| self.write_step(ledger, &fates, &young.positions, Redo::NONE))?;
        } else {
            self.timed(|| self.write_step(ledger, &fates, &BTreeMap::new(), redo))?;
        }
        Ok(is_last)
    }

    /// Once sled's file has everything that it says.
    pub(super) fn forget_redo(&self, ledger: &mut Ledger) -> Result<(), StateError> {
        self.timed(|| {
            self.empty_buffers(ledger)?;
            Redo::remove(&self.folder)
        })
    }

    fn write_step(
        &self,
        ledger: &mut Ledger,
        fates: &Fates,
        positions: &BTreeMap<WorkspaceId, Applied>,
        redo: Redo,
    ) -> Result<(), StateError> {
        let mut step = Step::default();
        for (end, fate) in fates.iter().filter(|(_, fate)| fate.old != fate.new) {
            let digest = |block: &Option<Arc<Block>>| block.as_ref().map(|block| block.digest());
            let value = fate.new.as_ref().map(|block| block.bytes().clone());
            step.put((end, digest(&fate.old), digest(&fate.new)), value);
        }
        for (workspace, applied) in positions {
            let key = &workspace.as_bytes()[..];
            let old = guard("read a position", || self.db().get(key))?;
            let new = applied.encode();
            step.put((key, old.map(|old| digest(key, &old)), Some(digest(key, &new))), Some(new[..].into()));
        }
        let mut tally = Tally { redo, writes: ledger.tally.writes + 1, ..ledger.tally };
        step.changes().iter().for_each(|(_, old, new)| tally.set.change(*old, *new));
        self.make_room(ledger, step.bytes())?;
        ledger.steps.note(&step, &tally)?;
        guard("write rows", || step.write(self.db(), &tally))?;
        self.lately.follow(fates.iter().map(|(end, fate)| (end.clone(), fate.new.clone())).collect());
        ledger.tally = tally;
        ledger.follow(step.changes());
        Ok(())
    }

    /// Empties sled's buffers where they would hold too much of what is written with so many bytes more.
    fn make_room(&self, ledger: &mut Ledger, bytes: usize) -> Result<(), StateError> {
        if ledger.buffered_bytes + bytes > BUFFERED_BYTES_MAX {
            self.empty_buffers(ledger)?;
        }
        ledger.buffered_bytes += bytes;
        Ok(())
    }

    /// Makes sled's file hold all that was written; a kill takes what is only in sled's buffers.
    fn empty_buffers(&self, ledger: &mut Ledger) -> Result<(), StateError> {
        guard("empty its buffers", || self.db().flush())?;
        ledger.buffered_bytes = 0;
        ledger.steps.forget();
        Ok(())
    }
}

/// Far above what the rules give.
const KEY_BYTES_MAX: usize = 16 * 1024;

/// Panics for what the rules never give.
fn check(workspace: WorkspaceId, changes: &Changes) {
    let empty = Block::empty(workspace);
    for (key, value) in changes {
        let ours =
            key.starts_with(workspace.as_bytes()) && is_of_the_rules(key) && key.len() <= KEY_BYTES_MAX;
        assert!(ours && empty.covers(key), "the key {key:?} is not one of {workspace}");
        let bytes = value.as_ref().map_or(0, Vec::len);
        assert!(bytes <= VALUE_BYTES_MAX, "the value of {key:?} has {bytes} bytes");
    }
}
