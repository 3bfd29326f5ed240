//! What waits for an answer: commands, queries, open searches, and the client's own question for missing rows. Everything
//! is sent again after a reconnect, with the same id, until it is answered or nobody waits any more.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use parloir_protocol::down::Reply;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ConversationId;
use parloir_protocol::up::ReplyTo;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use crate::errors::Failure;
use crate::store::Ticket;
use crate::token::Token;
use crate::watching::Stand;

/// Until what the server could not take now is sent again, where it names no time.
pub(crate) const AGAIN: Duration = Duration::from_secs(1);

/// Refusals after which the same thing is sent again, whoever asks.
const REPEATED: [Code; 3] = [Code::Busy, Code::ReadOnly, Code::Unavailable];

/// Who waits for an answer.
#[derive(Debug)]
pub(crate) enum Asker {
    /// Somebody who called the client; gets the bytes of an accepting reply.
    Caller(oneshot::Sender<Result<Bytes, Failure>>),
    /// The client itself, which fills its store.
    Filling { ticket: Ticket, ids: Vec<ConversationId> },
    /// An open search.
    Watch { id: u64, stand: watch::Sender<Stand> },
    /// The client itself, which puts this token in the place of the one in use.
    Renewal(Token),
}

/// A frame that is to be answered.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) to: ReplyTo,
    pub(crate) frame: Vec<u8>,
    pub(crate) asker: Asker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Waiting,
    Later(Instant),
    Sent,
}

impl Turn {
    fn due(self, now: Instant) -> bool {
        match self {
            Self::Waiting => true,
            Self::Later(at) => at <= now,
            Self::Sent => false,
        }
    }
}

/// All asks, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    asks: VecDeque<(Turn, Ask)>,
}

impl Asks {
    pub(crate) fn push(&mut self, ask: Ask) {
        self.asks.retain(|(turn, ask)| *turn == Turn::Sent || ask.asker.waits());
        self.asks.push_back((Turn::Waiting, ask));
    }

    /// The connection was lost: what was not answered is sent again. The next one begins with a token anyway.
    pub(crate) fn lost(&mut self) {
        self.asks.retain(|(_, ask)| !matches!(ask.asker, Asker::Renewal(_)) && ask.asker.waits());
        for (turn, _) in &mut self.asks {
            *turn = Turn::Waiting;
        }
    }

    /// Whether there is a frame to send and fewer than `in_flight_max` wait for an answer.
    pub(crate) fn ready(&self, in_flight_max: usize, now: Instant) -> bool {
        let in_flight = self.asks.iter().filter(|(turn, _)| *turn == Turn::Sent).count();
        in_flight < in_flight_max && self.asks.iter().any(|(turn, ask)| turn.due(now) && ask.asker.waits())
    }

    /// The next frame to send, which counts as sent from now on.
    pub(crate) fn next_frame(&mut self, in_flight_max: usize, now: Instant) -> Option<&[u8]> {
        if !self.ready(in_flight_max, now) {
            return None;
        }
        let (turn, ask) = self.asks.iter_mut().find(|(turn, ask)| turn.due(now) && ask.asker.waits())?;
        *turn = Turn::Sent;
        Some(&ask.frame)
    }

    /// Takes one whose frame is larger than the server takes: it would end the connection for good.
    pub(crate) fn too_large(&mut self, frame_bytes_max: usize) -> Option<Ask> {
        let at = self.asks.iter().position(|(_, ask)| ask.frame.len() > frame_bytes_max)?;
        self.asks.remove(at).map(|(_, ask)| ask)
    }

    /// When the first of those that were put off is due.
    pub(crate) fn due(&self) -> Option<Instant> {
        let times = self.asks.iter().filter_map(|(turn, _)| match turn {
            Turn::Later(at) => Some(*at),
            Turn::Waiting | Turn::Sent => None,
        });
        times.min()
    }

    /// Takes the ask that `reply` ends. A refusal after which the same thing is sent again ends none.
    pub(crate) fn answered(&mut self, reply: &Reply, now: Instant) -> Option<Ask> {
        let at = self.asks.iter().position(|(_, ask)| ask.to == reply.to)?;
        let waits = self.asks[at].1.asker.waits();
        if let Some(pause) = reply.error.as_ref().and_then(pause).filter(|_| waits) {
            self.asks[at].0 = Turn::Later(now + pause);
            return None;
        }
        self.asks.remove(at).map(|(_, ask)| ask)
    }

    /// Sends it again at this time.
    pub(crate) fn put_off(&mut self, ask: Ask, until: Instant) {
        self.asks.push_back((Turn::Later(until), ask));
    }

    /// Forgets the client's own questions: the store they were for is gone.
    pub(crate) fn forget_filling(&mut self) {
        self.asks.retain(|(_, ask)| !matches!(ask.asker, Asker::Filling { .. }));
    }

