//! The handle that applications hold: cheap to clone, it talks to the one task that owns the connection.
//! The task ends with the last handle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parloir_protocol::codec::Codec;
use parloir_protocol::command::{Command, CommandFrame, Expected};
use parloir_protocol::down::{Done, read_ok};
use parloir_protocol::entity::{Attachment, View};
use parloir_protocol::ids::{CommandId, ConversationId};
use parloir_protocol::query::QueryFrame;
use parloir_protocol::query::conversation::{QueuePage, Timeline};
use parloir_protocol::query::search::SearchConversations;
use parloir_protocol::up::{Doing, Refresh, ReplyTo, SignalUp, Up};
use parloir_protocol::watch::{Watch, WatchFrame};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::{Duration, Instant, timeout_at};
use uuid::Uuid;

use crate::connection::{Call, Connection, Shared, State};
use crate::errors::{CommandError, Failure, QueryError};
use crate::options::{Door, Options, UrlError};
use crate::outbox::carrier::Carrier;
use crate::outbox::{Entry, Kept, NotGiven, Outbox, Shelf};
use crate::question::Question;
use crate::send::{Ask, Asker};
use crate::store::Store;
use crate::stream::{Events, stream};
use crate::token::{Token, Tokens, now};
use crate::upload::{UploadError, Uploading, upload};
use crate::watches::Watched;
use crate::watching::{Stand, Watching};

/// Calls that wait for the task to take them.
const CALLS_MAX: usize = 64;

/// How often a page that came too late is asked for again.
const TRIES_MAX: usize = 4;

/// A connection to one workspace as one agent.
#[derive(Debug, Clone)]
pub struct Client {
    calls: mpsc::Sender<Call>,
    shared: Arc<Shared>,
    turns: Arc<Semaphore>,
    outbox: Option<Outbox>,
    door: Door,
    query_ids: Arc<AtomicU64>,
    codec: Codec,
    answer_timeout: Duration,
    events_max: usize,
}

/// What a look at the store waits for.
pub type Look = watch::Receiver<u64>;

impl Client {
    /// Starts to connect; must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When `options.url` cannot be an address, or `options.roots` are none. Whether the server is there shows in [`Client::state`].
    pub fn connect(options: Options) -> Result<Self, UrlError> {
        let door = Door::of(&options.url, options.roots.as_deref())?;
        let (calls, taken) = mpsc::channel(CALLS_MAX);
        let store = Store::new(options.view.clone(), options.rows_max);
        let shared = Arc::new(Shared::new(store, Tokens::new(options.token.clone())));
        let turns = Arc::new(Semaphore::new(options.in_flight_max));
        let outbox = options.outbox.clone().map(|store| {
            let shelf = Shelf::new(store);
            let (outbox, carried) = Outbox::new(shelf.clone());
            let (calls, shared, turns) = (calls.downgrade(), Arc::clone(&shared), Arc::clone(&turns));
            let carrier = Carrier { shelf, calls, shared, turns, codec: options.codec };
            tokio::spawn(carrier.run(carried));
            outbox
        });
        let client = Self {
            calls,
            shared: Arc::clone(&shared),
            turns,
            outbox,
            door: door.clone(),
            query_ids: Arc::new(AtomicU64::new(1)),
            codec: options.codec,
            answer_timeout: options.answer_timeout,
            events_max: options.events_max,
        };
        let connection = Connection::new(options, door, shared, taken, Arc::clone(&client.query_ids));
        tokio::spawn(connection.run());
        Ok(client)
    }

    /// Where the connection is, and word of each change.
    pub fn state(&self) -> watch::Receiver<State> {
        self.shared.state.subscribe()
    }

    /// The newest seq that the store holds.
    pub fn seq(&self) -> watch::Receiver<u64> {
        self.shared.seq.subscribe()
    }

    /// A number that moves whenever the store does.
    pub fn look(&self) -> Look {
        self.shared.revision.subscribe()
    }

