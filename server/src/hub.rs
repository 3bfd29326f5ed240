//! One workspace's events on their way to its connections: a ring of the newest, each encoded once, by who reads it
//! first; the newest signals, and snapshots of a moment ago. A connection holds a place in the ring and nothing else;
//! nobody is ever sent anything from here, everyone comes and reads.

use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

pub use entry::{Content, Entry, Notice};
pub use ring::{Batch, Ring, RingLimits};
pub use signals::{SignalKey, Signals};
pub use snapshots::{Encoded, Snapshots, Wanted};

use parloir_session::Mark;

mod entry;
mod frame;
mod recent;
mod ring;
mod signals;
mod snapshots;
#[cfg(test)]
mod tests;

pub use frame::framed;

use crate::locks::{read_locked, write_locked};

/// The hub of one workspace.
pub struct Hub {
    ring: std::sync::RwLock<Ring>,
    head: watch::Sender<Mark>,
    pub signals: Signals,
    pub snapshots: Snapshots,
}

impl Hub {
    /// A hub whose next event comes after `head`.
    pub fn new(head: Mark, limits: RingLimits) -> Self {
        Self {
            ring: std::sync::RwLock::new(Ring::new(head, limits)),
            head: watch::Sender::new(head),
            signals: Signals::after(Uuid::new_v4().as_u64_pair().1 >> 1),
            snapshots: Snapshots::default(),
        }
    }

    /// Takes a record of so many bytes that is on stable storage: its entries in order, and where it ends. Whoever reads
    /// finds it; nobody is called.
    pub fn publish(&self, entries: Vec<Arc<Entry>>, record_bytes: usize, head: Mark) {
        // Who subscribes from here on stands at the old head, finds nothing of this record and asks the log.
        let count = entries.len();
        let own_bytes = record_bytes / count.max(1);
        let weigh = |entry: Arc<Entry>| (Arc::clone(&entry), entry.weigh(own_bytes));
        let weighed = (self.connections() > 0).then(|| entries.into_iter().map(weigh).collect());
        let mut ring = self.write();
        match weighed {
            Some(weighed) => ring.push(weighed, head),
            None => ring.pass(count, head),
        }
        // Together: whoever finds his place gone from the ring may read the log up to the head.
        self.head.send_if_modified(|newest| {
            *newest = head;
            false
        });
        drop(ring);
    }

    /// Calls whoever waits for events and is no connection, to what was published.
    pub fn call(&self) {
        self.head.send_modify(|_| {});
    }

    /// The newest position, and word of each later one.
    pub fn subscribe(&self) -> watch::Receiver<Mark> {
        self.head.subscribe()
    }

    /// The newest position.
    pub fn head(&self) -> Mark {
        *self.head.borrow()
    }

    /// How many connections read here.
    pub fn connections(&self) -> usize {
        self.head.receiver_count()
    }

    /// The position of the event with this seq, as far as it is still here.
    pub fn mark_at(&self, seq: u64) -> Option<Mark> {
        read_locked(&self.ring).mark_at(seq)
    }

    /// What comes after `after`, as far as it is still here; nothing when it has to be read from the log.
    pub fn read(&self, after: Place) -> Option<Batch> {
        read_locked(&self.ring).read(after)
    }

    /// Forgets the events and snapshots, whose bytes may name somebody who was erased.
    pub fn forget(&self) {
        self.write().clear();
        self.snapshots.clear();
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Ring> {
        write_locked(&self.ring)
    }
}

/// Where a connection reads on: after the events up to a seq, or at an entry of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    AfterSeq(u64),
    AtEntry(u64),
}
