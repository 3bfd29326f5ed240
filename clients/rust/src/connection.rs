//! The task that owns the socket: it connects, resumes, waits and comes back until it is told to stop. Only
//! it writes the position and folds frames into the store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parloir_protocol::close::{self, Close};
use parloir_protocol::codec::Codec;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::errors::Failure;
use crate::options::{Door, Options};
use crate::position::Position;
use crate::send::{Ask, Asks};
use crate::store::{Store, Ticket};
use crate::stream::{Follower, Followers};
use crate::token::{Token, Tokens};
use crate::watches::{Watched, Watches};

mod live;
mod pace;
pub(crate) mod socket;

use live::Live;
use socket::{Loss, Socket};

/// Where a client's connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Connecting without a place to resume from.
    Connecting,
    /// Everything that happens arrives.
    Live,
    /// Connecting again, to go on where it was.
    Resuming,
    /// Waiting before the next try.
    Offline {
        /// Why the last connection or try ended.
        reason: String,
    },
    /// Over: connecting again would not help.
    Closed {
        /// The close code.
        code: u16,
        /// Why.
        reason: String,
    },
}

/// What a handle asks of the task.
#[derive(Debug)]
pub(crate) enum Call {
    Ask(Ask),
    /// A frame without an answer; dropped when there is no connection.
    Tell(Vec<u8>),
    Follow(Follower),
    /// A search to be kept open.
    Watch(Watched),
    /// The handle of an open search is gone.
    Unwatch,
    Cut,
    /// Do not wait for the next try.
    Retry,
    Leave,
}

/// What the task shares with its handles.
#[derive(Debug)]
pub(crate) struct Shared {
    store: Mutex<Store>,
    pub(crate) tokens: Tokens,
    pub(crate) state: watch::Sender<State>,
    /// The store's seq, and a number that moves with every fold.
    pub(crate) seq: watch::Sender<u64>,
    pub(crate) revision: watch::Sender<u64>,
    /// How many answers the application waits for.
    awaited: watch::Sender<usize>,
}

/// Somebody waits for an answer as long as this is held.
#[derive(Debug)]
pub(crate) struct Awaiting<'a>(&'a Shared);

impl Drop for Awaiting<'_> {
    fn drop(&mut self) {
        self.0.awaited.send_modify(|awaited| *awaited -= 1);
    }
}

/// A question whose answer will be folded: events are kept for it as long as this is held.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    shared: &'a Shared,
    pub(crate) ticket: Ticket,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.shared.store().release(self.ticket);
    }
}

impl Shared {
    pub(crate) fn new(store: Store, tokens: Tokens) -> Self {
        Self {
            store: Mutex::new(store),
            tokens,
            state: watch::Sender::new(State::Connecting),
            seq: watch::Sender::new(0),
            revision: watch::Sender::new(0),
            awaited: watch::Sender::new(0),
        }
    }

    /// Answers stand behind the events: while one is waited for, events are read whether there is room or not.
    pub(crate) fn awaiting(&self) -> Awaiting<'_> {
        self.awaited.send_modify(|awaited| *awaited += 1);
        Awaiting(self)
    }

    fn is_awaited(&self) -> bool {
        *self.awaited.borrow() > 0
    }

    /// Ends when somebody waits for an answer.
    async fn awaited(&self) {
        // This one holds the sender, so the channel stays open.
        self.awaited.subscribe().wait_for(|awaited| *awaited > 0).await.map(drop).ok();
    }

    /// The store is whole even if a reader's closure panicked: readers do not write.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a question whose answer will be folded.
    pub(crate) fn asking(&self) -> Asking<'_> {
        let ticket = self.store().ask();
        Asking { shared: self, ticket }
    }

    /// Why no answer will come.
    pub(crate) fn over(&self) -> Failure {
        match &*self.state.borrow() {
            State::Closed { code, reason } => Failure::Ended { code: *code, reason: reason.clone() },
            State::Connecting | State::Live | State::Resuming | State::Offline { .. } => Failure::Unanswered,
        }
    }

    pub(crate) fn folded(&self, seq: u64) {
        self.seq.send_replace(seq);
        self.revision.send_modify(|revision| *revision += 1);
    }
}

/// Why one connection ended.
enum End {
    Lost { loss: Loss, retry_after: Duration },
    Left,
}

pub(crate) struct Connection {
    options: Options,
    door: Door,
    shared: Arc<Shared>,
    calls: mpsc::Receiver<Call>,
    asks: Asks,
    watches: Watches,
    followers: Followers,
    position: Position,
    query_ids: Arc<std::sync::atomic::AtomicU64>,
    /// Whether another token was tried since the last welcome.
    renewed: bool,
}

