//! Facts about agents.

use parloir_desk::entity::{Agent, Availability, Role, Scope};
use parloir_protocol::event::{Fact, agent as wire};
use parloir_protocol::ids::AgentId;

use crate::wire::entity;

pub(super) fn created(agent: &Agent) -> Fact {
    Fact::AgentCreated(wire::Created { agent: entity::agent(agent) })
}

pub(super) fn changed(agent_id: AgentId, name: &str, role: Role, scope: &Scope) -> Fact {
    Fact::AgentChanged(wire::Changed {
        agent_id,
        name: name.to_owned(),
        role: entity::role(role),
        groups: entity::groups(scope),
    })
}

pub(super) fn deactivated(agent_id: AgentId) -> Fact {
    Fact::AgentDeactivated(wire::Deactivated { agent_id })
}

pub(super) fn available(agent_id: AgentId, availability: Availability) -> Fact {
    let availability = entity::availability(availability);
    Fact::AgentAvailabilityChanged(wire::AvailabilityChanged { agent_id, availability })
}
