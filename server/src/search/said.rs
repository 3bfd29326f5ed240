//! What can be found among messages: the text of one, with the group whose agents may see it. It is read from
//! the state and decides nothing.

use parloir_desk::entity::Message;
use parloir_desk::view::View;
use parloir_protocol::ids::{GroupId, MessageId};
use parloir_protocol::text::Words;

use super::record::{Id, Record};

/// One document among messages.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) id: MessageId,
    pub(super) seq: u64,
    pub(super) group: GroupId,
    pub(super) words: Words,
}

impl Said {
    /// A message's document; nothing once its text was erased.
    pub(super) fn of(view: &View<'_>, message: &Message) -> Option<Self> {
        let group = view.conversation(message.conversation_id)?.header.group_id;
        Self::in_group(message, group)
    }

    /// The same where the group is known. What is planned was not said yet.
    pub(super) fn in_group(message: &Message, group: GroupId) -> Option<Self> {
        let words = Words::of(message.text.known().filter(|_| !message.is_planned())?);
        Some(Self { id: message.id, seq: message.seq, group, words })
    }
}

impl Record for Said {
    fn id(&self) -> Id {
        Id(*self.id.as_bytes())
    }

    fn seq(&self) -> u64 {
        self.seq
    }
}
