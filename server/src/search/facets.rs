//! What a search can be narrowed by beside words: each value a list of documents.

use parloir_desk::entity::Status;
use parloir_protocol::ids::{AgentId, ChannelId, GroupId};

use super::person::Thread;
use super::tokens::Tokens;

/// One value of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facet {
    Group(GroupId),
    Channel(ChannelId),
    /// Nobody's without an agent.
    Assignee(Option<AgentId>),
    Status(Status),
    Unread(bool),
}

impl Facet {
    /// What stands in the index for it.
    pub(super) fn token(&self) -> String {
        match self {
            Self::Group(group) => format!("g{}", group.0.simple()),
            Self::Channel(channel) => format!("c{}", channel.0.simple()),
            Self::Assignee(Some(agent)) => format!("a{}", agent.0.simple()),
            Self::Assignee(None) => "a".to_owned(),
            Self::Status(Status::Open) => "so".to_owned(),
            Self::Status(Status::Closed) => "sc".to_owned(),
            Self::Unread(true) => "u1".to_owned(),
            Self::Unread(false) => "u0".to_owned(),
        }
    }

    /// Whether a document that is not written yet has it.
    pub(super) fn is_of(&self, thread: &Thread) -> bool {
        match self {
            Self::Group(group) => thread.group == *group,
            Self::Channel(channel) => thread.channel == *channel,
            Self::Assignee(assignee) => thread.assignee == *assignee,
            Self::Status(status) => thread.status == *status,
            Self::Unread(unread) => thread.unread == *unread,
        }
    }
}

/// Writes the values of a conversation; a contact without one has none.
pub(super) fn write(tokens: &mut Tokens, thread: Option<&Thread>) {
    let Some(thread) = thread else { return };
    let facets = [
        Facet::Group(thread.group),
        Facet::Channel(thread.channel),
        Facet::Assignee(thread.assignee),
        Facet::Status(thread.status),
        Facet::Unread(thread.unread),
    ];
    facets.iter().for_each(|facet| tokens.push("", &facet.token()));
}
