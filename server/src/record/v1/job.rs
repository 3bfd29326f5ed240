//! Large work, and what a noted command was about.

use parloir_desk::{entity, event};
use serde::{Deserialize, Serialize};

use super::bytes::Id;
use super::kept::Kept;

#[derive(Serialize, Deserialize)]
pub(super) enum JobKind {
    #[serde(rename = "delete_group")]
    DeleteGroup { group_id: Id, target: Id },
    #[serde(rename = "close_group")]
    CloseGroup { group_id: Id },
    #[serde(rename = "erase_contact")]
    EraseContact { contact_id: Id, subjects: Vec<Id>, conversations: Vec<Id> },
    #[serde(rename = "import_contacts")]
    ImportContacts { attachment_id: Id },
}

impl Kept<entity::JobKind> for JobKind {
    fn keep(kind: &entity::JobKind) -> Self {
        match kind {
            entity::JobKind::DeleteGroup { group_id, target } => {
                Self::DeleteGroup { group_id: Id::keep(group_id), target: Id::keep(target) }
            }
            entity::JobKind::CloseGroup { group_id } => Self::CloseGroup { group_id: Id::keep(group_id) },
            entity::JobKind::EraseContact { contact_id, subjects, conversations } => Self::EraseContact {
                contact_id: Id::keep(contact_id),
                subjects: Kept::keep(subjects),
                conversations: Kept::keep(conversations),
            },
            entity::JobKind::ImportContacts { attachment_id } => {
                Self::ImportContacts { attachment_id: Id::keep(attachment_id) }
            }
        }
    }

    fn give(self) -> entity::JobKind {
        match self {
            Self::DeleteGroup { group_id, target } => {
                entity::JobKind::DeleteGroup { group_id: group_id.give(), target: target.give() }
            }
            Self::CloseGroup { group_id } => entity::JobKind::CloseGroup { group_id: group_id.give() },
            Self::EraseContact { contact_id, subjects, conversations } => entity::JobKind::EraseContact {
                contact_id: contact_id.give(),
                subjects: subjects.give(),
                conversations: conversations.give(),
            },
            Self::ImportContacts { attachment_id } => {
                entity::JobKind::ImportContacts { attachment_id: attachment_id.give() }
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) enum About {
    #[serde(rename = "nothing")]
    Nothing,
    #[serde(rename = "conversation")]
    Conversation { id: Id },
    #[serde(rename = "message")]
    Message { id: Id },
    #[serde(rename = "contact")]
    Contact { id: Id },
    #[serde(rename = "group")]
    Group { id: Id },
    #[serde(rename = "agent")]
    Agent { id: Id },
    #[serde(rename = "job")]
    Job { id: Id },
    #[serde(rename = "template")]
    Template { id: Id },
    #[serde(rename = "webhook")]
    Webhook { id: Id },
}

impl Kept<event::About> for About {
    fn keep(about: &event::About) -> Self {
        match about {
            event::About::Nothing => Self::Nothing,
            event::About::Conversation(id) => Self::Conversation { id: Id::keep(id) },
            event::About::Message(id) => Self::Message { id: Id::keep(id) },
            event::About::Contact(id) => Self::Contact { id: Id::keep(id) },
            event::About::Group(id) => Self::Group { id: Id::keep(id) },
            event::About::Agent(id) => Self::Agent { id: Id::keep(id) },
            event::About::Job(id) => Self::Job { id: Id::keep(id) },
            event::About::Template(id) => Self::Template { id: Id::keep(id) },
            event::About::Webhook(id) => Self::Webhook { id: Id::keep(id) },
        }
    }

    fn give(self) -> event::About {
        match self {
            Self::Nothing => event::About::Nothing,
            Self::Conversation { id } => event::About::Conversation(id.give()),
            Self::Message { id } => event::About::Message(id.give()),
            Self::Contact { id } => event::About::Contact(id.give()),
            Self::Group { id } => event::About::Group(id.give()),
            Self::Agent { id } => event::About::Agent(id.give()),
            Self::Job { id } => event::About::Job(id.give()),
            Self::Template { id } => event::About::Template(id.give()),
            Self::Webhook { id } => event::About::Webhook(id.give()),
        }
    }
}