impl Connection {
    pub(crate) fn new(
        options: Options,
        door: Door,
        shared: Arc<Shared>,
        calls: mpsc::Receiver<Call>,
        query_ids: Arc<std::sync::atomic::AtomicU64>,
    ) -> Self {
        let (asks, watches, position) = (Asks::default(), Watches::default(), Position::default());
        Self {
            options,
            door,
            shared,
            calls,
            asks,
            watches,
            followers: Followers::default(),
            position,
            query_ids,
            renewed: false,
        }
    }

    pub(crate) async fn run(mut self) {
        loop {
            let (loss, retry_after) = match self.once().await {
                End::Lost { loss, retry_after } => (loss, retry_after),
                End::Left => return self.ended(1000, "the client left".to_owned()),
            };
            if !close::reconnects(loss.code) && !self.renews(loss.code) {
                return self.ended(loss.code, loss.reason);
            }
            self.asks.lost();
            self.watches.lost(&mut self.asks);
            self.shared.state.send_replace(State::Offline { reason: loss.reason });
            let (now, pause) = (Instant::now(), self.options.backoff.pause(chance()));
            if self.wait(now + pause.max(retry_after), now + retry_after).await.is_err() {
                return self.ended(1000, "the client left".to_owned());
            }
        }
    }

    /// Whether another token may do what the refused one did not, tried once.
    fn renews(&mut self, code: u16) -> bool {
        let is_refused = [Close::Unauthenticated.code(), Close::Revoked.code()].contains(&code);
        let renews = is_refused && self.shared.tokens.provided() && !self.renewed;
        self.renewed |= renews;
        renews
    }

    async fn once(&mut self) -> End {
        let resumes = self.position.cursor().is_some();
        self.shared.state.send_replace(if resumes { State::Resuming } else { State::Connecting });
        let (shared, door) = (Arc::clone(&self.shared), self.door.clone());
        let opening = timeout(self.options.connect_timeout, open(&shared.tokens, &door, self.options.codec));
        tokio::pin!(opening);
        let opened = loop {
            tokio::select! {
                opened = &mut opening => break opened,
                call = self.calls.recv() => if self.take(call).is_err() {
                    return End::Left;
                },
            }
        };
        match opened.unwrap_or_else(|_| Err(Loss::abnormal("connecting took too long"))) {
            Ok((socket, token)) => Live::new(self).run(socket, token).await,
            Err(loss) => End::Lost { loss, retry_after: Duration::ZERO },
        }
    }

    /// Takes calls until `until`, or from `earliest` on until somebody will not wait; an error when the client leaves.
    async fn wait(&mut self, mut until: Instant, earliest: Instant) -> Result<(), ()> {
        loop {
            tokio::select! {
                () = sleep_until(until) => return Ok(()),
                call = self.calls.recv() => match call {
                    Some(Call::Retry) => until = earliest,
                    call => self.take(call)?,
                },
            }
        }
    }

    /// Takes a call while there is no connection; an error when the client leaves.
    fn take(&mut self, call: Option<Call>) -> Result<(), ()> {
        match call {
            None | Some(Call::Leave) => return Err(()),
            Some(Call::Ask(ask)) => self.asks.push(ask),
            Some(Call::Follow(follower)) => self.followers.push(follower),
            Some(Call::Watch(watched)) => self.watches.push(watched, &mut self.asks),
            Some(Call::Tell(_) | Call::Unwatch | Call::Cut | Call::Retry) => {}
        }
        Ok(())
    }

    fn ended(mut self, code: u16, reason: String) {
        self.calls.close();
        let failure = Failure::Ended { code, reason: reason.clone() };
        self.asks.end(&failure);
        while let Ok(call) = self.calls.try_recv() {
            match call {
                Call::Ask(ask) => ask.asker.fail(failure.clone()),
                Call::Watch(watched) => self.watches.push(watched, &mut self.asks),
                Call::Tell(_) | Call::Follow(_) | Call::Unwatch | Call::Cut | Call::Retry | Call::Leave => {}
            }
        }
        self.watches.end_all(&failure.of_query());
        self.shared.state.send_replace(State::Closed { code, reason });
    }
}

/// A socket, and the token that its `hello` carries.
async fn open(tokens: &Tokens, door: &Door, codec: Codec) -> Result<(Socket, Token), Loss> {
    let token = tokens.take().await;
    let token = token.map_err(|why| Loss::abnormal(format!("there is no token: {why}")))?;
    Ok((Socket::open(door, codec).await?, token))
}

/// Anything random; without a source of chance the longest pause is the safest.
pub(crate) fn chance() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX)
}
