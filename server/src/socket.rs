//! One socket around one session: tungstenite reads, our own pre-framed bytes are written, and the session
//! says what happens in between. A connection owns a place to read at and a bounded number of unanswered
//! questions, never a queue of events.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt};
use parloir_protocol::close::Close;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::ResetReason;
use parloir_protocol::time::Time;
use parloir_protocol::up::Refresh;
use parloir_session::{Answer, Mark, Output, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};

use crate::admission::{self, Admitted, Caller};
use crate::asked;
use crate::hub::{Notice, framed};
use crate::node::Node;
use crate::presence::Online;
use crate::reader::{Reader, Sight};
use crate::snapshot;

use outgoing::Outgoing;
use watches::{Watches, Word};

mod outgoing;
mod watches;

/// What is read of one socket at a time: what clients say is short, and every connection keeps it.
const READ_BYTES: usize = 2 << 10;
/// What is written of one socket's pongs at a time.
const WRITE_BYTES: usize = 4 << 10;

/// Frames read in one turn before whatever else happened is looked at.
const FRAMES_AT_ONCE: usize = 64;

/// How long a closing connection may take to say goodbye.
const CLOSING: Duration = Duration::from_secs(1);

/// How tungstenite is bounded.
pub fn config(frame_bytes_max: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .max_write_buffer_size(16 * WRITE_BYTES)
        .max_message_size(Some(frame_bytes_max))
        .max_frame_size(Some(frame_bytes_max))
}

/// One connection at work.
pub struct Connection {
    node: Arc<Node>,
    codec: Codec,
    /// The secret that came with the handshake, for a `hello` without a token.
    cookie: Option<String>,
    socket: WebSocketStream<TcpStream>,
    outgoing: Outgoing,
    session: Session,
    inside: Option<Inside>,
    answers: FuturesUnordered<BoxFuture<'static, Answer>>,
    watches: Watches,
    stopping: watch::Receiver<bool>,
}

/// What a connection has once somebody came in.
struct Inside {
    /// Shared with every command on its way.
    caller: Arc<Caller>,
    reader: Reader,
    head: watch::Receiver<Mark>,
    signals: watch::Receiver<u64>,
    signals_version: u64,
    /// Counters that may have been missed are owed once the client has caught up.
    owes_counters: bool,
    _online: Online,
}

/// What a connection waits for.
enum Happened {
    Frame(Option<Result<Message, Error>>),
    Answer(Answer),
    Watch(Word),
    /// There are events up to this seq.
    Head(u64),
    Signals,
    Deadline,
    /// The token does not work any longer.
    Expired,
    Stop,
}

/// Why a connection ended without a word.
enum Broken {
    /// The peer is gone, or does not read.
    Gone,
    /// The session ended while bytes were still waiting.
    Ended,
}

impl Connection {
    pub fn new(
        node: Arc<Node>,
        codec: Codec,
        cookie: Option<String>,
        socket: WebSocketStream<TcpStream>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let session = Session::new(codec, node.limits.wire.clone(), node.clock.millis());
        let outgoing = Outgoing::default();
        Self {
            node,
            codec,
            cookie,
            socket,
            outgoing,
            session,
            inside: None,
            answers: FuturesUnordered::new(),
            watches: Watches::default(),
            stopping,
        }
    }

    /// Works until the connection ends. Boxed, since a future holds what it takes by value twice.
    pub async fn run(mut self: Box<Self>) {
        metrics::gauge!("parloir_connections").increment(1.0);
        let ended = self.work().await;
        metrics::gauge!("parloir_connections").decrement(1.0);
        if let Err(Broken::Ended) = ended {
            metrics::counter!("parloir_slow_readers_total").increment(1);
        }
    }

    async fn work(&mut self) -> Result<(), Broken> {
        loop {
            self.obey().await?;
            self.flush().await?;
            if self.session.has_ended() {
                return Ok(());
            }
            self.wait().await?;
        }
    }

