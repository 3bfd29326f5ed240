//! What events about agents and their tokens change.

use parloir_protocol::ids::{AgentId, TokenId};

use super::Edit;
use crate::entity::{Agent, AgentStatus, Availability, Role, Scope, Token};

pub(super) fn created(edit: &mut Edit<'_>, agent: &Agent) {
    edit.put(edit.keys.agent(agent.id), agent);
}

pub(super) fn changed(edit: &mut Edit<'_>, id: AgentId, name: &str, role: Role, scope: &Scope) {
    let seq = edit.seq;
    change(edit, id, |agent| {
        if (agent.role, &agent.scope) != (role, scope) {
            agent.scope_changed_seq = seq;
        }
        name.clone_into(&mut agent.name);
        agent.role = role;
        agent.scope = scope.clone();
    });
}

pub(super) fn deactivated(edit: &mut Edit<'_>, id: AgentId) {
    change(edit, id, |agent| {
        agent.status = AgentStatus::Deactivated;
        agent.availability = Availability::Away;
    });
}

pub(super) fn turned(edit: &mut Edit<'_>, id: AgentId, availability: Availability) {
    change(edit, id, |agent| agent.availability = availability);
}

pub(super) fn token_created(edit: &mut Edit<'_>, token: &Token) {
    edit.put(edit.keys.token(&token.hash), token);
    edit.put(edit.keys.token_hash(token.id), &token.hash);
    if let Some(from) = token.made_from {
        edit.put(edit.keys.session_of(from, token.id), &token.id);
    }
}

pub(super) fn token_revoked(edit: &mut Edit<'_>, id: TokenId, hash: &[u8; 32]) {
    if let Some(from) = edit.view().token(hash).and_then(|token| token.made_from) {
        edit.remove(edit.keys.session_of(from, id));
    }
    edit.remove(edit.keys.token(hash));
    edit.remove(edit.keys.token_hash(id));
}

fn change(edit: &mut Edit<'_>, id: AgentId, change: impl FnOnce(&mut Agent)) {
    let Some(mut agent) = edit.view().agent(id) else { return };
    change(&mut agent);
    agent.seq = edit.seq;
    edit.put(edit.keys.agent(id), &agent);
}
