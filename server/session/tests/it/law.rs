//! What holds for every interleaving of frames, heads, writes, answers and time, told by a reference that
//! only counts.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::peer::{BEGIN, Peer, answer, limits, query};

/// What may happen to a live connection.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A query comes.
    Asked,
    /// One of the unanswered queries is answered, its answer waiting for a seq this far after the head.
    Answered { which: usize, ahead: u64 },
    /// The log grew.
    Head(u64),
    /// The driver wrote this much of what it was asked for.
    Written(u64),
    /// The time moved, and the client gave a sign of life.
    Later(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Asked),
        3 => (any::<usize>(), 0_u64..4).prop_map(|(which, ahead)| Step::Answered { which, ahead }),
        3 => (1_u64..4).prop_map(Step::Head),
        4 => (1_u64..6).prop_map(Step::Written),
        2 => (1_u64..15_000).prop_map(Step::Later),
    ]
}

/// What a connection owes, seen from outside.
struct Reference {
    head: u64,
    sent: u64,
    /// Events were asked for after this seq and not written yet.
    asked: Option<u64>,
    next_id: u64,
    unanswered: Vec<u64>,
    /// Answers on their way: the seq that each waits for, and the query.
    waiting: BTreeSet<(u64, u64)>,
    answered: BTreeSet<u64>,
    checkpoint: u64,
    checkpoint_at: Option<u64>,
}

impl Reference {
    fn new() -> Self {
        Self {
            head: BEGIN,
            sent: BEGIN,
            asked: None,
            next_id: 0,
            unanswered: Vec::new(),
            waiting: BTreeSet::new(),
            answered: BTreeSet::new(),
            checkpoint: BEGIN,
            checkpoint_at: None,
        }
    }

    fn play(&mut self, peer: &mut Peer, step: Step) {
        match step {
            Step::Asked => {
                self.next_id += 1;
                peer.says(&query(self.next_id));
            }
            Step::Answered { which, ahead } => {
                if self.unanswered.is_empty() {
                    return;
                }
                let id = self.unanswered.remove(which % self.unanswered.len());
                self.waiting.insert((self.head + ahead, id));
                peer.session.handle_reply(answer(self.head + ahead, &format!("answer {id}")));
            }
            Step::Head(more) => {
                self.head += more;
                peer.session.handle_head(self.head);
            }
            Step::Written(events) => {
                let Some(after) = self.asked.take() else { return };
                self.sent = self.head.min(after + events);
                peer.sent(self.sent);
            }
            Step::Later(millis) => {
                peer.says(r#"{"type":"pong"}"#);
                peer.at(peer.now.0 + millis);
            }
        }
    }

    /// Every word must be one that was due.
    fn hear(&mut self, word: &str, now: u64) {
        let (verb, number) = word.rsplit_once(' ').expect("a word and its number");
        let number: u64 = number.parse().expect("a number");
        match verb {
            "query" => self.unanswered.push(number),
            "busy to" => {
                assert_eq!(self.unanswered.len() + self.waiting.len(), limits().in_flight_max, "{word}");
                assert!(self.answered.insert(number));
            }
            "answer" => {
                let due = self.waiting.iter().find(|(_, id)| *id == number).copied().expect("once");
                assert!(due.0 <= self.sent, "{word} before {}", due.0);
                assert!(self.waiting.remove(&due) && self.answered.insert(number));
            }
            "events after" => {
                assert_eq!((number, self.asked.replace(number)), (self.sent, None), "one at a time");
                assert!(self.head > self.sent);
            }
            "checkpoint" => {
                assert!(number > self.checkpoint && number == self.sent, "{word}");
                assert!(self.checkpoint_at.is_none_or(|last| now >= last + limits().checkpoint_ms));
                (self.checkpoint, self.checkpoint_at) = (number, Some(now));
            }
            "ping" => assert_eq!(number, self.sent),
            other => panic!("nobody is owed '{other}'"),
        }
    }

    /// Nothing that could be said is kept back.
    fn settle(&self) {
        assert!(self.waiting.iter().all(|(after, _)| *after > self.sent), "an answer is kept back");
        assert!(self.asked.is_some() || self.sent == self.head, "events are not asked for");
        assert!(self.unanswered.len() + self.waiting.len() <= limits().in_flight_max);
        let open = self.unanswered.len() + self.waiting.len() + self.answered.len();
        assert_eq!(open as u64, self.next_id, "every question has an answer or waits for one");
    }
}

/// Beside answers that were waiting: events asked for, a refusal, a checkpoint, a ping.
const WORDS_MAX: usize = 4;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_connection_says_what_is_due_and_nothing_else(steps in vec(step(), 1..120)) {
        let mut peer = Peer::live(limits());
        let mut reference = Reference::new();
        for step in steps {
            reference.play(&mut peer, step);
            let words = peer.words();
            prop_assert!(words.len() <= limits().in_flight_max + WORDS_MAX, "{:?}", words);
            for word in &words {
                reference.hear(word, peer.now.0);
            }
            reference.settle();
        }
    }
}
