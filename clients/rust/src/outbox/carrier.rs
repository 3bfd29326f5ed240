//! The task that hands kept commands to the connection, in the order in which they were given: first those of an
//! earlier process, then those of this one. It holds nothing that keeps the connection: it ends with the last handle, or
//! with the connection.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use parloir_protocol::codec::Codec;
use parloir_protocol::ids::AgentId;
use parloir_protocol::up::{ReplyTo, Up};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{Carried, Entry, Shelf};
use crate::connection::{Call, Shared, State};
use crate::errors::Failure;
use crate::send::{Ask, Asker};

#[derive(Debug)]
pub(crate) struct Carrier {
    pub(crate) shelf: Shelf,
    pub(crate) calls: mpsc::WeakSender<Call>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) turns: Arc<Semaphore>,
    pub(crate) codec: Codec,
}

impl Carrier {
    pub(crate) async fn run(self, carried: mpsc::Receiver<Carried>) {
        let mut state = self.shared.state.subscribe();
        let closed = |state: &State| matches!(state, State::Closed { .. });
        let over = async { state.wait_for(closed).await.map(drop).ok() };
        tokio::select! {
            // What was not carried stays in the store, and who waits for it learns that the connection is over.
            _closed = over => {}
            () = self.carry_all(carried) => {}
        }
    }

    async fn carry_all(&self, mut carried: mpsc::Receiver<Carried>) {
        let me = self.me().await;
        self.carry_restored(me).await;
        while let Some(Carried { entry, waits }) = carried.recv().await {
            let entry = self.shelf.owned(entry, me).await;
            self.carry(entry, Some(waits)).await;
        }
    }

    async fn carry_restored(&self, me: AgentId) {
        let mut taken = BTreeSet::new();
        loop {
            let entries = self.shelf.restored(me, &taken).await;
            if entries.is_empty() {
                return;
            }
            for entry in entries {
                taken.insert(entry.frame.command_id);
                self.shelf.add(entry.clone());
                self.carry(entry, None).await;
            }
        }
    }

    /// Waits until it is known who this client is.
    async fn me(&self) -> AgentId {
        let mut look = self.shared.revision.subscribe();
        loop {
            let me = self.shared.store().me().map(|me| me.agent_id);
            if let Some(me) = me {
                return me;
            }
            // This one holds the sender, so the channel stays open.
            look.changed().await.ok();
        }
    }

    /// Has an entry sent. The next one follows at once; the answer settles it.
    async fn carry(&self, entry: Entry, waits: Option<oneshot::Sender<Result<Bytes, Failure>>>) {
        let command_id = entry.frame.command_id;
        let frame = Up::Command(entry.frame).write(self.codec);
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let (answer, answered) = oneshot::channel();
        let ask = Ask { to: ReplyTo::Command(command_id), frame, asker: Asker::Caller(answer) };
        let sent = match self.calls.upgrade() {
            Some(calls) => calls.send(Call::Ask(ask)).await.is_ok(),
            None => false,
        };
        let (shelf, shared) = (self.shelf.clone(), Arc::clone(&self.shared));
        tokio::spawn(async move {
            let turn: Option<OwnedSemaphorePermit> = turn.ok();
            let outcome = match (sent, answered.await) {
                (true, Ok(outcome)) => outcome,
                (true, Err(_)) | (false, _) => Err(shared.over()),
            };
            drop(turn);
            match (&outcome, &waits) {
                (Ok(_), _) | (Err(Failure::Refused(_)), Some(_)) => shelf.remove(command_id).await,
                (Err(Failure::Refused(error)), None) => shelf.refused(command_id, error),
                (Err(Failure::Unanswered | Failure::Ended { .. }), _) => {}
            }
            if let Some(waits) = waits {
                // A caller who stopped waiting needs no answer.
                waits.send(outcome).ok();
            }
        });
    }
}
