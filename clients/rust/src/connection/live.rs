//! One connection from `hello` to its end: frames in, calls out. It stops reading as long as a follower has
//! no room and nobody waits for an answer, so nothing is ever buffered without bound.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use parloir_protocol::close::Close;
use parloir_protocol::down::{Down, Goodbye, Reply, Welcome, read_ok};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::limits::Limits;
use parloir_protocol::query::{Query, QueryFrame, conversation};
use parloir_protocol::up::{Hello, Refresh, ReplyTo, Resume, Up};
use parloir_protocol::watch::Unwatch;
use tokio::task::JoinHandle;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep_until, timeout};

use super::pace::Pace;
use super::socket::{ABNORMAL, Loss, Socket};
use super::{Call, Connection, End, Shared, State};
use crate::errors::{Failure, QueryError};
use crate::send::{AGAIN, Ask, Asker};
use crate::stream::Followers;
use crate::token::Token;

/// A day: a deadline that stands for none.
const NEVER: Duration = Duration::from_secs(86_400);

/// The close code for a frame that is none: trying again would bring it again.
const UNREADABLE: u16 = 1007;

pub(super) struct Live<'a> {
    connection: &'a mut Connection,
    limits: Limits,
    welcomed: bool,
    /// The last frame from the server.
    seen: Instant,
    pace: Pace,
    /// When there is something to send that could not be sent yet.
    send_at: Option<Instant>,
    goodbye: Option<Goodbye>,
    /// When another token is asked for, and the asking.
    renew_at: Option<Instant>,
    renewing: Option<JoinHandle<Result<Token, String>>>,
}

enum Step {
    Go,
    Leave,
}

impl<'a> Live<'a> {
    pub(super) fn new(connection: &'a mut Connection) -> Self {
        let (limits, now) = (Limits::standard(), Instant::now());
        let pace = Pace::new(limits.frames_per_second, limits.frames_burst, now);
        Self {
            connection,
            limits,
            welcomed: false,
            seen: now,
            pace,
            send_at: None,
            goodbye: None,
            renew_at: None,
            renewing: None,
        }
    }

    pub(super) async fn run(mut self, mut socket: Socket, token: Token) -> End {
        if let Err(loss) = self.hello(&mut socket, token).await {
            return self.lost(loss);
        }
        loop {
            match self.step(&mut socket).await {
                Ok(Step::Go) => {}
                Ok(Step::Leave) => {
                    timeout(self.connection.options.connect_timeout, socket.close()).await.ok();
                    return End::Left;
                }
                Err(loss) => return self.lost(loss),
            }
        }
    }

    async fn hello(&mut self, socket: &mut Socket, token: Token) -> Result<(), Loss> {
        let connection = &self.connection;
        let hello = Up::Hello(Hello {
            token: Some(token.token),
            client: connection.options.client.clone(),
            resume: connection.position.cursor().map(|cursor| Resume { cursor }),
            view: Some(connection.shared.store().window().view.clone()),
        });
        self.write(socket, &hello.write(connection.options.codec)).await
    }

    fn lost(&self, loss: Loss) -> End {
        let after = self.goodbye.as_ref().and_then(|goodbye| goodbye.retry_after_ms).unwrap_or(0);
        End::Lost { loss: self.named(loss), retry_after: Duration::from_millis(after) }
    }

    /// A connection that broke right after `goodbye` ended for the reason given there.
    fn named(&self, loss: Loss) -> Loss {
        let Some(goodbye) = self.goodbye.as_ref().filter(|_| loss.code == ABNORMAL) else { return loss };
        let close = Close::ALL.into_iter().find(|close| close.name() == goodbye.code);
        close.map_or(loss, |close| Loss::of(close, goodbye.reason.clone()))
    }

