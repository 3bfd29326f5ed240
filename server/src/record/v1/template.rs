//! Templates, which say nothing of any person, and buttons.

use parloir_desk::entity;

use super::bytes::Id;
use super::kept::{shapes, words};

words! {
    Approval of entity::Approval {
        None = "none",
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
        Paused = "paused",
    }
    TemplateStatus of entity::TemplateStatus { Active = "active", Deleted = "deleted" }
    ActionKind of entity::ActionKind { Reply = "reply", Link = "link", Call = "call" }
}

shapes! {
    Action of entity::Action { kind: ActionKind, label: String, value: String }
    Template of entity::Template {
        id: Id,
        name: String,
        language: String,
        body: String,
        header: Option<String>,
        footer: Option<String>,
        buttons: Vec<Action>,
        approval: Approval,
        provider_name: Option<String>,
        status: TemplateStatus,
        seq: u64,
    }
}
