//! What can be searched for, once or as a watch.

use serde::{Deserialize, Serialize};

use crate::entity::{Hit, MessageHit};
use crate::ids::ConversationId;

/// `search.conversations`: conversations, and contacts that have none, the best first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SearchConversations {
    /// In the language of searches; at most `search_text_chars_max` characters.
    pub text: String,
    /// At most `page_rows_max`; `page_rows` without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether all that match are counted, up to `search_count_max`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub count: bool,
}

/// Answers `search.conversations`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SearchConversationsOk {
    /// By rank, then the newest activity first.
    pub hits: Vec<Hit>,
    /// To ask for what follows; nothing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many match, when they were to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
    /// Present while hits may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<Building>,
    /// The hits hold everything up to here; while `building`, of what is indexed so far.
    pub seq: u64,
}

/// `search.messages`: texts of messages, the best first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SearchMessages {
    /// In the language of searches; at most `search_text_chars_max` characters.
    pub text: String,
    /// Only in this conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// At most `page_rows_max`; `page_rows` without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether all that match are counted, up to `search_count_max`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub count: bool,
}

/// Answers `search.messages`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SearchMessagesOk {
    /// By rank, then the newest first.
    pub hits: Vec<MessageHit>,
    /// To ask for what follows; nothing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many match, when they were to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
    /// Present while hits may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<Building>,
    /// The hits hold everything up to here; while `building`, of what is indexed so far.
    pub seq: u64,
}

/// How many match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Total {
    /// At most `search_count_max`.
    pub count: u64,
    /// Whether counting stopped there: shown as "1,000+".
    pub capped: bool,
}

/// How far an index that is built anew has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Building {
    /// Parts of the work that are done, as far as can be told.
    pub done: u64,
    /// All parts of it; no number of documents.
    pub total: u64,
}
