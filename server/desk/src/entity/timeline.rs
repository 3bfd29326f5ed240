//! One line of a conversation's timeline: a message, a note or an event.

use parloir_protocol::ids::{AgentId, GroupId, MessageId, NoteId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::Personal;
use crate::commit::Actor;
use crate::event::{Consent, ReopenCause};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineItem {
    pub seq: u64,
    pub at: Time,
    pub actor: Actor,
    pub item: Item,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    Started,
    /// The message itself stands in its own row, so that a receipt changes one place.
    Message {
        message_id: MessageId,
    },
    Note {
        note_id: NoteId,
        text: Personal<String>,
        mentions: Vec<AgentId>,
    },
    Moved {
        from: GroupId,
        to: GroupId,
    },
    Closed,
    Reopened {
        cause: ReopenCause,
    },
    Assigned {
        from: Option<AgentId>,
        to: Option<AgentId>,
    },
    MarkedUnread,
    ConsentChanged {
        consent: Consent,
    },
    LinkOpened {
        message_id: MessageId,
    },
    LinkRevoked {
        message_id: MessageId,
    },
    Erased,
}
