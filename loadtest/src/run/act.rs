//! What can happen in a round, and when it is due. Acts are data: they are saved, replayed and shared out.

use serde::{Deserialize, Serialize};

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// A phone writes.
    Webhook { conversation: u32 },
    /// An agent gives a command.
    Command { kind: Kind, conversation: u32 },
    /// Somebody searches for a part of a number or a name, or for somebody who is known to be there.
    Search {
        text: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wanted: Option<Wanted>,
    },
    /// A contact is saved.
    Save { contact: u32 },
    /// An address book is imported, of so many people.
    Import { rows: u32 },
    /// An agent of the round signs in.
    Login { agent: u32 },
    /// A line is lost.
    Cut { agent: u32 },
}

/// Who is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    /// Whoever a conversation is with, which is there from the beginning.
    Conversation(u32),
    /// Whom an act before saves, in the same workspace.
    Contact(u32),
}

/// Which command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Note,
    Send,
    Close,
    Reopen,
    Unread,
    Claim,
}

/// An act with its moment, in microseconds from the round's beginning, and its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    #[serde(rename = "at")]
    pub(crate) at_micros: u64,
    pub(crate) desk: u32,
    pub(crate) act: Act,
}
