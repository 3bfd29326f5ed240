//! Where searches are answered. It finds nothing yet.

use parloir_protocol::error::ErrorBody;
use parloir_protocol::query::search::{
    SearchConversations, SearchConversationsOk, SearchMessages, SearchMessagesOk,
};

use crate::admission::Caller;
use crate::node::Node;

/// Conversations, and contacts without one, as `caller` may find them. Blocks.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub fn conversations(
    _node: &Node,
    caller: &Caller,
    _query: &SearchConversations,
) -> Result<SearchConversationsOk, ErrorBody> {
    Ok(SearchConversationsOk { seq: caller.workspace.hub.head().seq, ..SearchConversationsOk::default() })
}

/// Messages as `caller` may find them. Blocks.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub fn messages(
    _node: &Node,
    caller: &Caller,
    _query: &SearchMessages,
) -> Result<SearchMessagesOk, ErrorBody> {
    Ok(SearchMessagesOk { seq: caller.workspace.hub.head().seq, ..SearchMessagesOk::default() })
}
