//! Which answer belongs to which query, so that a caller names only the query.

use parloir_protocol::query::{Query, conversation, search, send, status, template, webhook, workspace};
use serde::de::DeserializeOwned;

/// A query's parameters, which know the type of their answer.
pub trait Question {
    /// What the server answers.
    type Answer: DeserializeOwned;

    /// The query as a frame names it.
    fn into_query(self) -> Query;
}

macro_rules! questions {
    ($($params:ty => $answer:ty, $variant:ident;)*) => {$(
        impl Question for $params {
            type Answer = $answer;

            fn into_query(self) -> Query {
                Query::$variant(self)
            }
        }
    )*};
}

questions! {
    conversation::QueuePage => conversation::QueuePageOk, QueuePage;
    conversation::Rows => conversation::RowsOk, ConversationRows;
    conversation::Timeline => conversation::TimelineOk, ConversationTimeline;
    workspace::ContactGet => workspace::ContactGetOk, ContactGet;
    workspace::JobGet => workspace::JobGetOk, JobGet;
    workspace::CountersGet => workspace::CountersGetOk, CountersGet;
    workspace::WorkspaceGet => workspace::WorkspaceGetOk, WorkspaceGet;
    webhook::List => webhook::ListOk, WebhookList;
    webhook::Deliveries => webhook::DeliveriesOk, WebhookDeliveries;
    search::SearchConversations => search::SearchConversationsOk, SearchConversations;
    send::Plan => send::PlanOk, SendPlan;
    template::List => template::ListOk, TemplateList;
    template::Get => template::GetOk, TemplateGet;
    conversation::ConsentList => conversation::ConsentListOk, ConsentList;
    status::StatusGet => status::StatusGetOk, StatusGet;
    search::SearchMessages => search::SearchMessagesOk, SearchMessages;
}
