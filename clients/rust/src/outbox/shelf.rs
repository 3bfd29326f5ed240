//! What an outbox keeps, in its store and for those who look. It knows of no connection and no queue, so whoever holds
//! it keeps neither open.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{AgentId, CommandId};
use tokio::sync::watch;

use super::{ENTRIES_MAX, Entry, Kept, NotGiven, OutboxStore};

#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    store: Arc<dyn OutboxStore>,
    kept: Arc<watch::Sender<Vec<Kept>>>,
}

impl Shelf {
    pub(crate) fn new(store: Arc<dyn OutboxStore>) -> Self {
        Self { store, kept: Arc::new(watch::Sender::new(Vec::new())) }
    }

    pub(crate) fn kept(&self) -> watch::Receiver<Vec<Kept>> {
        self.kept.subscribe()
    }

    /// Keeps a command; one with the same id takes the place of what was kept.
    pub(super) async fn put(&self, entry: &Entry) -> Result<(), NotGiven> {
        let is_full = |kept: &[Kept]| kept.len() >= ENTRIES_MAX && kept.iter().all(|kept| kept.is_not(entry));
        if is_full(&self.kept.borrow()) {
            return Err(NotGiven::Full);
        }
        self.add(entry.clone());
        let written = self.write(entry.clone()).await;
        if written.is_err() {
            self.forget(entry.frame.command_id);
        }
        written.map_err(NotGiven::Store)
    }

    /// The command with its agent, who was not known when it was given.
    pub(super) async fn owned(&self, entry: Entry, me: AgentId) -> Entry {
        if entry.agent_id.is_some() {
            return entry;
        }
        let owned = Entry { agent_id: Some(me), ..entry };
        self.add(owned.clone());
        // What cannot be written now is sent all the same; only after a crash it waits for a decision.
        self.write(owned.clone()).await.ok();
        owned
    }

    /// It was answered, or is not wanted any more.
    pub(super) async fn remove(&self, command_id: CommandId) {
        let store = Arc::clone(&self.store);
        // What could not be removed is sent again by the next process, and answered as before.
        tokio::task::spawn_blocking(move || store.remove(command_id).ok()).await.ok();
        self.forget(command_id);
    }

    /// What an earlier process left for this agent, but what was taken before, and no more than there is room for. What was
    /// given before anybody was welcomed may be anybody's: it is shown and waits for a decision.
    pub(super) async fn restored(&self, me: AgentId, taken: &BTreeSet<CommandId>) -> Vec<Entry> {
        let known: Vec<CommandId> =
            self.kept.borrow().iter().map(|kept| kept.entry.frame.command_id).collect();
        let store = Arc::clone(&self.store);
        let read = tokio::task::spawn_blocking(move || store.all()).await;
        let entries = read.unwrap_or_else(|error| Err(io::Error::other(error))).unwrap_or_default();
        let fresh = |id: &CommandId| !known.contains(id) && !taken.contains(id);
        let wanted = entries
            .into_iter()
            .filter(|entry| entry.agent_id.is_none_or(|agent| agent == me) && fresh(&entry.frame.command_id));
        let (own, nobodys): (Vec<_>, Vec<_>) =
            wanted.take(ENTRIES_MAX.saturating_sub(known.len())).partition(|entry| entry.agent_id.is_some());
        nobodys.into_iter().for_each(|entry| self.add(entry));
        own
    }

    pub(super) fn add(&self, entry: Entry) {
        self.kept.send_modify(|kept| match kept.iter_mut().find(|kept| !kept.is_not(&entry)) {
            Some(same) => *same = Kept { entry, refused: None },
            None => kept.push(Kept { entry, refused: None }),
        });
    }

    /// An entry of an earlier process was refused: it stays for a decision.
    pub(super) fn refused(&self, command_id: CommandId, error: &ErrorBody) {
        self.kept.send_modify(|kept| {
            let found = kept.iter_mut().find(|kept| kept.entry.frame.command_id == command_id);
            found.into_iter().for_each(|kept| kept.refused = Some(error.clone()));
        });
    }

    async fn write(&self, entry: Entry) -> io::Result<()> {
        let store = Arc::clone(&self.store);
        let written = tokio::task::spawn_blocking(move || store.put(&entry)).await;
        written.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    fn forget(&self, command_id: CommandId) {
        self.kept.send_modify(|kept| kept.retain(|kept| kept.entry.frame.command_id != command_id));
    }
}
