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

    /// Keeps a command.
    pub(super) async fn put(&self, entry: &Entry) -> Result<(), NotGiven> {
        if self.kept.borrow().len() >= ENTRIES_MAX {
            return Err(NotGiven::Full);
        }
        self.add(entry.clone());
        let written = self.write(entry.clone()).await;
        if written.is_err() {
            self.forget(entry.frame.command_id);
        }
        written.map_err(NotGiven::Store)
    }

    /// It was answered, or is not wanted any more.
    pub(super) async fn remove(&self, command_id: CommandId) {
        let store = Arc::clone(&self.store);
        // What could not be removed is sent again by the next process, and answered as before.
        tokio::task::spawn_blocking(move || store.remove(command_id).ok()).await.ok();
        self.forget(command_id);
    }

    /// What an earlier process left for this agent, but what was taken before, and no more than there is room for.
    pub(super) async fn restored(&self, me: AgentId, taken: &BTreeSet<CommandId>) -> Vec<Entry> {
        let known: Vec<CommandId> =
            self.kept.borrow().iter().map(|kept| kept.entry.frame.command_id).collect();
        let store = Arc::clone(&self.store);
        let read = tokio::task::spawn_blocking(move || store.all()).await;
        let entries = read.unwrap_or_else(|error| Err(io::Error::other(error))).unwrap_or_default();
        let own = |entry: &Entry| entry.agent_id.is_none_or(|agent| agent == me);
        let fresh = |id: &CommandId| !known.contains(id) && !taken.contains(id);
        let room = ENTRIES_MAX.saturating_sub(known.len());
        let wanted = entries.into_iter().filter(|entry| own(entry) && fresh(&entry.frame.command_id));
        wanted.take(room).collect()
    }

    pub(super) fn add(&self, entry: Entry) {
        self.kept.send_modify(|kept| kept.push(Kept { entry, refused: None }));
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
