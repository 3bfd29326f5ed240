//! What a client can ask to be read.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::named::named;

pub mod conversation;
pub mod search;
pub mod send;
pub mod status;
pub mod template;
pub mod webhook;
pub mod workspace;

named! {
    /// What is asked, by name.
    Query in "params" {
        "queue.page" => QueuePage(conversation::QueuePage),
        "conversation.rows" => ConversationRows(conversation::Rows),
        "conversation.timeline" => ConversationTimeline(conversation::Timeline),
        "contact.get" => ContactGet(workspace::ContactGet),
        "job.get" => JobGet(workspace::JobGet),
        "counters.get" => CountersGet(workspace::CountersGet),
        "send.plan" => SendPlan(send::Plan),
        "template.list" => TemplateList(template::List),
        "template.get" => TemplateGet(template::Get),
        "consent.list" => ConsentList(conversation::ConsentList),
        "webhook.list" => WebhookList(webhook::List),
        "webhook.deliveries" => WebhookDeliveries(webhook::Deliveries),
        "status.get" => StatusGet(status::StatusGet),
        "workspace.get" => WorkspaceGet(workspace::WorkspaceGet),
        "search.conversations" => SearchConversations(search::SearchConversations),
        "search.messages" => SearchMessages(search::SearchMessages),
    }
}

/// A query with its id, as a frame and (without the id) as the body of `POST /v1/queries`.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryFrame {
    /// Made by the client; the answer carries it.
    pub id: u64,
    /// A seq that the answer must include.
    pub at_least: Option<u64>,
    /// What is asked.
    pub query: Query,
}

/// The part of a query frame that does not depend on its name.
#[derive(Deserialize)]
pub(crate) struct QueryHead {
    #[serde(default)]
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) at_least: Option<u64>,
}

impl Serialize for QueryFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4 + usize::from(self.at_least.is_some())))?;
        map.serialize_entry("type", "query")?;
        map.serialize_entry("id", &self.id)?;
        if let Some(at_least) = &self.at_least {
            map.serialize_entry("at_least", at_least)?;
        }
        map.serialize_entry("name", self.query.name())?;
        self.query.serialize_content(&mut map)?;
        map.end()
    }
}