    /// Does what the session asks for.
    async fn obey(&mut self) -> Result<(), Broken> {
        while let Some(output) = self.session.poll() {
            self.act(output).await?;
        }
        Ok(())
    }

    /// Takes the next thing that happens.
    async fn wait(&mut self) -> Result<(), Broken> {
        let deadline = self.node.clock.instant(self.session.poll_timeout()).into();
        let expires_at = self.inside.as_ref().and_then(|inside| inside.caller.expires_at);
        let happened = tokio::select! {
            frame = self.socket.next() => Happened::Frame(frame),
            Some(answer) = self.answers.next(), if !self.answers.is_empty() => Happened::Answer(answer),
            word = self.watches.next() => Happened::Watch(word),
            told = told(&mut self.inside) => told,
            () = tokio::time::sleep_until(deadline) => Happened::Deadline,
            () = expired(&self.node, expires_at) => Happened::Expired,
            _ = self.stopping.wait_for(|stopping| *stopping) => Happened::Stop,
        };
        match happened {
            Happened::Frame(frame) => self.read_on(frame).await?,
            Happened::Answer(answer) => self.take_answers(answer),
            Happened::Watch(word) => self.hear(word),
            Happened::Head(seq) => self.session.handle_head(seq),
            Happened::Signals => self.write_signals(),
            Happened::Deadline => self.session.handle_timeout(self.node.clock.millis()),
            Happened::Expired => self.session.handle_rights(Close::Revoked),
            Happened::Stop => self.session.handle_shutdown(),
        }
        Ok(())
    }

    /// Reads a frame and those that came with it, until something is to be written: commands that are given together
    /// come to the writer together.
    async fn read_on(&mut self, first: Option<Result<Message, Error>>) -> Result<(), Broken> {
        self.read(first)?;
        for _ in 1..FRAMES_AT_ONCE {
            self.obey().await?;
            if self.session.has_ended() || !self.outgoing.is_empty() {
                break;
            }
            let Some(next) = self.socket.next().now_or_never() else { break };
            self.read(next)?;
        }
        Ok(())
    }

    /// Takes an answer and those that came with it: one record answers many commands, and one call writes them all.
    fn take_answers(&mut self, first: Answer) {
        let mut answer = Some(first);
        while let Some(taken) = answer {
            self.session.handle_reply(taken);
            answer = self.answers.next().now_or_never().flatten();
        }
    }

