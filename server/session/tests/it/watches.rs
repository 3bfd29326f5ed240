//! Watches: a bounded number of them, one reply each, and changes only while they are open.

use std::collections::BTreeMap;

use parloir_protocol::limits::Limits;
use parloir_session::Watched;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::peer::{Peer, limits, query, unwatch, watch};

/// Room for more watches than may be open.
fn roomy() -> Limits {
    Limits { in_flight_max: 5, ..limits() }
}

#[test]
fn a_watch_is_answered_and_then_told_what_changed() {
    let mut peer = Peer::live(limits());
    peer.says(&watch(1));
    peer.watched(1);
    peer.changed(1);
    peer.changed(1);
    assert_eq!(peer.words(), ["watch 1", "list 1", "change 1", "change 1"]);
}

#[test]
fn nothing_changes_before_the_reply_and_after_the_end() {
    let mut peer = Peer::live(limits());
    peer.says(&watch(1));
    peer.changed(1);
    peer.watched(1);
    peer.says(&unwatch(1));
    peer.changed(1);
    peer.changed(2);
    assert_eq!(peer.words(), ["watch 1", "list 1", "unwatch 1"]);
}

#[test]
fn a_watch_that_ends_early_still_gets_its_reply() {
    let mut peer = Peer::live(limits());
    peer.says(&watch(1));
    peer.says(&unwatch(1));
    peer.says(&watch(1));
    assert_eq!(peer.words(), ["watch 1", "unwatch 1", "invalid_params to 1"]);
    peer.watched(1);
    peer.changed(1);
    peer.says(&watch(1));
    assert_eq!(peer.words(), ["list 1", "watch 1"]);
}

#[test]
fn who_ends_what_is_not_open_is_not_answered() {
    let mut peer = Peer::live(limits());
    peer.says(&unwatch(1));
    peer.says(&watch(1));
    peer.watched(1);
    peer.says(&unwatch(1));
    peer.says(&unwatch(1));
    assert_eq!(peer.words(), ["watch 1", "list 1", "unwatch 1"]);
}

#[test]
fn a_refused_watch_is_none() {
    let mut peer = Peer::live(limits());
    peer.says(&watch(1));
    peer.session.handle_watched(1, Watched::Refused, b"refusal".to_vec());
    peer.changed(1);
    peer.says(&watch(1));
    assert_eq!(peer.words(), ["watch 1", "refusal", "watch 1"]);
}

#[test]
fn an_id_stands_for_one_watch_of_a_first_page() {
    let mut peer = Peer::live(limits());
    peer.says(&watch(1));
    peer.says(&watch(1));
    peer.says(&watch(2).replace(r#""hel""#, r#""hel","after":"abc""#));
    assert_eq!(peer.words(), ["watch 1", "invalid_params to 1", "invalid_params to 2"]);
}

#[test]
fn more_than_a_few_watches_are_too_many() {
    let mut peer = Peer::live(roomy());
    (1..=3).for_each(|id| peer.says(&watch(id)));
    assert_eq!(peer.words(), ["watch 1", "watch 2", "too_many to 3"]);
    peer.watched(1);
    peer.says(&watch(3));
    peer.says(&unwatch(1));
    peer.says(&watch(3));
    assert_eq!(peer.words(), ["list 1", "too_many to 3", "unwatch 1", "watch 3"]);
}

#[test]
fn a_watch_without_its_reply_is_in_flight() {
    let mut peer = Peer::live(limits());
    peer.says(&watch(1));
    peer.says(&watch(2));
    peer.says(&query(3));
    peer.says(&unwatch(1));
    peer.says(&watch(4));
    assert_eq!(peer.words(), ["watch 1", "watch 2", "busy to 3", "unwatch 1", "busy to 4"]);
    peer.watched(1);
    peer.says(&query(5));
    assert_eq!(peer.words(), ["list 1", "query 5"]);
}

/// What may happen to the watches of a connection.
#[derive(Debug, Clone, Copy)]
enum Step {
    Watch(u64),
    Unwatch(u64),
    Answered(u64),
    Refused(u64),
    Changed(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let id = 0_u64..5;
    prop_oneof![
        3 => id.clone().prop_map(Step::Watch),
        1 => id.clone().prop_map(Step::Unwatch),
        2 => id.clone().prop_map(Step::Answered),
        1 => id.clone().prop_map(Step::Refused),
        2 => id.prop_map(Step::Changed),
    ]
}

/// What a client knows of its watches: whether each was answered, and whether it was ended before.
#[derive(Default)]
struct Client {
    due: BTreeMap<u64, bool>,
    open: Vec<u64>,
}

impl Client {
    fn expects(&mut self, step: Step) -> Option<String> {
        let limits = roomy();
        let kept = self.open.len() + self.due.values().filter(|left| !**left).count();
        match step {
            Step::Watch(id) if self.due.len() >= limits.in_flight_max => Some(format!("busy to {id}")),
            Step::Watch(id) if self.due.contains_key(&id) || self.open.contains(&id) => {
                Some(format!("invalid_params to {id}"))
            }
            Step::Watch(id) if kept >= limits.watches_max => Some(format!("too_many to {id}")),
            Step::Watch(id) => {
                self.due.insert(id, false);
                Some(format!("watch {id}"))
            }
            Step::Unwatch(id) => {
                let asked = self.due.get_mut(&id).is_some_and(|left| !std::mem::replace(left, true));
                let was_open = self.open.contains(&id);
                self.open.retain(|open| *open != id);
                (asked || was_open).then(|| format!("unwatch {id}"))
            }
            Step::Answered(id) => {
                let left = self.due.remove(&id)?;
                self.open.extend((!left).then_some(id));
                Some(format!("list {id}"))
            }
            Step::Refused(id) => self.due.remove(&id).map(|_| format!("refusal {id}")),
            Step::Changed(id) => self.open.contains(&id).then(|| format!("change {id}")),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_watch_is_answered_once_and_changes_only_while_it_is_open(steps in vec(step(), 1..60)) {
        let (mut peer, mut client) = (Peer::live(roomy()), Client::default());
        for step in steps {
            match step {
                Step::Watch(id) => peer.says(&watch(id)),
                Step::Unwatch(id) => peer.says(&unwatch(id)),
                Step::Answered(id) => peer.watched(id),
                Step::Refused(id) => {
                    peer.session.handle_watched(id, Watched::Refused, format!("refusal {id}").into_bytes());
                }
                Step::Changed(id) => peer.changed(id),
            }
            let expected: Vec<String> = client.expects(step).into_iter().collect();
            prop_assert_eq!(peer.words(), expected, "{:?}", step);
        }
    }
}