    async fn step(&mut self, socket: &mut Socket) -> Result<Step, Loss> {
        self.send(socket).await?;
        let stalled = self.connection.followers.is_full() && !self.connection.shared.is_awaited();
        let silent_at = self.seen + self.silence();
        let send_at = self.send_at.unwrap_or_else(|| Instant::now() + NEVER);
        let renew_at = self.renew_at.unwrap_or_else(|| Instant::now() + NEVER);
        tokio::select! {
            read = socket.read(), if !stalled => self.frame(&read?, socket).await.map(|()| Step::Go),
            () = room(&self.connection.followers, &self.connection.shared), if stalled => {
                self.seen = Instant::now();
                Ok(Step::Go)
            }
            call = self.connection.calls.recv() => self.call(call, socket).await,
            () = sleep_until(silent_at), if !stalled => Err(Loss::abnormal("the server is silent")),
            () = sleep_until(send_at) => Ok(Step::Go),
            () = sleep_until(renew_at) => {
                self.renew_at = None;
                self.renewing = self.connection.shared.tokens.another().map(tokio::spawn);
                Ok(Step::Go)
            }
            token = given(&mut self.renewing) => {
                self.renew(token);
                Ok(Step::Go)
            }
        }
    }

    fn silence(&self) -> Duration {
        if self.welcomed {
            Duration::from_millis(self.limits.heartbeat_ms + self.limits.pong_timeout_ms)
        } else {
            self.connection.options.connect_timeout
        }
    }

    async fn call(&mut self, call: Option<Call>, socket: &mut Socket) -> Result<Step, Loss> {
        match call {
            None | Some(Call::Leave) => return Ok(Step::Leave),
            Some(Call::Ask(ask)) => self.connection.asks.push(ask),
            Some(Call::Follow(follower)) => self.connection.followers.push(follower),
            Some(Call::Watch(watched)) => {
                self.connection.watches.push(watched, &mut self.connection.asks);
            }
            // Whoever is gone is looked for before anything is sent.
            Some(Call::Unwatch | Call::Retry) => {}
            Some(Call::Cut) => return Err(Loss::abnormal("cut by the client")),
            Some(Call::Tell(frame)) => {
                if self.welcomed && self.pace.take(Instant::now()).is_ok() {
                    self.write(socket, &frame).await?;
                }
            }
        }
        Ok(Step::Go)
    }

    /// Sends what may be sent now.
    async fn send(&mut self, socket: &mut Socket) -> Result<(), Loss> {
        self.send_at = None;
        if !self.welcomed {
            return Ok(());
        }
        self.fill();
        self.refuse_too_large();
        self.unwatch(socket).await?;
        let in_flight_max = self.limits.in_flight_max.max(1);
        while self.connection.asks.ready(in_flight_max, Instant::now()) {
            if let Err(at) = self.pace.take(Instant::now()) {
                self.send_at = Some(at);
                break;
            }
            let Some(frame) = self.connection.asks.next_frame(in_flight_max, Instant::now()) else { break };
            written(timeout(Duration::from_millis(self.limits.send_timeout_ms), socket.write(frame)).await)?;
        }
        self.send_at = self.send_at.or_else(|| self.connection.asks.due());
        self.flush(socket).await
    }

    /// Answers what no frame can carry as the server would, if that did not end the connection.
    fn refuse_too_large(&mut self) {
        let max = self.limits.frame_bytes_max;
        while let Some(ask) = self.connection.asks.too_large(max) {
            let message = format!("the frame has {} bytes, {max} at most", ask.frame.len());
            self.refused(ask, &ErrorBody::new(Code::FrameTooLarge, message).with("max", max));
        }
    }

    /// Ends the searches whose handles are gone.
    async fn unwatch(&mut self, socket: &mut Socket) -> Result<(), Loss> {
        while let Some(id) = self.connection.watches.left() {
            if let Err(at) = self.pace.take(Instant::now()) {
                self.send_at = Some(at);
                return Ok(());
            }
            self.connection.watches.forget(id);
            let frame = Up::Unwatch(Unwatch { id }).write(self.connection.options.codec);
            self.write(socket, &frame).await?;
        }
        Ok(())
    }