    /// Reads the store. The client folds nothing as long as `read` runs.
    pub fn read<R>(&self, read: impl FnOnce(&Store) -> R) -> R {
        read(&self.shared.store())
    }

    /// Waits until the connection is live.
    ///
    /// # Errors
    /// The close code and reason when it is over.
    pub async fn live(&self) -> Result<(), QueryError> {
        let mut state = self.state();
        let settled = |state: &State| matches!(state, State::Live | State::Closed { .. });
        let _awaited = self.shared.awaiting();
        match state.wait_for(settled).await.as_deref() {
            Ok(State::Closed { code, reason }) => {
                Err(QueryError::Ended { code: *code, reason: reason.clone() })
            }
            Ok(State::Connecting | State::Live | State::Resuming | State::Offline { .. }) | Err(_) => Ok(()),
        }
    }

    /// Every frame from now on but answers, and word of what is missing. See [`Events`].
    pub async fn events(&self) -> Events {
        let (follower, events) = stream(self.events_max);
        // Once the connection is over the stream is simply at its end.
        self.calls.send(Call::Follow(follower)).await.ok();
        events
    }

    /// Does something once, whatever happens to the connection.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn command(&self, command: Command) -> Result<Done, CommandError> {
        self.command_with(CommandId(Uuid::now_v7()), None, command).await
    }

    /// The same with an id of one's own, and with what the author had on screen.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn command_with(
        &self,
        command_id: CommandId,
        expected: Option<Expected>,
        command: Command,
    ) -> Result<Done, CommandError> {
        self.give(command_id, expected, command).await?.answer().await
    }

    /// Gives a command to be done, without waiting for its answer. With an outbox it is kept once this returns.
    ///
    /// # Errors
    /// [`CommandError::NotKept`], `busy` when too many wait already, or the end of the connection.
    pub async fn give(
        &self,
        command_id: CommandId,
        expected: Option<Expected>,
        command: Command,
    ) -> Result<Given<'_>, CommandError> {
        let until = Instant::now() + self.answer_timeout;
        let frame = CommandFrame { command_id, expected, command };
        let kept = match &self.outbox {
            None => Way::Direct(Up::Command(frame).write(self.codec)),
            Some(_) if self.is_over() => return Err(self.over().of_command(command_id)),
            Some(outbox) => {
                let agent_id = self.read(|store| store.me().map(|me| me.agent_id));
                let given = outbox.give(Entry { frame, agent_id, given_at: now() }).await;
                Way::Kept(given.map_err(|why| match why {
                    NotGiven::Full => CommandError::Refused(NotGiven::refusal()),
                    NotGiven::Store(error) => CommandError::NotKept(error.to_string()),
                    NotGiven::Over => self.shared.over().of_command(command_id),
                })?)
            }
        };
        Ok(Given { client: self, command_id, until, way: kept })
    }

    /// Commands of the outbox without an answer, and those of an earlier process that were refused. Empty without an
    /// outbox.
    pub fn kept(&self) -> watch::Receiver<Vec<Kept>> {
        match &self.outbox {
            Some(outbox) => outbox.kept(),
            None => watch::channel(Vec::new()).1,
        }
    }

    /// Takes a refused command of an earlier process out of the outbox.
    pub async fn drop_command(&self, command_id: CommandId) {
        if let Some(outbox) = &self.outbox {
            outbox.remove(command_id).await;
        }
    }

    /// Reads something.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn query<Q: Question>(&self, question: Q) -> Result<Q::Answer, QueryError> {
        self.query_at_least(question, None).await
    }

    /// The same; the answer includes everything up to `at_least`.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn query_at_least<Q: Question>(
        &self,
        question: Q,
        at_least: Option<u64>,
    ) -> Result<Q::Answer, QueryError> {
        let id = self.query_ids.fetch_add(1, Ordering::Relaxed);
        let frame = Up::Query(QueryFrame { id, at_least, query: question.into_query() }).write(self.codec);
        let bytes = self.ask(ReplyTo::Query(id), frame).await.map_err(Failure::of_query)?;
        read_ok(self.codec, &bytes).map_err(QueryError::Malformed)
    }

    /// Keeps a search open: the list that it has now, and every change of it. It survives the loss of the
    /// connection and ends with its handle. `after` must be absent.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn watch(&self, search: SearchConversations) -> Result<Watching, QueryError> {
        let until = Instant::now() + self.answer_timeout;
        let id = self.query_ids.fetch_add(1, Ordering::Relaxed);
        let limit = search.limit;
        let frame = Up::Watch(WatchFrame { id, watch: Watch::SearchConversations(search) });
        let (stand, stands) = watch::channel(Stand::default());
        let mut watching = Watching::new(stands, self.calls.clone());
        let begun = async {
            let _awaited = self.shared.awaiting();
            let Ok(_turn) = self.turns.acquire().await else { return Err(self.over().of_query()) };
            let watched = Watched { id, frame: frame.write(self.codec), limit, stand };
            self.calls.send(Call::Watch(watched)).await.map_err(|_| self.over().of_query())?;
            watching.begun().await
        };
        timeout_at(until, begun).await.unwrap_or(Err(QueryError::Unanswered))?;
        Ok(watching)
    }

    /// Shows another view: its first page replaces the store's window.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn show(&self, view: View) -> Result<(), QueryError> {
        self.page(QueuePage { view, limit: None, after: None }).await
    }

    /// Makes the window one page longer; `false` when it holds the whole view.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn more(&self) -> Result<bool, QueryError> {
        let window = self.read(|store| store.window().clone());
        let Some(after) = window.next else { return Ok(false) };
        self.page(QueuePage { view: window.view, limit: None, after: Some(after) }).await.map(|()| true)
    }

    async fn page(&self, asked: QueuePage) -> Result<(), QueryError> {
        for _ in 0..TRIES_MAX {
            let asking = self.shared.asking();
            let seq = self.read(Store::seq);
            let page = self.query_at_least(asked.clone(), Some(seq)).await?;
            if self.change(|store| store.fold_page(asking.ticket, &asked, &page)) {
                return Ok(());
            }
        }
        Err(QueryError::Overtaken)
    }

    /// Loads the newest page of a timeline, or the page before what is loaded.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn timeline(&self, conversation_id: ConversationId) -> Result<(), QueryError> {
        for _ in 0..TRIES_MAX {
            let asking = self.shared.asking();
            let (seq, before) = self.read(|store| {
                let first = store.timeline(conversation_id).and_then(crate::store::Timeline::first_seq);
                (store.seq(), first)
            });
            let asked = Timeline { conversation_id, before, limit: None };
            let page = self.query_at_least(asked.clone(), Some(seq)).await?;
            if self.change(|store| store.fold_timeline(asking.ticket, &asked, &page)) {
                return Ok(());
            }
        }
        Err(QueryError::Overtaken)
    }

    /// The timeline is not on screen any more.
    pub fn drop_timeline(&self, conversation_id: ConversationId) {
        self.change(|store| store.drop_timeline(conversation_id));
    }

    fn change<R>(&self, change: impl FnOnce(&mut Store) -> R) -> R {
        let (result, seq) = {
            let mut store = self.shared.store();
            (change(&mut store), store.seq())
        };
        self.shared.folded(seq);
        result
    }

    /// Tells the colleagues what the agent does in a conversation. Renew it while it lasts.
    pub async fn signal(&self, conversation_id: ConversationId, doing: Doing) {
        let frame = Up::Signal(SignalUp { conversation_id, doing }).write(self.codec);
        self.calls.send(Call::Tell(frame)).await.ok();
    }

    /// Goes on with another token of the same agent, now and after every reconnect.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub async fn refresh(&self, token: impl Into<Token>) -> Result<(), QueryError> {
        let token = token.into();
        let id = self.query_ids.fetch_add(1, Ordering::Relaxed);
        let frame = Up::Refresh(Refresh { id, token: token.token.clone() }).write(self.codec);
        self.ask(ReplyTo::Query(id), frame).await.map_err(Failure::of_query)?;
        self.shared.tokens.put(token);
        Ok(())
    }

    /// Uploads a file, at most 30,000,000 bytes; it can be sent once this returns. It goes on by itself after a lost
    /// connection.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn upload(
        &self,
        name: &str,
        file: impl Into<Bytes>,
        options: Uploading,
    ) -> Result<Attachment, UploadError> {
        upload(&self.door, &self.shared.tokens, name, file.into(), options).await
    }

    /// Drops the connection as a broken network would. The client comes back by itself.
    pub async fn cut(&self) {
        self.calls.send(Call::Cut).await.ok();
    }

    /// Tries to connect now in the place of waiting for the next try, but never before the server wants it.
    pub async fn retry(&self) {
        self.calls.send(Call::Retry).await.ok();
    }

    /// Ends the connection for good.
    pub async fn leave(&self) {
        self.calls.send(Call::Leave).await.ok();
        let mut state = self.state();
        // An error says that the task is gone, which is as good.
        state.wait_for(|state| matches!(state, State::Closed { .. })).await.map(drop).ok();
    }

    async fn ask(&self, to: ReplyTo, frame: Vec<u8>) -> Result<Bytes, Failure> {
        self.ask_until(Instant::now() + self.answer_timeout, to, frame).await
    }

    async fn ask_until(&self, until: Instant, to: ReplyTo, frame: Vec<u8>) -> Result<Bytes, Failure> {
        let answered = async {
            let _awaited = self.shared.awaiting();
            let Ok(_turn) = self.turns.acquire().await else { return Err(self.over()) };
            let (answer, answered) = oneshot::channel();
            let call = Call::Ask(Ask { to, frame, asker: Asker::Caller(answer) });
            self.calls.send(call).await.map_err(|_| self.over())?;
            answered.await.unwrap_or_else(|_| Err(self.over()))
        };
        timeout_at(until, answered).await.unwrap_or(Err(Failure::Unanswered))
    }

    fn over(&self) -> Failure {
        self.shared.over()
    }

    fn is_over(&self) -> bool {
        matches!(&*self.shared.state.borrow(), State::Closed { .. })
    }
}

