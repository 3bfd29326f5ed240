//! One open workspace: the door to its writer, its hub, and the bells of those who work behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parloir_desk::answer::Answer;
use parloir_desk::command::{Asked, Command, Expected};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::refusal::Refusal;
use parloir_protocol::ids::WorkspaceId;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::fan::Fan;
use crate::hub::Hub;
use crate::live::Live;
use crate::presence::Connected;

/// A command on its way to the writer.
#[derive(Debug)]
pub struct Request {
    pub key: Key,
    pub actor: Actor,
    pub command: Asked,
    pub expected: Option<Expected>,
    pub answer: oneshot::Sender<Answered>,
}

/// Commands for one writer. Each in a box: a channel has room for its first ones from the start, in every workspace.
pub type Requests = mpsc::Receiver<Box<Request>>;

/// What became of a command.
pub type Answered = Result<Answer, Rejected>;

/// Why a command was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejected {
    /// The rules say no.
    Refused(Refusal),
    /// Too many wait.
    Busy,
    /// The disk is full, or this workspace's log is damaged.
    ReadOnly,
    /// The log takes nothing now; it is not known whether this was written.
    Unavailable,
    /// The rules failed on it. It is set aside.
    Internal,
}

/// One open workspace.
pub struct Workspace {
    pub id: WorkspaceId,
    pub hub: Hub,
    pub fan: Fan,
    pub connected: Connected,
    pub live: Live,
    requests: mpsc::Sender<Box<Request>>,
    /// Rung when a job has work.
    pub jobs: Notify,
    /// Rung when a message is to leave.
    pub outbox: Notify,
    /// Rung when a file is to be fetched.
    pub fetching: Notify,
    /// Rung when something is due at another time.
    pub due: Notify,
    /// Rung when a webhook is another one, or stands otherwise.
    pub hooks: Notify,
    /// How often somebody was erased: what was read before may name them.
    pub erasures: AtomicU64,
    /// The seq of the newest record, for those who read the log and are no connection.
    pub newest: watch::Sender<u64>,
}

impl Workspace {
    /// A workspace, and where its writer takes commands from.
    pub fn new(id: WorkspaceId, hub: Hub, queue: usize) -> (Arc<Self>, Requests) {
        let (requests, received) = mpsc::channel(queue);
        (
            Arc::new(Self {
                id,
                hub,
                fan: Fan::default(),
                connected: Connected::default(),
                live: Live::default(),
                requests,
                jobs: Notify::new(),
                outbox: Notify::new(),
                fetching: Notify::new(),
                due: Notify::new(),
                hooks: Notify::new(),
                erasures: AtomicU64::new(0),
                newest: watch::Sender::new(0),
            }),
            received,
        )
    }

    /// Whoever keeps what was read before an erasure lets it go and reads again.
    pub fn forget(&self) {
        self.hub.forget();
        self.erasures.fetch_add(1, Ordering::Release);
        self.hooks.notify_one();
    }

    /// Calls everybody to what was published.
    pub fn call(&self) {
        self.hub.call();
        self.fan.call();
    }

    /// Hands a command to the writer and waits for what became of it. `Ok` means it is on stable storage.
    ///
    /// # Errors
    /// [`Rejected`].
    pub async fn ask(
        &self,
        key: Key,
        actor: Actor,
        command: Command,
        expected: Option<Expected>,
    ) -> Answered {
        // Whoever finds no place costs nothing more.
        let place = self.requests.try_reserve().map_err(|error| match error {
            mpsc::error::TrySendError::Full(()) => Rejected::Busy,
            mpsc::error::TrySendError::Closed(()) => Rejected::Unavailable,
        })?;
        let (answer, answered) = oneshot::channel();
        place.send(Box::new(Request { key, actor, command: command.into(), expected, answer }));
        answered.await.unwrap_or(Err(Rejected::Unavailable))
    }
}
