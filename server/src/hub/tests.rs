//! Who subscribes first and reads then misses nothing, whenever the ring begins to be kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parloir_protocol::cursor::Epoch;
use parloir_protocol::event::group::Renamed;
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::GroupId;
use parloir_protocol::time::Time;
use parloir_session::{Audience, Mark};

use super::{Content, Entry, Hub, Place, RingLimits};

fn mark(seq: u64) -> Mark {
    Mark { epoch: Epoch(1), seq, hash_prefix: [0; 8] }
}

fn entry(seq: u64, name: &str) -> Arc<Entry> {
    let renamed = Renamed { group_id: GroupId::from_bytes([1; 16]), name: name.to_owned() };
    let fact = Fact::GroupRenamed(renamed);
    let actor = parloir_protocol::entity::Actor::System;
    let event = Box::new(Event { seq, at: Time(0), actor, command_id: None, fact });
    Arc::new(Entry::new(seq, [0; 8], Audience::Workspace, None, Content::Event { event, entered: None }))
}

fn seqs(hub: &Hub, after: u64) -> Option<Vec<u64>> {
    let batch = hub.read(Place::AfterSeq(after))?;
    Some(batch.entries.iter().map(|entry| entry.seq).collect())
}

#[test]
fn what_is_published_after_the_subscription_is_kept_for_the_first_read() {
    let hub = Hub::new(mark(0), RingLimits::default());
    hub.publish(vec![entry(1, "")], 0, mark(1));
    assert_eq!(seqs(&hub, 0), None);
    let head = hub.subscribe();
    let begin = head.borrow().seq;
    hub.publish(vec![entry(2, "")], 0, mark(2));
    hub.publish(vec![entry(3, "")], 0, mark(3));
    assert_eq!((begin, seqs(&hub, begin)), (1, Some(vec![2, 3])));
    drop(head);
    hub.publish(vec![entry(4, "")], 0, mark(4));
    assert_eq!(seqs(&hub, 3), None);
}

#[test]
fn what_is_published_is_found_before_anybody_is_called() {
    let hub = Hub::new(mark(0), RingLimits::default());
    let head = hub.subscribe();
    hub.publish(vec![entry(1, "")], 0, mark(1));
    assert_eq!((hub.head().seq, seqs(&hub, 0)), (1, Some(vec![1])));
    assert!(!head.has_changed().expect("the hub is there"));
    hub.call();
    assert!(head.has_changed().expect("the hub is there"));
}

#[test]
fn what_was_forgotten_is_asked_of_the_log() {
    let hub = Hub::new(mark(0), RingLimits::default());
    let _reads = hub.subscribe();
    hub.publish(vec![entry(1, "")], 0, mark(1));
    hub.forget();
    assert_eq!(seqs(&hub, 0), None);
    assert_eq!(seqs(&hub, 1), Some(vec![]));
}

#[test]
fn a_version_of_signals_of_one_life_is_of_no_use_in_the_next() {
    let (before, after) =
        (Hub::new(mark(0), RingLimits::default()), Hub::new(mark(0), RingLimits::default()));
    assert!(before.signals.reaches(before.signals.version()));
    assert!(!after.signals.reaches(before.signals.version()));
}

#[test]
fn long_texts_count_in_the_ring() {
    let hub = Hub::new(mark(0), RingLimits { bytes_max: 20_000, ..RingLimits::default() });
    let _reads = hub.subscribe();
    (1..=4).for_each(|seq| hub.publish(vec![entry(seq, &"x".repeat(4_000))], 4_000, mark(seq)));
    assert_eq!(seqs(&hub, 0), None);
    assert_eq!(seqs(&hub, 2), Some(vec![3, 4]));
}

/// From its subscription on, what the ring gives has no gap; what it does not give is in the log.
fn follow(hub: &Hub) {
    let head = hub.subscribe();
    let mut seq = head.borrow().seq;
    for _ in 0..50 {
        match hub.read(Place::AfterSeq(seq)) {
            Some(batch) => {
                for entry in batch.entries {
                    seq += 1;
                    assert_eq!(entry.seq, seq, "an event is missing");
                }
                assert_eq!(batch.mark.seq, seq);
            }
            None => seq = hub.head().seq.max(seq),
        }
    }
}

#[test]
fn nothing_is_lost_between_a_subscription_and_the_first_read() {
    let hub = Hub::new(mark(0), RingLimits::default());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (1..=20_000).for_each(|seq| hub.publish(vec![entry(seq, "")], 0, mark(seq)));
            done.store(true, Ordering::Relaxed);
        });
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                follow(&hub);
            }
        });
    });
}
