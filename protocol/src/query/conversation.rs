//! What can be asked about conversations.

use serde::{Deserialize, Serialize};

use crate::entity::{ConsentEntry, Message, Row, TimelineItem, View};
use crate::ids::ConversationId;

/// `queue.page`: rows of a view, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct QueuePage {
    /// Which rows.
    pub view: View,
    /// At most `page_rows_max`; `page_rows` without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Answers `queue.page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct QueuePageOk {
    /// In the order of the view.
    pub rows: Vec<Row>,
    /// To ask for what follows; nothing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The page holds everything up to here.
    pub seq: u64,
}

/// `conversation.rows`: these rows; those that are not visible are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Rows {
    /// At most `page_rows_max`.
    pub ids: Vec<ConversationId>,
}

/// Answers `conversation.rows`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct RowsOk {
    /// In the order asked.
    pub rows: Vec<Row>,
    /// They hold everything up to here.
    pub seq: u64,
}

/// `conversation.timeline`: a page of it, the newest last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Timeline {
    /// Whose.
    pub conversation_id: ConversationId,
    /// Only lines before this seq.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// At most `page_rows_max`; `page_rows` without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// Answers `conversation.timeline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct TimelineOk {
    /// In their order.
    pub items: Vec<TimelineItem>,
    /// Whether there are lines before them.
    pub earlier: bool,
    /// What is scheduled or held, the soonest first; only with the newest page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Message>,
    /// They hold everything up to here.
    pub seq: u64,
}

/// `consent.list`: who said stop or start, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ConsentList {
    /// At most `page_rows_max`; `page_rows` without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Answers `consent.list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ConsentListOk {
    /// Those of visible conversations.
    pub items: Vec<ConsentEntry>,
    /// To ask for what follows; nothing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// They hold everything up to here.
    pub seq: u64,
}
