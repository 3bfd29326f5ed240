//! The newest entries of a workspace, bounded in number and bytes, and none at all while nobody reads. What
//! left the ring is read from the log.

use std::collections::VecDeque;
use std::sync::Arc;

use parloir_session::Mark;

use super::{Entry, Place};

/// How much a ring keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RingLimits {
    pub entries_max: usize,
    /// Of events, their frames and what surrounds them.
    pub bytes_max: usize,
    /// Entries given to a connection at once, and those of the last one's seq.
    pub batch_entries: usize,
}

impl Default for RingLimits {
    fn default() -> Self {
        Self { entries_max: 4_096, bytes_max: 4 << 20, batch_entries: 256 }
    }
}

impl RingLimits {
    /// So small that every connection of a test falls out of the ring.
    pub fn tiny() -> Self {
        Self { entries_max: 4, bytes_max: 1 << 20, batch_entries: 2 }
    }
}

/// What a connection reads in one go.
#[derive(Debug, Clone)]
pub struct Batch {
    pub entries: Vec<Arc<Entry>>,
    /// Everything up to here is in it or before it.
    pub mark: Mark,
    /// Where to read on.
    pub next: Place,
}

#[derive(Debug)]
pub struct Ring {
    limits: RingLimits,
    entries: VecDeque<(Arc<Entry>, usize)>,
    /// How many entries have left the ring since the start.
    gone: u64,
    bytes: usize,
    /// Every event after this seq is here.
    floor: u64,
    head: Mark,
}

impl Ring {
    pub fn new(head: Mark, limits: RingLimits) -> Self {
        Self { limits, entries: VecDeque::new(), gone: 0, bytes: 0, floor: head.seq, head }
    }

    /// Appends a record's entries, each with its weight.
    pub fn push(&mut self, entries: Vec<(Arc<Entry>, usize)>, head: Mark) {
        self.head = head;
        self.bytes += entries.iter().map(|(_, weight)| weight).sum::<usize>();
        self.entries.extend(entries);
        while self.entries.len() > self.limits.entries_max || self.bytes > self.limits.bytes_max {
            self.drop_oldest();
        }
    }

    /// A record with so many entries, which nobody will read here since nobody reads at all.
    pub fn pass(&mut self, entries: usize, head: Mark) {
        self.head = head;
        self.gone += entries as u64;
        self.clear();
    }

    /// Forgets every entry; who reads on reads from the log.
    pub fn clear(&mut self) {
        self.gone += self.entries.len() as u64;
        self.entries.clear();
        self.bytes = 0;
        self.floor = self.head.seq;
    }

    /// The position of the event with this seq.
    pub fn mark_at(&self, seq: u64) -> Option<Mark> {
        let place = self.entries.partition_point(|(entry, _)| entry.seq < seq);
        let (entry, _) = self.entries.get(place).filter(|(entry, _)| entry.seq == seq)?;
        Some(Mark { epoch: self.head.epoch, seq, hash_prefix: entry.hash_prefix })
    }

    /// What comes after a place, or nothing when that has left the ring.
    pub fn read(&self, place: Place) -> Option<Batch> {
        let start = match place {
            Place::AtEntry(number) => usize::try_from(number.checked_sub(self.gone)?).ok()?,
            Place::AfterSeq(seq) if seq < self.floor => return None,
            Place::AfterSeq(seq) => self.entries.partition_point(|(entry, _)| entry.seq <= seq),
        };
        let end = self.end_of_seq(start, start.saturating_add(self.limits.batch_entries));
        let taken = self.entries.range(start.min(end)..end);
        let entries = taken.map(|(entry, _)| Arc::clone(entry)).collect();
        let mark = self.mark_before(end);
        Some(Batch { entries, mark, next: Place::AtEntry(self.gone + end as u64) })
    }

    /// The first place from `end` on that does not part entries of one seq: counters belong to the event before
    /// them, and who has come to the newest seq is not called again for what else there is at it.
    fn end_of_seq(&self, start: usize, end: usize) -> usize {
        let mut end = end.min(self.entries.len());
        let seq = |place: usize| self.entries.get(place).map(|(entry, _)| entry.seq);
        while end > start && end < self.entries.len() && seq(end) == seq(end - 1) {
            end += 1;
        }
        end
    }

