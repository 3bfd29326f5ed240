//! One of each entity that an event carries whole.

use std::collections::BTreeSet;

use parloir_desk::entity::{
    Address, AddressKind, Agent, AgentStatus, Availability, Channel, ChannelKind, Country, Group,
    GroupStatus, Purpose, Right, Role, Scope, Token, UnreadUntil, Workspace,
};

use super::{AGENT, AT, CHANNEL, GROUP, TOKEN, WORKSPACE};

pub(crate) fn workspace() -> Workspace {
    Workspace {
        id: WORKSPACE,
        name: "Lyon".into(),
        country: Country::FRANCE,
        unread_until: UnreadUntil::Opened,
        default_group: GROUP,
        hold_ms: 0,
        link_days: 7,
        digest_key: [18; 32],
        seq: 1,
    }
}

pub(crate) fn agent() -> Agent {
    Agent {
        id: AGENT,
        name: "Ana".into(),
        role: Role::Integration,
        scope: Scope::All,
        rights: BTreeSet::from([Right::Log, Right::Agents, Right::Settings, Right::Inbound]),
        status: AgentStatus::Active,
        availability: Availability::Away,
        seq: 3,
        scope_changed_seq: 3,
    }
}

pub(crate) fn token() -> Token {
    Token {
        id: TOKEN,
        agent_id: AGENT,
        hash: [17; 32],
        expires_at: Some(AT),
        purpose: Purpose::Access,
        made_from: None,
    }
}

pub(crate) fn channel() -> Channel {
    Channel {
        id: CHANNEL,
        kind: ChannelKind::Sms,
        name: "Main".into(),
        address: Address { kind: AddressKind::E164, value: "+33600000000".into() },
        provider: "simulator".into(),
        approved_countries: Some(BTreeSet::from([Country::FRANCE, Country(*b"GB")])),
        seq: 5,
    }
}

pub(crate) fn group() -> Group {
    Group { id: GROUP, name: "Sales".into(), status: GroupStatus::Active, seq: 2 }
}
