//! The machine of one connection. `handle_*` takes what happened, `poll` gives what to do, `poll_timeout`
//! the moment at which to come back.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parloir_protocol::close::{Close, reconnects};
use parloir_protocol::codec::Codec;
use parloir_protocol::cursor::Cursor;
use parloir_protocol::down::{Checkpoint, Down, Goodbye, Ping, Reply, Reset, ResetReason};
use parloir_protocol::entity::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::limits::Limits;
use parloir_protocol::up::{Hello, ReplyTo, Up, UpError};
use parloir_protocol::watch::WatchFrame;

use crate::flow::{Due, Flow, Millis};
use crate::output::{Admission, Answer, Mark, Output, Refused, Start};
use crate::watches::{Watched, Watches};

/// Places for outputs that are kept while there are none: an idle connection would keep those of its snapshot.
const OUTPUTS_KEPT: usize = 4;

/// One connection.
#[derive(Debug)]
pub struct Session {
    codec: Codec,
    limits: Arc<Limits>,
    flow: Flow,
    phase: Phase,
    outputs: VecDeque<Output>,
}

#[derive(Debug)]
enum Phase {
    /// Nothing said yet.
    Opening,
    /// The driver is finding out who it is.
    Admitting,
    Live(Box<Live>),
    Ended,
}

#[derive(Debug)]
struct Live {
    admission: Admission,
    /// Everything visible up to here was written.
    sent: Mark,
    /// And every signal up to this version.
    signals: Option<u64>,
    /// The newest seq there is.
    head: u64,
    /// The driver was asked for events and has not said how far it came.
    asked: bool,
    /// Commands, queries and watches without an answer, and answers that wait for their events.
    in_flight: usize,
    watches: Watches,
    waiting: BTreeMap<u64, Vec<Vec<u8>>>,
}

impl Live {
    /// To resume from here.
    fn cursor(&self) -> Cursor {
        self.sent.cursor(self.admission.agent, self.signals)
    }
}

impl Session {
    /// A connection that has just been upgraded.
    pub fn new(codec: Codec, limits: Arc<Limits>, now: Millis) -> Self {
        let flow = Flow::new(Arc::clone(&limits), now);
        Self { codec, limits, flow, phase: Phase::Opening, outputs: VecDeque::new() }
    }

    /// The next thing to do, if any.
    pub fn poll(&mut self) -> Option<Output> {
        let output = self.outputs.pop_front();
        if output.is_none() && self.outputs.capacity() > OUTPUTS_KEPT {
            self.outputs = VecDeque::new();
        }
        output
    }

    /// When to call `handle_timeout`, at the latest.
    pub fn poll_timeout(&self) -> Millis {
        self.flow.next()
    }

    /// Who is connected, once that is known.
    pub fn admission(&self) -> Option<&Admission> {
        match &self.phase {
            Phase::Live(live) => Some(&live.admission),
            Phase::Opening | Phase::Admitting | Phase::Ended => None,
        }
    }

    /// Whether changes of this watch are told.
    pub fn is_watching(&self, id: u64) -> bool {
        match &self.phase {
            Phase::Live(live) => live.watches.is_open(id),
            Phase::Opening | Phase::Admitting | Phase::Ended => false,
        }
    }

    /// Whether the client will be told how far it is, without anything more happening.
    pub fn awaits_checkpoint(&self) -> bool {
        self.flow.awaits_checkpoint()
    }

    /// Whether everything written so far was the last.
    pub fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// A frame came.
    pub fn handle_frame(&mut self, bytes: &[u8], now: Millis) {
        if self.has_ended() {
            return;
        }
        if !self.flow.frame_came(now) {
            return self.end(Close::RateLimited, "too many frames");
        }
        match Up::read(self.codec, bytes) {
            Ok(frame) => self.take(frame),
            Err(error) => self.complain(&error),
        }
    }

    /// A WebSocket ping came: it costs as much as a frame.
    pub fn handle_ping(&mut self, now: Millis) {
        if !self.flow.frame_came(now) {
            self.end(Close::RateLimited, "too many frames");
        }
    }

    /// The bytes of a frame are more than a client may send.
    pub fn handle_too_large(&mut self) {
        self.end(Close::FrameTooLarge, "the frame is over frame_bytes_max");
    }

    /// A frame came in the other kind: text on the binary subprotocol, or the reverse.
    pub fn handle_wrong_kind(&mut self) {
        self.end(Close::BadFrame, "this subprotocol uses the other kind of frame");
    }

    /// Somebody came in.
    pub fn handle_admission(&mut self, admission: Result<Admission, Refused>) {
        if !matches!(self.phase, Phase::Admitting) {
            return;
        }
        match admission {
            Ok(admission) => self.begin(admission),
            Err(Refused::Unauthenticated) => self.end(Close::Unauthenticated, "no such token"),
            Err(Refused::Revoked) => {
                self.end(Close::Revoked, "the token was revoked or the agent deactivated")
            }
            Err(Refused::Unavailable) => self.end(Close::Shutdown, "not ready yet"),
        }
    }

