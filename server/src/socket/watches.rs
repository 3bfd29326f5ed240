//! The watches of one connection: those that wait for their reply, and those whose changes are told. A change is
//! made when the connection has written everything before it, from what it told last; nothing is queued.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::{BoxFuture, select_all};
use futures_util::stream::FuturesUnordered;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::{Down, Reply, write_ok};
use parloir_protocol::up::ReplyTo;
use parloir_protocol::watch::{Watch, WatchFrame};
use parloir_session::Watched;

use super::Connection;
use crate::admission::{self, Caller};
use crate::live::{self, Watcher};
use crate::node::Node;

/// What a connection watches.
#[derive(Default)]
pub(super) struct Watches {
    asked: FuturesUnordered<BoxFuture<'static, Begun>>,
    open: BTreeMap<u64, Watcher>,
}

/// A watch with its reply, and who goes on watching unless it was refused.
pub(super) struct Begun {
    id: u64,
    reply: Vec<u8>,
    watcher: Option<Watcher>,
}

/// What a connection hears of its watches.
pub(super) enum Word {
    Begun(Begun),
    /// The list of this watch may be another one.
    Moved(u64),
}

impl Watches {
    /// The next word; it may be dropped while it waits.
    pub(super) async fn next(&mut self) -> Word {
        tokio::select! {
            Some(begun) = self.asked.next(), if !self.asked.is_empty() => Word::Begun(begun),
            id = moved(&mut self.open) => Word::Moved(id),
        }
    }

    pub(super) fn end(&mut self, id: u64) {
        self.open.remove(&id);
    }
}

impl Connection {
    pub(super) fn watch(&mut self, frame: WatchFrame) {
        if let Some(inside) = &self.inside {
            let begun = begin(Arc::clone(&self.node), Caller::clone(&inside.caller), self.codec, frame);
            self.watches.asked.push(Box::pin(begun));
        }
    }

    pub(super) fn hear(&mut self, word: Word) {
        match word {
            Word::Begun(Begun { id, reply, watcher }) => {
                let watched = if watcher.is_some() { Watched::Open } else { Watched::Refused };
                self.session.handle_watched(id, watched, reply);
                if let Some(watcher) = watcher.filter(|_| self.session.is_watching(id)) {
                    self.watches.open.insert(id, watcher);
                }
            }
            Word::Moved(id) => self.tell_change(id),
        }
    }

    fn tell_change(&mut self, id: u64) {
        let (Some(inside), Some(watcher)) = (&self.inside, self.watches.open.get_mut(&id)) else { return };
        let change = watcher.change(id);
        // After the list was made: it may hold what a change of rights hides, and that ends the connection soon.
        if let Some(change) = change.filter(|_| admission::is_current(&self.node, &inside.caller)) {
            self.session.handle_change(id, Down::Change(Box::new(change)).write(self.codec));
        }
    }
}

async fn begin(node: Arc<Node>, caller: Caller, codec: Codec, frame: WatchFrame) -> Begun {
    let WatchFrame { id, watch: Watch::SearchConversations(search) } = frame;
    let to = ReplyTo::Query(id);
    match live::open(&node, &caller, search).await {
        Ok((listing, watcher)) => {
            Begun { id, reply: write_ok(codec, to, &listing.found), watcher: Some(watcher) }
        }
        Err(error) => {
            let reply = Down::Reply(Reply { to, error: Some(error) }).write(codec);
            Begun { id, reply, watcher: None }
        }
    }
}

async fn moved(open: &mut BTreeMap<u64, Watcher>) -> u64 {
    if open.is_empty() {
        return std::future::pending().await;
    }
    let each = open.iter_mut().map(|(id, watcher)| {
        Box::pin(async {
            watcher.changed().await;
            *id
        })
    });
    select_all(each).await.0
}
