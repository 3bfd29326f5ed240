//! One socket around one session: tungstenite reads, our own pre-framed bytes are written, and the session
//! says what happens in between. A connection owns a place to read at and a bounded number of unanswered
//! questions, never a queue of events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt};
use parloir_protocol::close::Close;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::{Down, ResetReason};
use parloir_protocol::time::Time;
use parloir_protocol::up::Refresh;
use parloir_session::{Answer, Mark, Output, Session};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use crate::admission::{self, Admitted, Caller};
use crate::asked;
use crate::fan::Following;
use crate::hub::{Notice, framed};
use crate::node::Node;
use crate::presence::Online;
use crate::queries::Turns;
use crate::reader::{Reader, Sight};
use crate::snapshot;

use answers::Answers;
use line::Line;
use outlet::{Ahead, Outlet, Standing};
use watches::{Watches, Word};

mod answers;
mod line;
mod outgoing;
mod outlet;
mod watches;

/// What is read of one socket at a time: what clients say is short, and every connection keeps it.
const READ_BYTES: usize = 2 << 10;
/// What is written of one socket's pongs at a time.
const WRITE_BYTES: usize = 4 << 10;

/// So much may wait while more is taken.
const SOME_BYTES: usize = 16 << 10;

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
    socket: WebSocketStream<Line>,
    outlet: Arc<Outlet>,
    session: Session,
    inside: Option<Inside>,
    answers: Answers,
    /// Of its queries.
    turns: Turns,
    watches: Watches,
    stopping: watch::Receiver<bool>,
}

/// What a connection has once somebody came in.
struct Inside {
    /// Shared with every command on its way.
    caller: Arc<Caller>,
    /// Nothing while the connection stands still.
    standing: Option<Box<Standing>>,
    /// Events are kept for it.
    _head: watch::Receiver<Mark>,
    _following: Following,
    _online: Online,
}

/// What a connection waits for.
enum Happened {
    Frame(Option<Result<Message, Error>>),
    Answer(Answer),
    Watch(Word),
    /// There is something new to write already.
    Ahead,
    /// The fan moved it on or may go no further, or a pong waits.
    Called,
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
    /// A connection over `stream`, of which `early` was read already.
    pub async fn open(
        node: Arc<Node>,
        codec: Codec,
        cookie: Option<String>,
        (stream, early): (TcpStream, Vec<u8>),
        stopping: watch::Receiver<bool>,
    ) -> Box<Self> {
        let session = Session::new(codec, Arc::clone(&node.limits.wire), node.clock.millis());
        let (read, write) = stream.into_split();
        let outlet = Arc::new(Outlet::new(write));
        let line = Line::new(read, Arc::clone(&outlet));
        let config = Some(config(node.limits.wire.frame_bytes_max));
        let socket = WebSocketStream::from_partially_read(line, early, Role::Server, config).await;
        Box::new(Self {
            node,
            codec,
            cookie,
            socket,
            outlet,
            session,
            inside: None,
            answers: Answers::default(),
            turns: Turns::default(),
            watches: Watches::default(),
            stopping,
        })
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
            self.look_ahead().await?;
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
        let stands = self.stand_still();
        let deadline = self.node.clock.instant(self.session.poll_timeout()).into();
        let expires_at = self.inside.as_ref().and_then(|inside| inside.caller.expires_at);
        let happened = tokio::select! {
            frame = self.socket.next() => Happened::Frame(frame),
            answer = self.answers.next() => Happened::Answer(answer),
            word = self.watches.next() => Happened::Watch(word),
            // Others have a turn too, however much there is to write.
            () = tokio::task::coop::consume_budget(), if !stands => Happened::Ahead,
            () = self.outlet.called() => Happened::Called,
            () = tokio::time::sleep_until(deadline) => Happened::Deadline,
            () = expired(&self.node, expires_at) => Happened::Expired,
            _ = self.stopping.wait_for(|stopping| *stopping) => Happened::Stop,
        };
        self.take_place()?;
        match happened {
            Happened::Frame(frame) => self.read_on(frame).await?,
            Happened::Answer(answer) => self.take_answers(answer),
            Happened::Watch(word) => self.hear(word),
            Happened::Ahead | Happened::Called => {}
            Happened::Deadline => self.session.handle_timeout(self.node.clock.millis()),
            Happened::Expired => self.session.handle_rights(Close::Revoked),
            Happened::Stop => self.session.handle_shutdown(),
        }
        Ok(())
    }

