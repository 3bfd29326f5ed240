//! Every bound of the segment log, by name.

use std::time::Duration;

/// How much the segment log writes, keeps waiting and leaves free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentLimits {
    /// A segment is closed before a batch would take it beyond this. One segment is held in memory
    /// while it is scanned or rewritten.
    pub segment_bytes: u64,
    /// No more records are gathered into a batch that holds this much.
    pub batch_bytes: usize,
    /// Records that wait for the committer, in KiB, each rounded up.
    pub waiting_kib: u32,
    /// Room that is made at most at a time behind the newest batch: zeros, into which later ones are written.
    pub room_bytes: u64,
    /// Free space that is never written into, so that the rest of the machine lives on.
    pub reserve_bytes: u64,
    /// Distance between two places that the index remembers of one workspace in one segment.
    pub mark_bytes: u64,
    /// A batch that takes longer to write shows a slow disk, for which nobody waits but the log's own thread.
    pub quick: Duration,
}

impl Default for SegmentLimits {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            batch_bytes: 4 << 20,
            waiting_kib: 16 << 10,
            room_bytes: 256 << 10,
            reserve_bytes: 1 << 30,
            mark_bytes: 64 << 10,
            quick: Duration::from_micros(500),
        }
    }
}

impl SegmentLimits {
    /// Room to make behind a batch that ends here, after so many bytes in this life, with so many left above the reserve:
    /// whoever writes little needs little, and the last of a disk is for what is written.
    pub(super) fn room(&self, end: u64, written: u64, left: u64) -> u64 {
        if left <= self.room_bytes {
            return 0;
        }
        let room = written.clamp(self.room_bytes / 4, self.room_bytes);
        room.min(self.segment_bytes.saturating_sub(end))
    }

    /// Small enough that a test meets every bound.
    pub fn tiny() -> Self {
        Self {
            segment_bytes: 16 << 10,
            batch_bytes: 4 << 10,
            waiting_kib: 16,
            room_bytes: 2 << 10,
            reserve_bytes: 0,
            mark_bytes: 1 << 10,
            quick: Duration::from_secs(10),
        }
    }
}
