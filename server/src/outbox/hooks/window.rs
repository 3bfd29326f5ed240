//! What a webhook holds between the log and its receiver: which events wait, which are on their way, which may go
//! now, and how far it is. It reads nothing, calls nobody and knows no clock.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use parloir_protocol::time::Time;
use tokio::time::Instant;

/// Events that wait for each other: those of one conversation, or all that are of none.
pub(super) type Lane = Option<String>;

/// One event on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) seq: u64,
    pub(super) epoch: u64,
    /// The event's name.
    pub(super) name: &'static str,
    pub(super) lane: Lane,
    pub(super) body: Bytes,
}

#[derive(Debug)]
struct Held {
    parcel: Parcel,
    /// Tries that failed.
    tries: u32,
    failing_since: Option<Time>,
    stand: Stand,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Waits { until: Option<Instant> },
    Called,
}

/// What is held beyond the oldest event that was not taken.
#[derive(Debug)]
pub(super) struct Window {
    /// By seq; nothing in place of one that was taken while an older one was not.
    held: BTreeMap<u64, Option<Held>>,
    lanes: BTreeMap<Lane, VecDeque<u64>>,
    bytes: usize,
    /// Everything up to here was read.
    read: u64,
    held_max: usize,
    bytes_max: usize,
    /// Since when the first event to come was failing before a restart.
    inherited: Option<Time>,
}

impl Window {
    pub(super) fn new(position: u64, inherited: Option<Time>, held_max: usize, bytes_max: usize) -> Self {
        let (held, lanes) = (BTreeMap::new(), BTreeMap::new());
        Self { held, lanes, bytes: 0, read: position, held_max, bytes_max, inherited }
    }

    pub(super) fn has_room(&self) -> bool {
        self.held.len() < self.held_max && self.bytes < self.bytes_max
    }

    /// Everything up to here was read.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// Everything up to `seq` was read, and this is to be sent of it.
    pub(super) fn push(&mut self, parcel: Parcel) {
        self.passed(parcel.seq);
        self.bytes += parcel.body.len();
        self.lanes.entry(parcel.lane.clone()).or_default().push_back(parcel.seq);
        let failing_since = self.inherited.take();
        let stand = Stand::Waits { until: None };
        self.held.insert(parcel.seq, Some(Held { parcel, tries: 0, failing_since, stand }));
    }

    /// Everything up to `seq` was read.
    pub(super) fn passed(&mut self, seq: u64) {
        self.read = self.read.max(seq);
    }

    /// The receiver has taken everything up to here.
    pub(super) fn position(&self) -> u64 {
        self.held.keys().next().map_or(self.read, |oldest| oldest - 1)
    }

    /// Since when an event is not taken.
    pub(super) fn failing_since(&self) -> Option<Time> {
        self.held.values().flatten().filter_map(|held| held.failing_since).min()
    }

    /// Takes out one that may go now, oldest first: the first of its lane, whose pause is over.
    pub(super) fn next(&mut self, now: Instant) -> Option<Parcel> {
        let firsts = self.lanes.values().filter_map(|lane| lane.front().copied());
        let may_go = |seq: &u64| match self.held.get(seq) {
            Some(Some(Held { stand: Stand::Waits { until }, .. })) => until.is_none_or(|until| until <= now),
            Some(Some(Held { stand: Stand::Called, .. }) | None) | None => false,
        };
        let seq = firsts.filter(may_go).min()?;
        let held = self.held.get_mut(&seq)?.as_mut()?;
        held.stand = Stand::Called;
        Some(held.parcel.clone())
    }