    /// Takes what is new, so that it leaves with whatever else is to be written; once around, since whoever has much to
    /// read would never be heard.
    async fn look_ahead(&mut self) -> Result<(), Broken> {
        if let Some(Ahead::Events(seq)) = self.ahead() {
            self.session.handle_head(seq);
            self.obey().await?;
        }
        if self.ahead() == Some(Ahead::Counters) {
            self.write_counters();
        }
        if self.ahead() == Some(Ahead::Signals) {
            self.write_signals();
        }
        Ok(())
    }

    fn ahead(&self) -> Option<Ahead> {
        self.inside.as_ref()?.standing.as_ref()?.ahead()
    }

    /// Leaves its place to the fan, unless there is something new to write first. False only then.
    fn stand_still(&mut self) -> bool {
        let Some(inside) = &mut self.inside else { return true };
        let Some(mut standing) = inside.standing.take() else { return true };
        standing.is_to_be_told = !self.session.awaits_checkpoint();
        inside.standing = self.outlet.stand(standing).err();
        inside.standing.is_none()
    }

    /// Takes the place back, with what the fan has written.
    fn take_place(&mut self) -> Result<(), Broken> {
        let Some(inside) = self.inside.as_mut().filter(|inside| inside.standing.is_none()) else {
            return Ok(());
        };
        let standing = self.outlet.leave().ok_or(Broken::Gone)?;
        if let Some(version) = standing.signals_version {
            self.session.handle_signals(version);
        }
        self.session.handle_sent(standing.mark, self.node.clock.millis());
        inside.standing = Some(standing);
        Ok(())
    }