    fn read(&mut self, frame: Option<Result<Message, Error>>) -> Result<(), Broken> {
        let now = self.node.clock.millis();
        match (frame, self.codec) {
            (Some(Ok(Message::Binary(bytes))), Codec::Msgpack) => self.session.handle_frame(&bytes, now),
            (Some(Ok(Message::Text(text))), Codec::Json) => self.session.handle_frame(text.as_bytes(), now),
            (Some(Ok(Message::Binary(_) | Message::Text(_))), _) => self.session.handle_wrong_kind(),
            (Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))), _) => {
                self.session.handle_ping(now)
            }
            (Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))), _) => {
                self.session.handle_too_large()
            }
            (Some(Err(error)), _) => {
                self.outgoing.refuse(&error);
                return self.break_off();
            }
            (Some(Ok(Message::Close(_))) | None, _) => return Err(Broken::Gone),
        }
        Ok(())
    }

    /// The peer broke the WebSocket protocol itself: it is told by the close code of RFC 6455, if at all.
    fn break_off(&mut self) -> Result<(), Broken> {
        // Whatever does not fit into the socket's buffer is lost with the connection.
        let _best_effort = self.outgoing.try_write(self.socket.get_mut());
        Err(Broken::Gone)
    }

    async fn act(&mut self, output: Output) -> Result<(), Broken> {
        match output {
            Output::Admit { token, resume, view } => {
                let token = token.or_else(|| self.cookie.take());
                // Apart, since what coming in takes would otherwise be room that every connection keeps.
                let admitted = admission::admit(&self.node, self.codec, token.as_deref(), resume, &view);
                let admitted = Box::pin(admitted).await;
                self.enter(admitted);
            }
            Output::Command(frame) => {
                self.ask(|node, caller, codec| Box::pin(asked::command(node, caller, codec, frame)))
            }
            Output::Query(frame) => {
                self.ask(|node, caller, codec| Box::pin(asked::query(node, caller, codec, frame)))
            }
            Output::Watch(frame) => self.watch(frame),
            Output::Unwatch { id } => self.watches.end(id),
            Output::Refresh(frame) => self.refresh(&frame),
            Output::Signal(signal) => {
                if let Some(inside) = &self.inside {
                    asked::signal(&self.node, &inside.caller, &signal);
                }
            }
            Output::Send(frame) => self.outgoing.push(framed(self.codec, &frame)),
            Output::SendShared(frame) => self.outgoing.push(framed(self.codec, &frame)),
            Output::Events { .. } => self.write_events().await?,
            Output::Close(close, reason) => self.close(close, &reason).await?,
        }
        Ok(())
    }

    fn enter(&mut self, admitted: Result<Admitted, parloir_session::Refused>) {
        let admission = admitted.map(|admitted| {
            let Admitted { caller, admission, head, signals_version } = admitted;
            let sight = Sight {
                agent: caller.agent.id,
                token: caller.token,
                scope: admission.scope.clone(),
                office: admission::office_of(&caller.agent),
                codec: self.codec,
            };
            let workspace = Arc::clone(&caller.workspace);
            let reader =
                Reader::after(Arc::clone(&self.node), Arc::clone(&workspace), sight, admission.mark.seq);
            let is_resumed = admission.start == parloir_session::Start::Resumed;
            let online = Online::enter(&self.node, &workspace, caller.agent.id, is_resumed);
            let mut signals = workspace.hub.signals.subscribe();
            signals.mark_changed();
            let mut head = head;
            head.mark_changed();
            self.inside = Some(Inside {
                caller: Arc::new(caller),
                reader,
                head,
                signals,
                signals_version,
                owes_counters: is_resumed,
                _online: online,
            });
            admission
        });
        self.session.handle_admission(admission);
    }

    fn ask(&mut self, start: impl FnOnce(Arc<Node>, Arc<Caller>, Codec) -> BoxFuture<'static, Answer>) {
        if let Some(inside) = &self.inside {
            self.answers.push(start(Arc::clone(&self.node), Arc::clone(&inside.caller), self.codec));
        }
    }

    /// Another token takes the place of the one before.
    fn refresh(&mut self, frame: &Refresh) {
        let Some(inside) = &mut self.inside else { return };
        let (answer, refreshed) = asked::refresh(&self.node, &inside.caller, self.codec, frame);
        if let Some(caller) = refreshed {
            inside.reader.use_token(caller.token);
            inside.caller = Arc::new(caller);
        }
        self.session.handle_reply(answer);
    }

    /// Takes what is visible of the next events, to be written with the answers that wait for them. What was taken
    /// before is out first, so that a slow client holds one piece at a time.
    async fn write_events(&mut self) -> Result<(), Broken> {
        self.flush().await?;
        let Some(inside) = &mut self.inside else { return Ok(()) };
        let Ok(chunk) = inside.reader.next().await else {
            self.session.handle_reset(ResetReason::TooOld);
            return Ok(());
        };
        metrics::counter!("parloir_deliveries_total").increment(chunk.frames.len() as u64);
        self.outgoing.extend(chunk.frames);
        inside.owes_counters |= chunk.counters_missed;
        match chunk.notice {
            Some(Notice::AgentChanged(_)) => self.session.handle_rights(Close::RightsChanged),
            Some(Notice::Deactivated(_) | Notice::TokenRevoked(_)) => {
                self.session.handle_rights(Close::Revoked)
            }
            None => {
                let caught_up = chunk.mark.seq >= inside.head.borrow().seq;
                if caught_up && std::mem::take(&mut inside.owes_counters) {
                    self.write_counters();
                }
                self.session.handle_sent(chunk.mark, self.node.clock.millis());
            }
        }
        Ok(())
    }

    fn write_counters(&mut self) {
        let Some(inside) = &self.inside else { return };
        let state = self.node.state.current();
        let view = parloir_desk::view::View::new(&*state, inside.caller.workspace.id);
        let seq = inside.caller.workspace.hub.head().seq;
        let scope = admission::scope_of(&inside.caller.agent);
        for counters in snapshot::counters(&view, &scope, seq) {
            let frame = parloir_protocol::down::Down::Counters(counters).write(self.codec);
            self.outgoing.push(framed(self.codec, &frame));
        }
    }

    fn write_signals(&mut self) {
        let Some(inside) = &mut self.inside else { return };
        let scope = admission::scope_of(&inside.caller.agent);
        let signals = &inside.caller.workspace.hub.signals;
        let (frames, version) = signals.frames_since(inside.signals_version, &scope, self.codec);
        inside.signals_version = version;
        self.outgoing.extend(frames);
    }

    async fn close(&mut self, close: Close, reason: &str) -> Result<(), Broken> {
        self.outgoing.push(outgoing::close_frame(close.code(), reason));
        let written = tokio::time::timeout(CLOSING, self.outgoing.write_all(self.socket.get_mut())).await;
        if matches!(written, Ok(Ok(()))) {
            // Reading on until the peer closes keeps its last bytes from turning our goodbye into a reset.
            let _in_time = tokio::time::timeout(CLOSING, drain(self.socket.get_mut())).await;
        }
        Err(Broken::Gone)
    }

    /// What tungstenite answers by itself goes out first, since half a pong may be out already.
    async fn flush_pongs(&mut self) -> Result<(), Broken> {
        let patience = Duration::from_millis(self.node.limits.wire.send_timeout_ms);
        let flushed = tokio::time::timeout(patience, futures_util::SinkExt::flush(&mut self.socket)).await;
        flushed.map_err(|_| Broken::Ended)?.map_err(|_| Broken::Gone)
    }

    /// Writes what waits; a client that does not read ends its session, and only that.
    async fn flush(&mut self) -> Result<(), Broken> {
        if self.outgoing.is_empty() {
            return Ok(());
        }
        self.flush_pongs().await?;
        self.outgoing.try_write(self.socket.get_mut()).map_err(|_| Broken::Gone)?;
        while !self.outgoing.is_empty() {
            self.session.handle_write_blocked(self.node.clock.millis());
            let deadline = self.node.clock.instant(self.session.poll_timeout()).into();
            let written = self.outgoing.write_some(self.socket.get_mut());
            match tokio::time::timeout_at(deadline, written).await {
                Ok(Ok(())) => self.session.handle_write_advanced(),
                Ok(Err(_)) => return Err(Broken::Gone),
                Err(_) => self.session.handle_timeout(self.node.clock.millis()),
            }
            if self.session.has_ended() {
                return Err(Broken::Ended);
            }
        }
        Ok(())
    }
}

/// Says that nothing more follows, and reads whatever comes until the peer closes: behind a frame that broke
/// the protocol there are no frames any more.
async fn drain(socket: &mut TcpStream) {
    let mut dropped = vec![0; READ_BYTES];
    if socket.shutdown().await.is_ok() {
        while matches!(socket.read(&mut dropped).await, Ok(1..)) {}
    }
}

/// The next word from the hub, once somebody came in.
async fn told(inside: &mut Option<Inside>) -> Happened {
    let Some(inside) = inside else { return std::future::pending().await };
    tokio::select! {
        Ok(()) = inside.head.changed() => Happened::Head(inside.head.borrow_and_update().seq),
        Ok(()) = inside.signals.changed() => {
            inside.signals.borrow_and_update();
            Happened::Signals
        }
        else => std::future::pending().await,
    }
}

/// Until the token expires; for ever when it does not.
async fn expired(node: &Node, expires_at: Option<Time>) {
    let Some(at) = expires_at else { return std::future::pending().await };
    let left = u64::try_from(at.millis_since(node.clock.now())).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(left)).await;
}
