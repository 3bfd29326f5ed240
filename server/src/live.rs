//! Searches that are kept open: each distinct one is looked at once for all who watch it, after the workspace's
//! head moved, and never twice at a time. What a watcher is told is the watcher's own to find out by comparing:
//! nothing is queued for anybody here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::AgentId;
use parloir_protocol::query::search::{SearchConversations, SearchConversationsOk};
use parloir_session::Scope;
use tokio::sync::watch;

use crate::admission::{Caller, scope_of};
use crate::locks::locked;
use crate::node::Node;
use crate::queries::search;

pub use listing::Listing;
pub use watcher::Watcher;

use entry::Entry;

mod difference;
mod entry;
mod listing;
#[cfg(test)]
mod tests;
mod watcher;

/// At least so long between two looks at one open search. Under a thousand events a second a hundred open
/// searches are looked at a thousand times a second, not a hundred thousand; a person sees no difference.
pub const LIVE_EVERY: Duration = Duration::from_millis(100);

/// How often an open search is looked at while the index is built anew, which no event tells of.
pub const BUILDING_EVERY: Duration = Duration::from_secs(1);

/// The newest list of an open search.
type Newest = watch::Sender<Arc<Listing>>;

/// How an open search is looked at again.
type Look = fn(&Node, &Caller, &SearchConversations) -> Result<SearchConversationsOk, ErrorBody>;

/// What makes two open searches one: whoever asks gets the same list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    scope: Scope,
    /// Who asks, when the text may speak of it.
    me: Option<AgentId>,
    search: SearchConversations,
}

impl Key {
    fn of(caller: &Caller, search: SearchConversations) -> Self {
        let me = (!is_plain(&search.text)).then_some(caller.agent.id);
        Self { scope: scope_of(&caller.agent), me, search }
    }
}

/// Whether a text is words and numbers only, and so has no qualifier that means another thing to another agent.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '+' | '-' | '.' | '\''))
}

/// The open searches of one workspace: no more than its connections have watches.
#[derive(Debug, Default)]
pub struct Live {
    entries: Mutex<BTreeMap<Key, Newest>>,
}

impl Live {
    /// How many distinct searches are open.
    pub fn count(&self) -> usize {
        self.entries().len()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<Key, Newest>> {
        locked(&self.entries)
    }
}

/// Opens a search for `caller`: what it finds now, and who compares that with what is found later.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not; nothing is open then.
pub async fn open(
    node: &Arc<Node>,
    caller: &Caller,
    search: SearchConversations,
) -> Result<(Arc<Listing>, Watcher), ErrorBody> {
    let found = search::conversations(node, caller, search.clone()).await?;
    let listing = Arc::new(Listing::new(found));
    let watcher = Watcher::new(&listing, join(node, caller, search, &listing, crate::search::conversations));
    Ok((listing, watcher))
}

/// The newest list of this search, from an entry that is started with `listing` unless there is one.
fn join(
    node: &Arc<Node>,
    caller: &Caller,
    search: SearchConversations,
    listing: &Arc<Listing>,
    look: Look,
) -> watch::Receiver<Arc<Listing>> {
    let key = Key::of(caller, search);
    let mut entries = caller.workspace.live.entries();
    if let Some(newest) = entries.get(&key) {
        return newest.subscribe();
    }
    let (newest, receiver) = watch::channel(Arc::clone(listing));
    entries.insert(key.clone(), newest.clone());
    tokio::spawn(Entry::new(Arc::clone(node), caller.clone(), key, newest, look).run());
    receiver
}
