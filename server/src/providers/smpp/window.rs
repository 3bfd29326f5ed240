//! What was said to the network and is not answered: bounded, each under its sequence number. It writes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use rusmpp::pdus::SubmitSm;
use tokio::sync::oneshot;

use crate::locks::locked;

/// The last sequence number; the next one is 1 again.
const SEQUENCE_MAX: u32 = 0x7fff_ffff;

/// A message, and who waits for its answer.
pub(super) struct Order {
    pub(super) submit: SubmitSm,
    pub(super) answer: oneshot::Sender<Said>,
    pub(super) stamp: Arc<Stamp>,
}

/// Whether an order was said to anybody: decided once, by whoever is first.
#[derive(Debug, Default)]
pub(super) struct Stamp(OnceLock<bool>);

impl Stamp {
    /// It is about to be said; false when it was withdrawn before.
    pub(super) fn say(&self) -> bool {
        *self.0.get_or_init(|| true)
    }

    /// It is not said any more; false when it was before.
    pub(super) fn withdraw(&self) -> bool {
        !*self.0.get_or_init(|| false)
    }
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Answer {
        status: u32,
        /// The network's name for the message.
        name: String,
    },
    /// Nobody was told of it.
    Unsaid,
    /// Perhaps somebody was.
    Lost,
}

/// The orders of one session. Whoever waits when it is dropped learns nothing: their answer is lost.
pub(super) struct Window {
    inner: Mutex<Inner>,
}

struct Inner {
    next: u32,
    waiting: BTreeMap<u32, oneshot::Sender<Said>>,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { inner: Mutex::new(Inner { next: 1, waiting: BTreeMap::new() }) }
    }

    /// The number of the next request.
    pub(super) fn sequence(&self) -> u32 {
        let mut inner = locked(&self.inner);
        let sequence = inner.next;
        inner.next = if sequence >= SEQUENCE_MAX { 1 } else { sequence + 1 };
        sequence
    }

    /// The number that the next request will have.
    pub(super) fn next(&self) -> u32 {
        locked(&self.inner).next
    }

    /// Who waits for the answer to this number. Those who gave up make room: no more wait than may ask at once.
    pub(super) fn wait(&self, sequence: u32, answer: oneshot::Sender<Said>) {
        let mut inner = locked(&self.inner);
        inner.waiting.retain(|_, waiting| !waiting.is_closed());
        inner.waiting.insert(sequence, answer);
    }

    /// An answer came; whether anybody waits for it.
    pub(super) fn answer(&self, sequence: u32, said: Said) -> bool {
        let waiting = locked(&self.inner).waiting.remove(&sequence);
        waiting.is_some_and(|waiting| waiting.send(said).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_goes_to_who_waits_for_it_once() {
        let window = Window::new();
        let (answer, answered) = oneshot::channel();
        assert_eq!((window.sequence(), window.next()), (1, 2));
        window.wait(1, answer);
        assert!(!window.answer(2, Said::Lost));
        let said = Said::Answer { status: 0, name: "a".to_owned() };
        assert!(window.answer(1, said.clone()));
        assert!(!window.answer(1, Said::Lost));
        assert_eq!(answered.await, Ok(said));
    }

    #[test]
    fn an_order_is_said_or_withdrawn() {
        let (said, withdrawn) = (Stamp::default(), Stamp::default());
        assert!(said.say() && !said.withdraw());
        assert!(withdrawn.withdraw() && !withdrawn.say());
    }

    #[test]
    fn who_gave_up_takes_no_room_and_numbers_begin_again() {
        let window = Window::new();
        for sequence in 0..1_000 {
            window.wait(sequence, oneshot::channel().0);
        }
        let mut inner = window.inner.lock().expect("no panic");
        assert_eq!(inner.waiting.len(), 1);
        inner.next = SEQUENCE_MAX;
        drop(inner);
        assert_eq!((window.sequence(), window.sequence()), (SEQUENCE_MAX, 1));
    }
}
