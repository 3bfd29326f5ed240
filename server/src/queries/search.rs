//! Searches in turn, a bounded number at once: in a moment where they are asked, or on threads that may block. It finds
//! nothing by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::query::search::{
    SearchConversations, SearchConversationsOk, SearchMessages, SearchMessagesOk,
};
use tokio::sync::Semaphore;

use crate::admission::{self, Caller};
use crate::node::Node;

/// Answers `search.conversations`.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub async fn conversations(
    node: &Arc<Node>,
    caller: &Caller,
    query: SearchConversations,
) -> Result<SearchConversationsOk, ErrorBody> {
    super::limit(node, query.limit)?;
    let at_once = || crate::search::conversations_at_once(node, caller, &query);
    let found = match at_once_in_turn(&node.searches, at_once) {
        Some(found) => found,
        None => {
            let asking = caller.clone();
            let search = move |node: &Node| crate::search::conversations(node, &asking, &query);
            in_turn(node, &node.searches, search).await
        }
    };
    allowed(node, caller, found?)
}

/// Answers `search.messages`.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub async fn messages(
    node: &Arc<Node>,
    caller: &Caller,
    query: SearchMessages,
) -> Result<SearchMessagesOk, ErrorBody> {
    super::limit(node, query.limit)?;
    let asking = caller.clone();
    let found = in_turn(node, &node.searches, move |node| crate::search::messages(node, &asking, &query));
    allowed(node, caller, found.await?)
}

/// What was found, unless the rights changed while it was looked for: it may hold what is hidden now.
fn allowed<T>(node: &Node, caller: &Caller, found: T) -> Result<T, ErrorBody> {
    if admission::is_current(node, caller) {
        return Ok(found);
    }
    Err(ErrorBody::new(Code::Unavailable, "the agent's rights changed meanwhile: ask again"))
}

/// Runs a search where it is asked, if nobody waits for a turn and it needs no more than a moment: it then changes
/// no threads.
fn at_once_in_turn<T>(
    turns: &Semaphore,
    search: impl FnOnce() -> Option<Result<T, ErrorBody>>,
) -> Option<Result<T, ErrorBody>> {
    let _turn = turns.try_acquire().ok()?;
    catch_unwind(AssertUnwindSafe(search)).unwrap_or_else(|_| Some(Err(failed("it panicked"))))
}

fn failed(why: &str) -> ErrorBody {
    tracing::error!(why, "search.failed");
    crate::search::failed()
}

/// Runs a search when it has its turn. The turn goes with the search: whoever stops waiting for one does not
/// make room for another.
pub async fn in_turn<T: Send + 'static>(
    node: &Arc<Node>,
    turns: &Arc<Semaphore>,
    search: impl FnOnce(&Node) -> Result<T, ErrorBody> + Send + 'static,
) -> Result<T, ErrorBody> {
    let turn = Arc::clone(turns).acquire_owned().await;
    let node = Arc::clone(node);
    let searched = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        search(&node)
    });
    searched.await.unwrap_or_else(|error| Err(failed(&error.to_string())))
}