    /// When the next pause is over.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        let firsts = self.lanes.values().filter_map(|lane| lane.front());
        let pauses = firsts.filter_map(|seq| match self.held.get(seq)?.as_ref()?.stand {
            Stand::Waits { until } => until,
            Stand::Called => None,
        });
        pauses.min()
    }

    /// The receiver took it: the next one of its lane may go.
    pub(super) fn taken(&mut self, seq: u64) {
        let Some(held) = self.held.get_mut(&seq).and_then(Option::take) else { return };
        self.bytes -= held.parcel.body.len();
        if let Some(lane) = self.lanes.get_mut(&held.parcel.lane) {
            lane.pop_front();
            if lane.is_empty() {
                self.lanes.remove(&held.parcel.lane);
            }
        }
        while self.held.first_key_value().is_some_and(|(_, held)| held.is_none()) {
            self.held.pop_first();
        }
    }

    /// How often it was tried, this time included, and since when in vain.
    pub(super) fn failed(&mut self, seq: u64, at: Time) -> (u32, Time) {
        let Some(Some(held)) = self.held.get_mut(&seq) else { return (1, at) };
        held.tries = held.tries.saturating_add(1);
        (held.tries, *held.failing_since.get_or_insert(at))
    }

    /// Tries that failed before this one.
    pub(super) fn tries(&self, seq: u64) -> u32 {
        self.held.get(&seq).and_then(Option::as_ref).map_or(0, |held| held.tries)
    }

    /// It is sent again from then on.
    pub(super) fn put_off(&mut self, seq: u64, until: Instant) {
        if let Some(Some(held)) = self.held.get_mut(&seq) {
            held.stand = Stand::Waits { until: Some(until) };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn parcel(seq: u64, lane: &str) -> Parcel {
        let lane = (!lane.is_empty()).then(|| lane.to_owned());
        Parcel { seq, epoch: 7, name: "message.received", lane, body: Bytes::from(vec![0; 10]) }
    }

    fn window(parcels: &[(u64, &str)]) -> Window {
        let mut window = Window::new(0, None, 4, 1_000);
        parcels.iter().for_each(|(seq, lane)| window.push(parcel(*seq, lane)));
        window
    }

    fn next(window: &mut Window, now: Instant) -> Option<u64> {
        window.next(now).map(|parcel| parcel.seq)
    }

    #[test]
    fn a_conversation_waits_for_itself_and_for_nobody_else() {
        let now = Instant::now();
        let mut window = window(&[(1, "a"), (2, "a"), (3, "b"), (5, "")]);
        assert_eq!([next(&mut window, now), next(&mut window, now)], [Some(1), Some(3)]);
        assert_eq!([next(&mut window, now), next(&mut window, now)], [Some(5), None]);
        window.put_off(1, now + Duration::from_secs(1));
        window.taken(3);
        assert_eq!(next(&mut window, now), None, "2 waits for 1, which waits for its time");
        assert_eq!(window.next_wake(), Some(now + Duration::from_secs(1)));
        assert_eq!(next(&mut window, now + Duration::from_secs(1)), Some(1));
        window.taken(1);
        assert_eq!(next(&mut window, now), Some(2));
    }

    #[test]
    fn the_place_is_before_the_oldest_that_was_not_taken() {
        let mut window = window(&[(2, "a"), (3, "b"), (6, "c")]);
        window.passed(9);
        assert_eq!(window.position(), 1);
        window.taken(3);
        assert_eq!(window.position(), 1);
        window.taken(2);
        assert_eq!(window.position(), 5);
        window.taken(6);
        assert_eq!(window.position(), 9);
    }

    #[test]
    fn what_was_taken_beyond_the_oldest_takes_room_too() {
        let mut window = window(&[(1, "a"), (2, "b"), (3, "c")]);
        window.taken(2);
        window.taken(3);
        assert!(window.has_room());
        window.push(parcel(4, "d"));
        assert!(!window.has_room(), "four are held or remembered");
        window.taken(1);
        assert!(window.has_room());
        let mut wide = Window::new(0, None, 100, 15);
        wide.push(parcel(1, "a"));
        assert!(wide.has_room());
        wide.push(parcel(2, "b"));
        assert!(!wide.has_room(), "20 bytes are more than 15");
    }

    #[test]
    fn what_failed_before_a_restart_is_failing_since_then() {
        let mut window = Window::new(0, Some(Time(5)), 4, 1_000);
        window.push(parcel(1, "a"));
        window.push(parcel(2, "b"));
        assert_eq!(window.failing_since(), Some(Time(5)));
        assert_eq!(window.failed(1, Time(9)), (1, Time(5)));
        assert_eq!(window.failed(2, Time(9)), (1, Time(9)));
        window.taken(1);
        assert_eq!(window.failing_since(), Some(Time(9)));
    }
}
