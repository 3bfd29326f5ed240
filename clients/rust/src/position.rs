//! A client's place in the log: the newest seq it folded and the cursor it resumes with. It decides which
//! events are repeated; it never talks to anybody.

use parloir_protocol::cursor::Cursor;

/// Where a client stands, over all its connections.
#[derive(Debug, Default)]
pub(crate) struct Position {
    seq: u64,
    cursor: Option<Cursor>,
    /// From `welcome`: of use once everything up to it was folded.
    offered: Option<Cursor>,
    /// Whether a snapshot was folded to its end.
    whole: bool,
}

impl Position {
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        self.cursor
    }

    /// Nothing of what was is known any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// A snapshot begins that leads to `cursor`.
    pub(crate) fn offer(&mut self, cursor: Cursor) {
        *self = Self { offered: Some(cursor), ..Self::default() };
    }

    /// The snapshot is whole.
    pub(crate) fn snapshot(&mut self, seq: u64) {
        self.seq = seq;
        self.whole = true;
        self.take_offer();
    }

    /// Whether an event with this seq is new.
    pub(crate) fn advance(&mut self, seq: u64) -> bool {
        let new = seq > self.seq;
        if new {
            self.seq = seq;
            self.take_offer();
        }
        new
    }

    /// Everything visible up to `cursor` was sent.
    pub(crate) fn reached(&mut self, cursor: Cursor) {
        if self.whole {
            self.seq = self.seq.max(cursor.seq);
            self.cursor = Some(cursor);
            self.offered = None;
        }
    }

    fn take_offer(&mut self) {
        if self.offered.is_some_and(|cursor| cursor.seq <= self.seq) {
            self.cursor = self.offered.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_protocol::cursor::Epoch;
    use parloir_protocol::ids::AgentId;

    fn cursor(seq: u64) -> Cursor {
        Cursor {
            epoch: Epoch(1),
            seq,
            hash_prefix: [0; 8],
            agent: AgentId::from_bytes([0; 16]),
            signals: None,
        }
    }

    #[test]
    fn a_cursor_counts_only_once_everything_before_it_was_folded() {
        let mut position = Position::default();
        position.offer(cursor(7));
        assert_eq!(position.cursor(), None);
        position.snapshot(5);
        assert_eq!(position.cursor(), None);
        assert!(position.advance(6));
        assert_eq!(position.cursor(), None);
        assert!(position.advance(7));
        assert_eq!(position.cursor(), Some(cursor(7)));
    }

    #[test]
    fn half_a_snapshot_is_no_place_to_resume_from() {
        let mut position = Position::default();
        position.offer(cursor(7));
        position.reached(cursor(9));
        assert_eq!(position.cursor(), None);
    }

    #[test]
    fn a_repeated_event_is_noticed() {
        let mut position = Position::default();
        position.snapshot(1);
        position.reached(cursor(3));
        assert!(!position.advance(3));
        assert!(position.advance(5));
        assert!(!position.advance(4));
    }
}