    /// There are events up to `seq` now.
    pub fn handle_head(&mut self, seq: u64) {
        if let Phase::Live(live) = &mut self.phase {
            live.head = live.head.max(seq);
        }
        self.ask_for_events();
    }

    /// Everything visible up to `mark` was written.
    pub fn handle_sent(&mut self, mark: Mark, now: Millis) {
        let Phase::Live(live) = &mut self.phase else { return };
        live.asked = false;
        if mark.seq > live.sent.seq {
            live.sent = mark;
            self.flow.position_moved(now);
            self.release_answers();
        }
        self.ask_for_events();
    }

    /// Every visible signal up to `version` was written.
    pub fn handle_signals(&mut self, version: u64) {
        if let Phase::Live(live) = &mut self.phase {
            live.signals = Some(version);
        }
    }

    /// A command or query was answered; the frame goes out once the connection has passed its seq.
    pub fn handle_reply(&mut self, answer: Answer) {
        if let Phase::Live(live) = &mut self.phase {
            live.waiting.entry(answer.after).or_default().push(answer.frame);
        }
        self.release_answers();
    }

    /// A watch was answered: the frame is its reply.
    pub fn handle_watched(&mut self, id: u64, watched: Watched, frame: Vec<u8>) {
        if let Phase::Live(live) = &mut self.phase
            && live.watches.answered(id, watched)
        {
            live.in_flight = live.in_flight.saturating_sub(1);
            self.outputs.push_back(Output::Send(frame));
        }
    }

    /// The list of a watch changed. A change of one that is not open any more is dropped.
    pub fn handle_change(&mut self, id: u64, frame: Vec<u8>) {
        if self.is_watching(id) {
            self.outputs.push_back(Output::Send(frame));
        }
    }

    /// What the client knows is of no use any more.
    pub fn handle_reset(&mut self, reason: ResetReason) {
        self.send(&Down::Reset(Reset { reason }));
        self.end(Close::ResetRequired, "begin with a fresh snapshot");
    }

    /// What the agent may see or do changed, or it may not come in any more.
    pub fn handle_rights(&mut self, close: Close) {
        self.end(close, "the rights changed");
    }

    /// The server stops.
    pub fn handle_shutdown(&mut self) {
        self.end(Close::Shutdown, "the server stops");
    }

    /// Bytes wait to be written because the client does not read.
    pub fn handle_write_blocked(&mut self, now: Millis) {
        self.flow.write_blocked(now);
    }

    /// The client read something.
    pub fn handle_write_advanced(&mut self) {
        self.flow.write_advanced();
    }

    /// The time moved.
    pub fn handle_timeout(&mut self, now: Millis) {
        while !self.has_ended() {
            match self.flow.due(now) {
                Due::Nothing => return,
                Due::Ping => self.ping(now),
                Due::Checkpoint => self.checkpoint(),
                Due::End(close) => self.end(close, "the deadline passed"),
            }
        }
    }

    fn take(&mut self, frame: Up) {
        match (&mut self.phase, frame) {
            (Phase::Opening, Up::Hello(hello)) => self.admit(hello),
            (Phase::Opening | Phase::Admitting, _) => {
                self.end(Close::BadFrame, "the first frame is hello, once")
            }
            (Phase::Live(_), Up::Hello(_)) => self.end(Close::BadFrame, "hello comes once"),
            (Phase::Live(_), Up::Command(frame)) => {
                self.ask(ReplyTo::Command(frame.command_id), Output::Command(Box::new(frame)));
            }
            (Phase::Live(_), Up::Query(frame)) => {
                self.ask(ReplyTo::Query(frame.id), Output::Query(Box::new(frame)))
            }
            (Phase::Live(_), Up::Watch(frame)) => self.watch(frame),
            (Phase::Live(live), Up::Unwatch(unwatch)) => {
                if live.watches.leave(unwatch.id) {
                    self.outputs.push_back(Output::Unwatch { id: unwatch.id });
                }
            }
            (Phase::Live(_), Up::Refresh(refresh)) => {
                self.ask(ReplyTo::Query(refresh.id), Output::Refresh(refresh));
            }
            (Phase::Live(_), Up::Signal(signal)) => self.outputs.push_back(Output::Signal(signal)),
            (Phase::Live(_), Up::Pong) | (Phase::Ended, _) => {}
        }
    }

