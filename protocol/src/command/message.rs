//! What can be said.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ConversationId, MessageId};

/// `message.send`: a text to the other side. The message's id is `msg_` and the command's UUID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// To whom.
    pub conversation_id: ConversationId,
    /// At most `text_chars_max` characters.
    pub text: String,
}

/// `message.retry`: a failed or maybe-sent message once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Which.
    pub message_id: MessageId,
}

/// `note.add`: a line for colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddNote {
    /// Where.
    pub conversation_id: ConversationId,
    /// At most `text_chars_max` characters.
    pub text: String,
    /// Who is named in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<AgentId>>,
}
