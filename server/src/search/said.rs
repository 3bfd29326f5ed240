//! What can be found among messages: the text of one, with the group whose agents may see it and what is shown
//! of it. It is read from the state and decides nothing.

use parloir_desk::entity::{Direction, Message};
use parloir_desk::view::View;
use parloir_protocol::ids::{ConversationId, GroupId, MessageId};
use parloir_protocol::text::Words;
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::people::fingerprint;
use super::record::{Id, Record};
use super::traces::Traces;

/// One document among messages.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) id: MessageId,
    pub(super) seq: u64,
    pub(super) group: GroupId,
    pub(super) words: Words,
    pub(super) line: Line,
}

/// What is shown of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) conversation_id: ConversationId,
    pub(super) direction: Direction,
    pub(super) at: Time,
    pub(super) text: String,
}

impl Said {
    /// A message's document; nothing once its text was erased.
    pub(super) fn of(view: &View<'_>, message: &Message) -> Option<Self> {
        let group = view.conversation(message.conversation_id)?.header.group_id;
        Self::in_group(message, group)
    }

    /// The same where the group is known. What is planned was not said yet.
    pub(super) fn in_group(message: &Message, group: GroupId) -> Option<Self> {
        let text = message.text.known().filter(|_| !message.is_planned())?;
        let Message { id, seq, conversation_id, direction, at, .. } = *message;
        let line = Line { conversation_id, direction, at, text: text.clone() };
        Some(Self { id, seq, group, words: Words::of(text), line })
    }

    /// Its conversation's fingerprint.
    pub(super) fn conversation(&self) -> u64 {
        fingerprint(self.line.conversation_id.as_bytes())
    }
}

impl Record for Said {
    fn id(&self) -> Id {
        Id(*self.id.as_bytes())
    }

    fn seq(&self) -> u64 {
        self.seq
    }

    fn traces(&self) -> Traces {
        Traces::of(self.words.iter())
    }
}