    /// The last position that is complete once every entry before `end` was written.
    fn mark_before(&self, end: usize) -> Mark {
        match (end.checked_sub(1).and_then(|last| self.entries.get(last)), self.entries.get(end)) {
            (Some((last, _)), Some(_)) => {
                Mark { epoch: self.head.epoch, seq: last.seq, hash_prefix: last.hash_prefix }
            }
            (_, None) | (None, Some(_)) => self.head,
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((entry, weight)) = self.entries.pop_front() {
            self.gone += 1;
            self.bytes -= weight;
            self.floor = self.floor.max(entry.seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::Content;
    use parloir_protocol::cursor::Epoch;
    use parloir_session::Audience;

    fn mark(seq: u64) -> Mark {
        Mark { epoch: Epoch(1), seq, hash_prefix: [0; 8] }
    }

    fn silent(seq: u64) -> (Arc<Entry>, usize) {
        (Arc::new(Entry::new(seq, [seq as u8; 8], Audience::Workspace, None, Content::Silent)), 1)
    }

    fn seqs(batch: &Batch) -> Vec<u64> {
        batch.entries.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn a_place_survives_until_its_entries_leave() {
        let mut ring = Ring::new(mark(0), RingLimits::tiny());
        for seq in 1..=3 {
            ring.push(vec![silent(seq)], mark(seq));
        }
        let first = ring.read(Place::AfterSeq(0)).expect("all are here");
        assert_eq!((seqs(&first), first.mark.seq), (vec![1, 2], 2));
        let second = ring.read(first.next).expect("the rest is here");
        assert_eq!((seqs(&second), second.mark.seq), (vec![3], 3));
        ring.push((4..=8).map(silent).collect(), mark(8));
        assert!(ring.read(first.next).is_none());
        assert!(ring.read(Place::AfterSeq(3)).is_none());
        assert_eq!(seqs(&ring.read(Place::AfterSeq(4)).expect("still here")), [5, 6]);
    }

    #[test]
    fn a_seq_is_found_as_long_as_its_entry_is_here() {
        let mut ring = Ring::new(mark(0), RingLimits::tiny());
        ring.push([1, 2, 2, 4].map(silent).into(), mark(5));
        let found =
            |ring: &Ring| [1, 2, 3, 4, 5].map(|seq| ring.mark_at(seq).map(|mark| mark.hash_prefix[0]));
        assert_eq!(found(&ring), [Some(1), Some(2), None, Some(4), None]);
        ring.push(vec![silent(6)], mark(6));
        assert_eq!(found(&ring), [None, Some(2), None, Some(4), None]);
    }

    #[test]
    fn a_ring_that_nobody_reads_keeps_nothing() {
        let mut ring = Ring::new(mark(0), RingLimits::tiny());
        ring.push(vec![silent(1)], mark(1));
        let place = ring.read(Place::AfterSeq(1)).expect("at the end").next;
        ring.pass(1, mark(2));
        assert!(ring.read(place).is_none());
        assert!(ring.read(Place::AfterSeq(0)).is_none());
        assert!(ring.read(Place::AfterSeq(1)).is_none());
        let at_head = ring.read(Place::AfterSeq(2)).expect("the head needs no entry");
        assert_eq!((seqs(&at_head), at_head.mark.seq), (vec![], 2));
    }

    #[test]
    fn entries_of_one_seq_are_read_together() {
        let mut ring = Ring::new(mark(0), RingLimits::tiny());
        ring.push(vec![silent(1), silent(2), silent(2), silent(2)], mark(2));
        let batch = ring.read(Place::AfterSeq(0)).expect("all are here");
        assert_eq!((seqs(&batch), batch.mark.seq), (vec![1, 2, 2, 2], 2));
    }

    #[test]
    fn heavy_entries_leave_before_there_are_many() {
        let limits = RingLimits { bytes_max: 10, ..RingLimits::tiny() };
        let mut ring = Ring::new(mark(0), limits);
        ring.push((1..=3).map(|seq| (silent(seq).0, 4)).collect(), mark(3));
        assert!(ring.read(Place::AfterSeq(0)).is_none());
        assert_eq!(seqs(&ring.read(Place::AfterSeq(1)).expect("two fit")), [2, 3]);
        ring.push(vec![(silent(4).0, 11)], mark(4));
        assert!(ring.read(Place::AfterSeq(3)).is_none());
        assert_eq!(seqs(&ring.read(Place::AfterSeq(4)).expect("the head needs no entry")), [0; 0]);
    }

    #[test]
    fn events_for_nobody_move_the_mark_too() {
        let mut ring = Ring::new(mark(0), RingLimits::tiny());
        ring.push(vec![silent(1)], mark(5));
        let batch = ring.read(Place::AfterSeq(0)).expect("here");
        assert_eq!((seqs(&batch), batch.mark.seq), (vec![1], 5));
    }
}
