//! A client and a driver in one: it says frames to a session and writes down in words what comes out.

use std::sync::Arc;

use parloir_protocol::codec::Codec;
use parloir_protocol::cursor::Epoch;
use parloir_protocol::down::{Down, Reply};
use parloir_protocol::ids::AgentId;
use parloir_protocol::limits::Limits;
use parloir_protocol::up::ReplyTo;
use parloir_session::{Admission, Answer, Mark, Millis, Output, Scope, Session, Start, Watched};

pub(crate) const HELLO: &str = r#"{"type":"hello","client":"test/1"}"#;

/// Where an admitted client begins.
pub(crate) const BEGIN: u64 = 10;

pub(crate) struct Peer {
    pub(crate) session: Session,
    pub(crate) now: Millis,
}

/// Tiny, but for a rate that only the tests of rates are to meet.
pub(crate) fn limits() -> Limits {
    Limits { frames_per_second: 1_000, frames_burst: 1_000, ..Limits::tiny() }
}

pub(crate) fn mark(seq: u64) -> Mark {
    Mark { epoch: Epoch(7), seq, hash_prefix: [1; 8] }
}

pub(crate) fn admission(start: Start) -> Admission {
    Admission {
        agent: AgentId::from_bytes([2; 16]),
        scope: Scope::All,
        mark: mark(BEGIN),
        start,
        signals: None,
        reset: None,
        welcome: b"welcome".to_vec(),
    }
}

pub(crate) fn query(id: u64) -> String {
    format!(r#"{{"type":"query","id":{id},"name":"workspace.get","params":{{}}}}"#)
}

pub(crate) fn watch(id: u64) -> String {
    format!(r#"{{"type":"watch","id":{id},"name":"search.conversations","params":{{"text":"hel"}}}}"#)
}

pub(crate) fn unwatch(id: u64) -> String {
    format!(r#"{{"type":"unwatch","id":{id}}}"#)
}

pub(crate) fn answer(after: u64, text: &str) -> Answer {
    Answer { after, frame: text.as_bytes().to_vec() }
}

impl Peer {
    /// A connection on which nothing was said.
    pub(crate) fn new(limits: Limits) -> Self {
        Self { session: Session::new(Codec::Json, Arc::new(limits), Millis(0)), now: Millis(0) }
    }

    /// A connection on which somebody came in and the welcome was written.
    pub(crate) fn live(limits: Limits) -> Self {
        let mut peer = Self::new(limits);
        peer.says(HELLO);
        peer.session.handle_admission(Ok(admission(Start::Resumed)));
        assert_eq!(peer.words(), ["admit", "welcome"]);
        peer
    }

    pub(crate) fn says(&mut self, frame: &str) {
        self.session.handle_frame(frame.as_bytes(), self.now);
    }

    /// The driver answers a watch that it keeps open.
    pub(crate) fn watched(&mut self, id: u64) {
        self.session.handle_watched(id, Watched::Open, format!("list {id}").into_bytes());
    }

    pub(crate) fn changed(&mut self, id: u64) {
        self.session.handle_change(id, format!("change {id}").into_bytes());
    }

    pub(crate) fn sent(&mut self, seq: u64) {
        self.session.handle_sent(mark(seq), self.now);
    }

    /// The clock shows `now`, and the session looks at it.
    pub(crate) fn at(&mut self, now: u64) {
        self.now = Millis(now);
        self.session.handle_timeout(self.now);
    }

    /// What came out since, in words.
    pub(crate) fn words(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.session.poll()).map(|output| word(&output)).collect()
    }
}

pub(crate) fn word(output: &Output) -> String {
    match output {
        Output::Admit { .. } => "admit".to_owned(),
        Output::Command(frame) => format!("command {}", frame.command.name()),
        Output::Query(frame) => format!("query {}", frame.id),
        Output::Watch(frame) => format!("watch {}", frame.id),
        Output::Unwatch { id } => format!("unwatch {id}"),
        Output::Refresh(refresh) => format!("refresh {}", refresh.id),
        Output::Signal(signal) => format!("signal {:?}", signal.doing),
        Output::Send(bytes) => frame_word(bytes),
        Output::SendShared(bytes) => frame_word(bytes),
        Output::Events { after } => format!("events after {after}"),
        Output::Close(close, _) => format!("close {}", close.code()),
    }
}

/// Frames that the driver wrote stand for themselves.
fn frame_word(bytes: &[u8]) -> String {
    match Down::read(Codec::Json, bytes) {
        Ok(Down::Ping(ping)) => format!("ping {}", ping.cursor.seq),
        Ok(Down::Checkpoint(checkpoint)) => {
            assert_eq!(checkpoint.seq, checkpoint.cursor.seq);
            let known = checkpoint.cursor.signals.map(|version| format!(" with signals {version}"));
            format!("checkpoint {}{}", checkpoint.seq, known.unwrap_or_default())
        }
        Ok(Down::Reset(reset)) => format!("reset {:?}", reset.reason),
        Ok(Down::Goodbye(goodbye)) => format!("goodbye {}", goodbye.code),
        Ok(Down::Reply(reply)) => reply_word(&reply),
        Ok(other) => panic!("the machine never says {other:?}"),
        Err(_) => String::from_utf8(bytes.to_vec()).expect("a driver's frame is a word"),
    }
}

fn reply_word(reply: &Reply) -> String {
    let to = match reply.to {
        ReplyTo::Command(id) => id.to_string(),
        ReplyTo::Query(id) => id.to_string(),
        ReplyTo::Nothing => "nothing".to_owned(),
    };
    let error = reply.error.as_ref().expect("the machine itself only refuses");
    format!("{} to {to}", error.code.as_str())
}
