//! Commands that were given and not answered yet, kept so that each happens once: over reconnects, and with a store
//! that outlives the program over restarts as well. It decides what is kept; how, the store decides.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use parloir_protocol::command::CommandFrame;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::{AgentId, CommandId};
use parloir_protocol::time::Time;
use tokio::sync::{mpsc, oneshot, watch};

use crate::errors::Failure;

pub(crate) mod carrier;
mod file;
mod lines;
mod shelf;

pub use file::FileOutbox;
pub(crate) use shelf::Shelf;

/// Commands that may wait; one more is refused with `busy`.
pub const ENTRIES_MAX: usize = 1_000;

/// A command as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The command with its id.
    pub frame: CommandFrame,
    /// Whose it is: nobody else's client sends it. Nothing before the first welcome, which says who this client is.
    pub agent_id: Option<AgentId>,
    /// When it was given.
    pub given_at: Time,
}

/// A command that waits for its answer, or one of an earlier process that waits for a decision: it was refused, or is
/// nobody's, because that process was never welcomed. Give such a one again, or take it out with
/// [`crate::Client::drop_command`].
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The command.
    pub entry: Entry,
    /// Why the server refused it, when nobody here waited for the answer.
    pub refused: Option<ErrorBody>,
}

impl Kept {
    fn is_not(&self, entry: &Entry) -> bool {
        self.entry.frame.command_id != entry.frame.command_id
    }
}

/// Where entries are kept. Calls may block: they run where that harms nobody. A command is sent only after `put`.
///
/// # Errors
/// Those of the medium. A command that `put` does not take is not sent; one that `remove` leaves behind is sent
/// again by the next process, and answered as before.
pub trait OutboxStore: Send + Sync + fmt::Debug {
    /// Keeps an entry; one with the same command id takes the place of what was kept.
    fn put(&self, entry: &Entry) -> io::Result<()>;
    /// Forgets an entry; nothing happens when it is not there.
    fn remove(&self, command_id: CommandId) -> io::Result<()>;
    /// What an earlier process left, in the order in which it was put.
    fn all(&self) -> io::Result<Vec<Entry>>;
}

/// Entries in memory: over reconnects, not over restarts.
#[derive(Debug, Default)]
pub struct MemoryOutbox {
    entries: Mutex<BTreeMap<CommandId, Entry>>,
}

impl OutboxStore for MemoryOutbox {
    fn put(&self, entry: &Entry) -> io::Result<()> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(entry.frame.command_id, entry.clone());
        Ok(())
    }

    fn remove(&self, command_id: CommandId) -> io::Result<()> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(&command_id);
        Ok(())
    }

    fn all(&self) -> io::Result<Vec<Entry>> {
        Ok(self.entries.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect())
    }
}

/// An entry on its way, and who waits for its answer.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) entry: Entry,
    pub(crate) waits: oneshot::Sender<Result<Bytes, Failure>>,
}

/// Why a command was not kept, so not sent.
#[derive(Debug)]
pub(crate) enum NotGiven {
    Full,
    Store(io::Error),
    Over,
}

/// One client's outbox: what is kept, and the way to the carrier, which ends when the last of these is gone.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    shelf: Shelf,
    queue: mpsc::Sender<Carried>,
}

impl Outbox {
    /// The outbox, and the end of its queue that the carrier takes.
    pub(crate) fn new(shelf: Shelf) -> (Self, mpsc::Receiver<Carried>) {
        let (queue, carried) = mpsc::channel(ENTRIES_MAX);
        (Self { shelf, queue }, carried)
    }

    pub(crate) fn kept(&self) -> watch::Receiver<Vec<Kept>> {
        self.shelf.kept()
    }

    /// Keeps a command, then has it carried.
    pub(crate) async fn give(
        &self,
        entry: Entry,
    ) -> Result<oneshot::Receiver<Result<Bytes, Failure>>, NotGiven> {
        self.shelf.put(&entry).await?;
        let (waits, answer) = oneshot::channel();
        self.queue.send(Carried { entry, waits }).await.map_err(|_| NotGiven::Over)?;
        Ok(answer)
    }

    /// It is not wanted any more.
    pub(crate) async fn remove(&self, command_id: CommandId) {
        self.shelf.remove(command_id).await;
    }
}

impl NotGiven {
    pub(crate) fn refusal() -> ErrorBody {
        ErrorBody::new(Code::Busy, format!("{ENTRIES_MAX} commands wait for an answer: try again later"))
    }
}
