//! The open searches of a connection's task: each is asked for once on every connection, its changes are folded
//! while it stands there, and it ends with its handle.

use std::collections::BTreeMap;
use std::sync::Arc;

use parloir_protocol::query::search::SearchConversationsOk;
use parloir_protocol::up::ReplyTo;
use parloir_protocol::watch::Change;
use tokio::sync::watch;

use crate::errors::QueryError;
use crate::hits::Hits;
use crate::send::{Ask, Asker, Asks};
use crate::watching::Stand;

/// A search to be kept open, as its handle hands it to the task.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) id: u64,
    /// The `watch` frame.
    pub(crate) frame: Vec<u8>,
    /// Hits that count; the server's page without.
    pub(crate) limit: Option<usize>,
    pub(crate) stand: watch::Sender<Stand>,
}

impl Watched {
    fn ask(&self) -> Ask {
        let asker = Asker::Watch { id: self.id, stand: self.stand.clone() };
        Ask { to: ReplyTo::Query(self.id), frame: self.frame.clone(), asker }
    }
}

/// Whether changes of a search are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Its reply is due on this connection or on the next one.
    Asked,
    Open,
}

/// All open searches.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    by_id: BTreeMap<u64, (Phase, Watched)>,
}

impl Watches {
    /// Takes a search in and asks for it.
    pub(crate) fn push(&mut self, watched: Watched, asks: &mut Asks) {
        asks.push(watched.ask());
        self.by_id.insert(watched.id, (Phase::Asked, watched));
    }

    /// The connection was lost: what stood there is asked for again, unless nobody watches it any more.
    pub(crate) fn lost(&mut self, asks: &mut Asks) {
        self.by_id.retain(|_, (_, watched)| !watched.stand.is_closed());
        for (phase, watched) in self.by_id.values_mut().filter(|(phase, _)| *phase == Phase::Open) {
            *phase = Phase::Asked;
            asks.push(watched.ask());
        }
    }

    /// The list of a reply replaces what was known.
    pub(crate) fn open(&mut self, id: u64, reply: SearchConversationsOk, page_rows: usize) {
        let Some((phase, watched)) = self.by_id.get_mut(&id) else { return };
        *phase = Phase::Open;
        let hits = Hits::new(reply, watched.limit.unwrap_or(page_rows));
        watched.stand.send_modify(|stand| stand.hits = Some(Arc::new(hits)));
    }

    /// Folds a change; one of a search that does not stand on this connection is dropped.
    pub(crate) fn fold(&mut self, change: &Change) {
        let Some((Phase::Open, watched)) = self.by_id.get(&change.id) else { return };
        watched.stand.send_modify(|stand| {
            if let Some(hits) = &mut stand.hits {
                Arc::make_mut(hits).fold(change);
            }
        });
    }

    /// There will be no other list.
    pub(crate) fn end(&mut self, id: u64, end: QueryError) {
        if let Some((_, watched)) = self.by_id.remove(&id) {
            watched.stand.send_modify(|stand| stand.end = Some(end));
        }
    }

    /// The connection is over.
    pub(crate) fn end_all(&mut self, end: &QueryError) {
        while let Some((id, _)) = self.by_id.first_key_value() {
            self.end(*id, end.clone());
        }
    }

    /// A search whose handle is gone.
    pub(crate) fn left(&self) -> Option<u64> {
        self.by_id.values().find(|(_, watched)| watched.stand.is_closed()).map(|(_, watched)| watched.id)
    }

    /// The server was told that nobody watches any more, or does not know of it.
    pub(crate) fn forget(&mut self, id: u64) {
        self.by_id.remove(&id);
    }
}