    /// What is a document but not a right frame is answered, once somebody came in; anything else ends the
    /// connection.
    fn complain(&mut self, error: &UpError) {
        if !matches!(self.phase, Phase::Live(_)) {
            return self.end(Close::BadFrame, &error.to_string());
        }
        match error {
            UpError::Malformed(_) => self.end(Close::BadFrame, &error.to_string()),
            UpError::Unknown { what, to, .. } => {
                self.refuse(*to, ErrorBody::new(what.code(), error.to_string()));
            }
            UpError::Params { to, .. } => {
                self.refuse(*to, ErrorBody::new(Code::InvalidParams, error.to_string()));
            }
        }
    }

    fn admit(&mut self, hello: Hello) {
        self.flow.hello_came();
        self.phase = Phase::Admitting;
        let resume = hello.resume.map(|resume| resume.cursor);
        let view = hello.view.unwrap_or_else(View::open);
        self.outputs.push_back(Output::Admit { token: hello.token, resume, view });
    }

    fn begin(&mut self, mut admission: Admission) {
        if let Some(reason) = admission.reset {
            self.send(&Down::Reset(Reset { reason }));
        }
        self.outputs.push_back(Output::Send(std::mem::take(&mut admission.welcome)));
        if let Start::Snapshot(parts) = std::mem::replace(&mut admission.start, Start::Resumed) {
            self.outputs.extend(parts.into_iter().map(Output::SendShared));
        }
        let live = Live {
            sent: admission.mark,
            signals: admission.signals,
            head: admission.mark.seq,
            asked: false,
            in_flight: 0,
            watches: Watches::default(),
            waiting: BTreeMap::new(),
            admission,
        };
        self.phase = Phase::Live(Box::new(live));
    }

    fn ask(&mut self, to: ReplyTo, output: Output) {
        match self.has_room() {
            Ok(()) => self.start(output),
            Err(busy) => self.refuse(to, busy),
        }
    }

    fn watch(&mut self, frame: WatchFrame) {
        let room = self.has_room();
        let Phase::Live(live) = &mut self.phase else { return };
        match room.and_then(|()| live.watches.ask(&frame, self.limits.watches_max)) {
            Ok(()) => self.start(Output::Watch(Box::new(frame))),
            Err(error) => self.refuse(ReplyTo::Query(frame.id), error),
        }
    }

    fn has_room(&self) -> Result<(), ErrorBody> {
        match &self.phase {
            Phase::Live(live) if live.in_flight >= self.limits.in_flight_max => {
                Err(ErrorBody::new(Code::Busy, "too many commands and queries wait for an answer"))
            }
            Phase::Opening | Phase::Admitting | Phase::Live(_) | Phase::Ended => Ok(()),
        }
    }

    fn start(&mut self, output: Output) {
        if let Phase::Live(live) = &mut self.phase {
            live.in_flight += 1;
            self.outputs.push_back(output);
        }
    }

    fn ask_for_events(&mut self) {
        let Phase::Live(live) = &mut self.phase else { return };
        if live.head > live.sent.seq && !live.asked {
            live.asked = true;
            self.outputs.push_back(Output::Events { after: live.sent.seq });
        }
    }

    fn release_answers(&mut self) {
        let Phase::Live(live) = &mut self.phase else { return };
        while let Some(first) = live.waiting.first_entry().filter(|first| *first.key() <= live.sent.seq) {
            for frame in first.remove() {
                live.in_flight = live.in_flight.saturating_sub(1);
                self.outputs.push_back(Output::Send(frame));
            }
        }
    }

    fn ping(&mut self, now: Millis) {
        if let Phase::Live(live) = &self.phase {
            let cursor = live.cursor();
            self.send(&Down::Ping(Ping { cursor }));
            self.flow.pinged(now);
        }
    }

    fn checkpoint(&mut self) {
        if let Phase::Live(live) = &self.phase {
            let cursor = live.cursor();
            self.send(&Down::Checkpoint(Checkpoint { seq: live.sent.seq, cursor }));
        }
    }

    fn refuse(&mut self, to: ReplyTo, error: ErrorBody) {
        self.send(&Down::Reply(Reply { to, error: Some(error) }));
    }

    fn send(&mut self, frame: &Down) {
        if !self.has_ended() {
            self.outputs.push_back(Output::Send(frame.write(self.codec)));
        }
    }

    fn end(&mut self, close: Close, reason: &str) {
        if !self.has_ended() {
            let goodbye = Goodbye {
                code: close.name().to_owned(),
                reason: reason.to_owned(),
                retry_after_ms: reconnects(close.code()).then_some(0),
            };
            self.send(&Down::Goodbye(goodbye));
            self.phase = Phase::Ended;
            self.outputs.push_back(Output::Close(close, reason.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_connection_does_not_keep_the_places_of_its_snapshot() {
        let mut session = Session::new(Codec::Json, Arc::new(Limits::tiny()), Millis(0));
        session.outputs.extend((0..100).map(|id| Output::Unwatch { id }));
        while session.poll().is_some() {}
        assert!(session.outputs.capacity() <= OUTPUTS_KEPT);
    }
}