/// How a command that was given goes its way.
#[derive(Debug)]
enum Way {
    /// Nobody has it but its caller.
    Direct(Vec<u8>),
    /// The outbox has it.
    Kept(oneshot::Receiver<Result<Bytes, Failure>>),
}

/// A command on its way. With an outbox it is done whether or not anybody asks for its answer.
#[derive(Debug)]
pub struct Given<'a> {
    client: &'a Client,
    command_id: CommandId,
    until: Instant,
    way: Way,
}

impl Given<'_> {
    /// The command's id.
    pub fn command_id(&self) -> CommandId {
        self.command_id
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn answer(self) -> Result<Done, CommandError> {
        let Self { client, command_id, until, way } = self;
        let _awaited = client.shared.awaiting();
        let answer = match way {
            Way::Direct(frame) => client.ask_until(until, ReplyTo::Command(command_id), frame).await,
            Way::Kept(answer) => match timeout_at(until, answer).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => Err(client.over()),
                Err(_) => Err(Failure::Unanswered),
            },
        };
        let bytes = answer.map_err(|failure| failure.of_command(command_id))?;
        read_ok(client.codec, &bytes).map_err(CommandError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_page_that_nobody_waits_for_any_more_keeps_no_events() {
        let client = Client::connect(Options::new("http://127.0.0.1:9", "secret")).expect("an address");
        let id = ConversationId::from_bytes([1; 16]);
        assert!(client.timeline(id).now_or_never().is_none());
        assert!(!client.read(Store::is_asked), "a timeline");
        assert!(client.show(View::open()).now_or_never().is_none());
        assert!(!client.read(Store::is_asked), "a view");
    }
}