    /// Asks for the rows that the store lacks, all in one question and one question at a time.
    fn fill(&mut self) {
        let connection = &mut self.connection;
        if connection.asks.filling() {
            return;
        }
        let mut store = connection.shared.store();
        let Some((ids, at_least)) = store.missing(self.limits.page_rows_max) else { return };
        let ticket = store.ask();
        drop(store);
        let id = connection.query_ids.fetch_add(1, Ordering::Relaxed);
        let query = Query::ConversationRows(conversation::Rows { ids: ids.clone() });
        let frame = Up::Query(QueryFrame { id, at_least: Some(at_least), query });
        let frame = frame.write(connection.options.codec);
        connection.asks.push(Ask { to: ReplyTo::Query(id), frame, asker: Asker::Filling { ticket, ids } });
    }

    /// Puts another token in the place of the one in use before that ends.
    fn renew(&mut self, token: Result<Token, String>) {
        self.renewing = None;
        let Ok(token) = token else { return self.renew_later() };
        let id = self.connection.query_ids.fetch_add(1, Ordering::Relaxed);
        let frame =
            Up::Refresh(Refresh { id, token: token.token.clone() }).write(self.connection.options.codec);
        let ask = Ask { to: ReplyTo::Query(id), frame, asker: Asker::Renewal(token) };
        self.connection.asks.push(ask);
    }

    fn renew_later(&mut self) {
        self.renew_at = self.connection.shared.tokens.due_in().map(|due| Instant::now() + due);
    }

    async fn write(&self, socket: &mut Socket, frame: &[u8]) -> Result<(), Loss> {
        written(timeout(Duration::from_millis(self.limits.send_timeout_ms), socket.write(frame)).await)?;
        self.flush(socket).await
    }

    async fn flush(&self, socket: &mut Socket) -> Result<(), Loss> {
        written(timeout(Duration::from_millis(self.limits.send_timeout_ms), socket.flush()).await)
    }
}

