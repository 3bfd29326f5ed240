//! How fast rows that wait in memory are written into sled. One long stretch of that work beside commands is what the
//! slowest of them would wait for, so whoever writes beside them pauses until there is a reason to hurry, and offers
//! its core until somebody waits who is in a hurry.

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::State;
use super::ledger::Ledger;
use super::settle::SETTLE_BYTES;

use crate::locks::{locked, read_locked};

/// How much longer than a step the pause after it is: two thirds of a core are then for others.
const PAUSE_TIMES: u32 = 2;
/// The longest pause: what took long waited for the disk or for others, who have had the machine meanwhile.
const PAUSE_MAX: Duration = Duration::from_millis(20);

/// How fast rows are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    AtOnce,
    /// With offers as long as nobody in a hurry waits, and with pauses as long as, besides, no more gathers than one
    /// begins with.
    GivingWay,
}

/// Leaves the machine to others, after a step that took so long.
pub(super) fn pause_after(step: Duration) {
    thread::sleep((step * PAUSE_TIMES).min(PAUSE_MAX));
}

impl State {
    /// Takes the ledger. Whoever writes meanwhile hurries for who is in a hurry, and for nobody else. Who gives way may
    /// wait for long while nothing hangs, which is seen of who writes.
    pub(super) fn take_ledger(&self, pace: Pace) -> MutexGuard<'_, Ledger> {
        match pace {
            Pace::GivingWay => locked(&self.ledger),
            Pace::AtOnce => self.timed(|| {
                self.waiting.fetch_add(1, Ordering::AcqRel);
                let ledger = locked(&self.ledger);
                self.waiting.fetch_sub(1, Ordering::AcqRel);
                ledger
            }),
        }
    }

    /// Offers this core to whoever waits for it, unless somebody in a hurry waits, or this state is to go: a kernel
    /// may let a thread go on for milliseconds while the one that is to make a record durable waits behind it.
    pub(super) fn let_others_first(&self, pace: Pace) {
        if self.offers(pace) {
            thread::yield_now();
        }
    }

    /// Whether whoever writes offers its core.
    pub(super) fn offers(&self, pace: Pace) -> bool {
        let is_awaited = self.waiting.load(Ordering::Acquire) > 0 || self.condemned.load(Ordering::Acquire);
        pace == Pace::GivingWay && !is_awaited
    }

    /// Whether whoever writes pauses as well.
    pub(super) fn gives_way(&self, pace: Pace) -> bool {
        self.offers(pace) && read_locked(&self.memtable).bytes() <= SETTLE_BYTES
    }
}
