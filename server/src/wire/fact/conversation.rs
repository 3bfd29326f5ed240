//! Facts about conversations.

use parloir_desk::entity::{Header, Personal};
use parloir_desk::event::{Consent, Counterpart, ReopenCause};
use parloir_protocol::event::{Fact, conversation as wire};
use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, GroupId};

use crate::wire::entity;

pub(super) fn started(header: &Header, channel_id: ChannelId, counterpart: &Personal<Counterpart>) -> Fact {
    let counterpart = counterpart.known();
    Fact::ConversationStarted(wire::Started {
        conversation: entity::header(header),
        channel_id,
        address: counterpart.map(|counterpart| entity::address(&counterpart.address)),
        profile_name: counterpart.and_then(|counterpart| counterpart.profile_name.clone()),
    })
}

pub(super) fn named(header: &Header, profile_name: &Personal<String>) -> Fact {
    Fact::ConversationNamed(wire::Named {
        conversation: entity::header(header),
        profile_name: profile_name.known().cloned(),
    })
}

pub(super) fn moved(header: &Header, from: GroupId) -> Fact {
    Fact::ConversationMoved(wire::Moved { conversation: entity::header(header), from })
}

pub(super) fn closed(header: &Header) -> Fact {
    Fact::ConversationClosed(wire::Closed { conversation: entity::header(header) })
}

pub(super) fn reopened(header: &Header, cause: ReopenCause) -> Fact {
    let cause = entity::reopen_cause(cause);
    Fact::ConversationReopened(wire::Reopened { conversation: entity::header(header), cause })
}

pub(super) fn assigned(header: &Header, from: Option<AgentId>) -> Fact {
    Fact::ConversationAssigned(wire::Assigned { conversation: entity::header(header), from })
}

pub(super) fn read(header: &Header, agent_id: AgentId, up_to: u64) -> Fact {
    Fact::ConversationRead(wire::Read { conversation: entity::header(header), agent_id, up_to })
}

pub(super) fn marked_unread(header: &Header) -> Fact {
    Fact::ConversationMarkedUnread(wire::MarkedUnread { conversation: entity::header(header) })
}

pub(super) fn erased(header: &Header) -> Fact {
    Fact::ConversationErased(wire::Erased { conversation: entity::header(header) })
}

pub(super) fn consent_changed(
    conversation_id: ConversationId,
    channel_id: ChannelId,
    consent: Consent,
) -> Fact {
    let consent = entity::consent(consent);
    Fact::ConsentChanged(wire::ConsentChanged { conversation_id, channel_id, consent })
}