impl Live<'_> {
    async fn frame(&mut self, bytes: &Bytes, socket: &mut Socket) -> Result<(), Loss> {
        self.seen = Instant::now();
        let codec = self.connection.options.codec;
        let frame = Down::read(codec, bytes)
            .map_err(|error| Loss { code: UNREADABLE, reason: format!("a frame cannot be read: {error}") })?;
        match frame {
            Down::Welcome(ref welcome) => self.welcome(welcome),
            Down::Snapshot(ref part) if part.last => self.connection.position.snapshot(part.seq),
            Down::Event(ref event) if !self.connection.position.advance(event.seq) => return Ok(()),
            Down::Unknown(ref frame)
                if frame.seq.is_some_and(|seq| !self.connection.position.advance(seq)) =>
            {
                return Ok(());
            }
            Down::Reply(reply) => {
                self.reply(&reply, bytes);
                return Ok(());
            }
            Down::Checkpoint(ref checkpoint) => self.connection.position.reached(checkpoint.cursor),
            Down::Ping(ref ping) => {
                self.connection.position.reached(ping.cursor);
                self.write(socket, &Up::Pong.write(codec)).await?;
            }
            Down::Reset(_) => {
                self.connection.position.forget();
                self.connection.asks.forget_filling();
            }
            Down::Goodbye(ref goodbye) => self.goodbye = Some(goodbye.clone()),
            Down::Change(ref change) => {
                self.connection.watches.fold(change);
                self.connection.followers.tell(frame);
                return Ok(());
            }
            Down::Snapshot(_) | Down::Event(_) | Down::Signal(_) | Down::Counters(_) | Down::Unknown(_) => {}
        }
        self.fold(frame);
        Ok(())
    }

    fn welcome(&mut self, welcome: &Welcome) {
        self.welcomed = true;
        self.limits = welcome.limits.clone();
        self.pace = Pace::new(self.limits.frames_per_second, self.limits.frames_burst, self.seen);
        self.connection.options.backoff.reset();
        self.connection.renewed = false;
        self.renew_later();
        if !welcome.resumed {
            self.connection.position.offer(welcome.cursor);
            self.connection.asks.forget_filling();
        }
    }

    fn fold(&mut self, frame: Down) {
        let shared = &self.connection.shared;
        let seq = {
            let mut store = shared.store();
            store.fold(&frame);
            store.seq()
        };
        shared.folded(seq);
        let whole = match &frame {
            Down::Welcome(welcome) => welcome.resumed,
            Down::Snapshot(part) => part.last,
            Down::Event(_)
            | Down::Reply(_)
            | Down::Change(_)
            | Down::Signal(_)
            | Down::Counters(_)
            | Down::Checkpoint(_)
            | Down::Ping(_)
            | Down::Reset(_)
            | Down::Goodbye(_)
            | Down::Unknown(_) => false,
        };
        if whole {
            shared.state.send_replace(State::Live);
        }
        self.connection.followers.tell(frame);
    }

    fn reply(&mut self, reply: &Reply, bytes: &Bytes) {
        let Some(ask) = self.connection.asks.answered(reply, self.seen) else { return };
        match &reply.error {
            None => self.accepted(ask, bytes),
            Some(error) => self.refused(ask, error),
        }
    }

    fn accepted(&mut self, ask: Ask, bytes: &Bytes) {
        let codec = self.connection.options.codec;
        match ask.asker {
            Asker::Caller(answer) => {
                // A caller who stopped waiting needs no answer.
                answer.send(Ok(bytes.clone())).ok();
            }
            Asker::Filling { ticket, ids } => {
                let shared = &self.connection.shared;
                let mut store = shared.store();
                match read_ok(codec, bytes) {
                    Ok(rows) => _ = store.fold_rows(ticket, &ids, rows),
                    Err(_) => store.give_up(ticket, &ids),
                }
                let seq = store.seq();
                drop(store);
                shared.folded(seq);
            }
            Asker::Renewal(token) => {
                self.connection.shared.tokens.put(token);
                self.renew_later();
            }
            Asker::Watch { id, .. } => match read_ok(codec, bytes) {
                Ok(list) => self.connection.watches.open(id, list, self.limits.page_rows),
                Err(error) => self.connection.watches.end(id, QueryError::Malformed(error)),
            },
        }
    }

    fn refused(&mut self, ask: Ask, error: &ErrorBody) {
        match ask.asker {
            asker @ Asker::Caller(_) => asker.fail(Failure::Refused(error.clone())),
            asker @ Asker::Filling { .. } if error.temporary => {
                self.connection.asks.put_off(Ask { asker, ..ask }, self.seen + AGAIN);
            }
            Asker::Filling { ticket, ids } => self.connection.shared.store().give_up(ticket, &ids),
            // The connection goes on with the token that it has, until that ends.
            Asker::Renewal(_) => {}
            Asker::Watch { id, stand } => {
                let was_open = stand.borrow().hits.is_some();
                if was_open && error.temporary {
                    let ask = Ask { asker: Asker::Watch { id, stand }, ..ask };
                    self.connection.asks.put_off(ask, self.seen + AGAIN);
                } else {
                    self.connection.watches.end(id, QueryError::Refused(error.clone()));
                }
            }
        }
    }
}

/// What a provider gives; never without an asking.
async fn given(renewing: &mut Option<JoinHandle<Result<Token, String>>>) -> Result<Token, String> {
    match renewing {
        Some(provided) => provided.await.unwrap_or_else(|error| Err(error.to_string())),
        None => std::future::pending().await,
    }
}

/// Ends when every follower has room or is gone, or when somebody waits for an answer.
async fn room(followers: &Followers, shared: &Shared) {
    tokio::select! {
        () = followers.room() => {}
        () = shared.awaited() => {}
    }
}

fn written(outcome: Result<Result<(), Loss>, Elapsed>) -> Result<(), Loss> {
    outcome.unwrap_or_else(|_| Err(Loss::abnormal("the server does not read")))
}