    /// Whether the client itself asks for something.
    pub(crate) fn filling(&self) -> bool {
        self.asks.iter().any(|(_, ask)| matches!(ask.asker, Asker::Filling { .. }))
    }

    /// No answer will come any more.
    pub(crate) fn end(&mut self, failure: &Failure) {
        for (_, ask) in self.asks.drain(..) {
            ask.asker.fail(failure.clone());
        }
    }
}

impl Asker {
    fn waits(&self) -> bool {
        match self {
            Self::Caller(answer) => !answer.is_closed(),
            Self::Filling { .. } | Self::Renewal(_) => true,
            Self::Watch { stand, .. } => !stand.is_closed(),
        }
    }

    pub(crate) fn fail(self, failure: Failure) {
        if let Self::Caller(answer) = self {
            // A caller who stopped waiting needs no answer.
            answer.send(Err(failure)).ok();
        }
    }
}

fn pause(error: &ErrorBody) -> Option<Duration> {
    let named = error.retry_after_ms.filter(|_| error.temporary).map(Duration::from_millis);
    named.or_else(|| REPEATED.iter().any(|code| code.as_str() == error.code).then_some(AGAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(id: u64) -> (Ask, oneshot::Receiver<Result<Bytes, Failure>>) {
        let (sender, receiver) = oneshot::channel();
        let to = ReplyTo::Query(id);
        (Ask { to, frame: vec![id as u8], asker: Asker::Caller(sender) }, receiver)
    }

    #[test]
    fn no_more_than_the_bound_are_in_flight_and_all_come_again_after_a_loss() {
        let now = Instant::now();
        let (mut asks, mut waiting) = (Asks::default(), Vec::new());
        for id in 1..=3 {
            let (ask, receiver) = ask(id);
            asks.push(ask);
            waiting.push(receiver);
        }
        assert_eq!(asks.next_frame(2, now), Some(&[1][..]));
        assert_eq!(asks.next_frame(2, now), Some(&[2][..]));
        assert_eq!(asks.next_frame(2, now), None);
        assert!(asks.answered(&Reply { to: ReplyTo::Query(1), error: None }, now).is_some());
        assert_eq!(asks.next_frame(2, now), Some(&[3][..]));
        asks.lost();
        assert_eq!(asks.next_frame(2, now), Some(&[2][..]));
        assert_eq!(asks.next_frame(2, now), Some(&[3][..]));
    }

    #[test]
    fn a_temporary_refusal_with_a_time_is_tried_again_then() {
        let now = Instant::now();
        let mut asks = Asks::default();
        let (first, _receiver) = ask(1);
        asks.push(first);
        assert!(asks.next_frame(8, now).is_some());
        let busy = ErrorBody { retry_after_ms: Some(20), ..ErrorBody::new(Code::Busy, "later") };
        assert!(asks.answered(&Reply { to: ReplyTo::Query(1), error: Some(busy) }, now).is_none());
        assert_eq!(asks.next_frame(8, now), None);
        let due = asks.due().expect("it is put off");
        assert!(asks.next_frame(8, due).is_some());
    }

    #[test]
    fn what_the_server_cannot_take_now_is_tried_again_though_it_names_no_time() {
        let now = Instant::now();
        for code in [Code::Busy, Code::ReadOnly, Code::Unavailable] {
            let mut asks = Asks::default();
            let (first, _receiver) = ask(1);
            asks.push(first);
            assert!(asks.next_frame(8, now).is_some());
            let error = Some(ErrorBody::new(code, "later"));
            assert!(asks.answered(&Reply { to: ReplyTo::Query(1), error }, now).is_none(), "{code:?}");
            assert_eq!(asks.due(), Some(now + Duration::from_secs(1)), "{code:?}");
        }
    }

    #[test]
    fn what_was_sent_counts_until_it_is_answered_though_nobody_waits_any_more() {
        let now = Instant::now();
        let mut asks = Asks::default();
        let (first, left) = ask(1);
        asks.push(first);
        assert!(asks.next_frame(1, now).is_some());
        drop(left);
        let (second, _receiver) = ask(2);
        asks.push(second);
        assert_eq!(asks.next_frame(1, now), None);
        let busy = ErrorBody { retry_after_ms: Some(20), ..ErrorBody::new(Code::Busy, "later") };
        assert!(asks.answered(&Reply { to: ReplyTo::Query(1), error: Some(busy) }, now).is_some());
        assert_eq!(asks.next_frame(1, now), Some(&[2][..]));
        assert_eq!(asks.due(), None);
    }

    #[test]
    fn what_nobody_waits_for_is_not_sent() {
        let mut asks = Asks::default();
        asks.push(ask(1).0);
        assert_eq!(asks.next_frame(8, Instant::now()), None);
    }
}