    /// Reads a frame and those that came with it, until something is to be written: commands that are given together
    /// come to the writer together.
    async fn read_on(&mut self, first: Option<Result<Message, Error>>) -> Result<(), Broken> {
        self.read(first)?;
        for _ in 1..FRAMES_AT_ONCE {
            self.obey().await?;
            if self.session.has_ended() || !self.outlet.is_empty() {
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
            answer = self.answers.next().now_or_never();
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
            (Some(Err(error)), _) => return self.break_off(&error),
            (Some(Ok(Message::Close(_))) | None, _) => return Err(Broken::Gone),
        }
        Ok(())
    }

    /// The peer broke the WebSocket protocol itself: it is told by the close code of RFC 6455, if at all.
    fn break_off(&mut self, error: &Error) -> Result<(), Broken> {
        self.outlet.extend(outgoing::refusal(error));
        // Whatever does not fit into the socket's buffer is lost with the connection.
        let _best_effort = self.outlet.try_write();
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
                self.ask(|node, caller, codec| Box::pin(asked::command(node, caller, codec, *frame)))
            }
            Output::Query(frame) => {
                let turns = self.turns.clone();
                self.ask(|node, caller, codec| Box::pin(asked::query(node, caller, codec, *frame, turns)))
            }
            Output::Watch(frame) => self.watch(*frame),
            Output::Unwatch { id } => self.watches.end(id),
            Output::Refresh(frame) => self.refresh(&frame),
            Output::Signal(signal) => {
                if let Some(inside) = &self.inside {
                    asked::signal(&self.node, &inside.caller, &signal);
                }
            }
            Output::Send(frame) => self.outlet.push(framed(self.codec, &frame)),
            Output::SendShared(frame) => self.outlet.push(Bytes::from_owner(frame)),
            Output::Events { .. } => self.write_events().await?,
            Output::Close(close, reason) => self.close(close, &reason).await?,
        }
        Ok(())
    }

    fn enter(&mut self, admitted: Result<Admitted, parloir_session::Refused>) {
        let admission = admitted.map(|admitted| {
            let Admitted { caller, admission, head: _head } = admitted;
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
            let standing = Standing {
                workspace: Arc::clone(&workspace),
                reader,
                mark: admission.mark,
                signals_version: admission.signals,
                owes_counters: is_resumed,
                is_to_be_told: false,
            };
            self.inside = Some(Inside {
                caller: Arc::new(caller),
                standing: Some(Box::new(standing)),
                _head,
                _following: Following::join(workspace, Arc::clone(&self.outlet) as _),
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
            let token = caller.token;
            inside.caller = Arc::new(caller);
            if let Some(standing) = standing(&mut self.inside) {
                standing.reader.use_token(token);
            }
        }
        self.session.handle_reply(answer);
    }

    /// Takes what is visible of the next events, to be written with the answers that wait for them. When much was taken
    /// before it is out first, so that a slow client holds one piece at a time.
    async fn write_events(&mut self) -> Result<(), Broken> {
        if self.outlet.len() >= SOME_BYTES {
            self.flush().await?;
        }
        let Some(standing) = standing(&mut self.inside) else { return Ok(()) };
        let Ok(chunk) = standing.reader.next().await else {
            self.session.handle_reset(ResetReason::TooOld);
            return Ok(());
        };
        metrics::counter!("parloir_deliveries_total").increment(chunk.frames.len() as u64);
        self.outlet.extend(chunk.frames);
        standing.owes_counters |= chunk.counters_missed;
        match chunk.notice {
            Some(Notice::AgentChanged(_)) => self.session.handle_rights(Close::RightsChanged),
            Some(Notice::Deactivated(_) | Notice::TokenRevoked(_)) => {
                self.session.handle_rights(Close::Revoked)
            }
            None => {
                standing.mark = chunk.mark;
                self.session.handle_sent(chunk.mark, self.node.clock.millis());
            }
        }
        Ok(())
    }

    fn write_counters(&mut self) {
        let Some(standing) = standing(&mut self.inside) else { return };
        standing.owes_counters = false;
        let (hub, scope) = (&standing.workspace.hub, &standing.reader.sight().scope);
        // Before the state is read: what comes between is told once more, not missed.
        let seq = hub.head().seq;
        let make = || {
            let state = self.node.state.current();
            let view = parloir_desk::view::View::new(&*state, standing.workspace.id);
            let all = snapshot::counters(&view, scope, seq).into_iter();
            all.map(|one| framed(self.codec, &Down::Counters(one).write(self.codec))).collect()
        };
        self.outlet.push(hub.snapshots.counters((scope, self.codec), seq, make));
    }

    fn write_signals(&mut self) {
        let Some(standing) = standing(&mut self.inside) else { return };
        let (signals, scope) = (&standing.workspace.hub.signals, &standing.reader.sight().scope);
        let (frames, version) = signals.frames_since(standing.signals_version, scope, self.codec);
        standing.signals_version = Some(version);
        self.session.handle_signals(version);
        self.outlet.extend(frames);
    }

    async fn close(&mut self, close: Close, reason: &str) -> Result<(), Broken> {
        self.outlet.push(outgoing::close_frame(close.code(), reason));
        let written = tokio::time::timeout(CLOSING, self.outlet.write_all()).await;
        if matches!(written, Ok(Ok(()))) {
            // Reading on until the peer closes keeps its last bytes from turning our goodbye into a reset.
            let _in_time = tokio::time::timeout(CLOSING, self.socket.get_mut().drain()).await;
        }
        Err(Broken::Gone)
    }

    /// Writes what waits; a client that does not read ends its session, and only that.
    async fn flush(&mut self) -> Result<(), Broken> {
        let mut is_done = self.outlet.try_write().map_err(|_| Broken::Gone)?;
        while !is_done {
            self.session.handle_write_blocked(self.node.clock.millis());
            let deadline = self.node.clock.instant(self.session.poll_timeout()).into();
            match tokio::time::timeout_at(deadline, self.outlet.write_some()).await {
                Ok(Ok(done)) => {
                    is_done = done;
                    self.session.handle_write_advanced();
                }
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

/// The place of somebody who came in, while the connection's own task has it.
fn standing(inside: &mut Option<Inside>) -> Option<&mut Standing> {
    inside.as_mut()?.standing.as_deref_mut()
}

/// Until the token expires; for ever when it does not.
async fn expired(node: &Node, expires_at: Option<Time>) {
    let Some(at) = expires_at else { return std::future::pending().await };
    let left = u64::try_from(at.millis_since(node.clock.now())).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(left)).await;
}
