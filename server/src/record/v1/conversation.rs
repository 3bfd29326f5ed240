//! What orders, counts and filters a conversation, and why one is open again.

use parloir_desk::{entity, event};

use super::bytes::{Id, Moment};
use super::kept::{shapes, words};

words! {
    Status of entity::Status { Open = "open", Closed = "closed" }
    ReopenCause of event::ReopenCause { Reply = "reply", Send = "send", Agent = "agent" }
}

shapes! {
    Waiting of entity::Waiting { seq: u64, since: Moment }
    Header of entity::Header {
        conversation_id: Id,
        status: Status,
        unread: bool,
        group_id: Id,
        assignee: Option<Id>,
        activity_seq: u64,
        activity_at: Moment,
        waiting: Option<Waiting>,
        episode: u32,
        window_until: Option<Moment>,
    }
}
