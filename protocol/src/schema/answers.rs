//! What each query is answered with. A query that is missing here stops the generator.

use super::content::{Make, made};
use crate::query::{Query, conversation, search, send, status, template, webhook, workspace};

/// The answer of each query, in the order of the queries.
pub(super) fn answers() -> Vec<(&'static str, Make)> {
    let answers: Vec<(&'static str, Make)> = vec![
        ("queue.page", made::<conversation::QueuePageOk>()),
        ("conversation.rows", made::<conversation::RowsOk>()),
        ("conversation.timeline", made::<conversation::TimelineOk>()),
        ("contact.get", made::<workspace::ContactGetOk>()),
        ("job.get", made::<workspace::JobGetOk>()),
        ("counters.get", made::<workspace::CountersGetOk>()),
        ("send.plan", made::<send::PlanOk>()),
        ("template.list", made::<template::ListOk>()),
        ("template.get", made::<template::GetOk>()),
        ("consent.list", made::<conversation::ConsentListOk>()),
        ("webhook.list", made::<webhook::ListOk>()),
        ("webhook.deliveries", made::<webhook::DeliveriesOk>()),
        ("status.get", made::<status::StatusGetOk>()),
        ("workspace.get", made::<workspace::WorkspaceGetOk>()),
        ("search.conversations", made::<search::SearchConversationsOk>()),
        ("search.messages", made::<search::SearchMessagesOk>()),
    ];
    let named: Vec<&str> = answers.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, Query::NAMES, "every query has its answer here, in its order");
    answers
}
