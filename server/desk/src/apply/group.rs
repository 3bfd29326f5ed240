//! What events about groups change. A group that is gone is gone from every scope.

use parloir_protocol::ids::GroupId;

use super::{Edit, webhook};
use crate::entity::{Agent, Group, GroupStatus, Scope};

pub(super) fn created(edit: &mut Edit<'_>, group: &Group) {
    edit.put(edit.keys.group(group.id), group);
}

pub(super) fn renamed(edit: &mut Edit<'_>, id: GroupId, name: &str) {
    change(edit, id, |group| name.clone_into(&mut group.name));
}

pub(super) fn archived(edit: &mut Edit<'_>, id: GroupId) {
    change(edit, id, |group| group.status = GroupStatus::Archived);
}

pub(super) fn emptying(edit: &mut Edit<'_>, id: GroupId) {
    change(edit, id, |group| group.status = GroupStatus::Emptying);
}

pub(super) fn deleted(edit: &mut Edit<'_>, id: GroupId) {
    edit.remove(edit.keys.group(id));
    for agent in edit.view().agents() {
        narrow(edit, agent, id);
    }
    webhook::narrow(edit, id);
}

fn narrow(edit: &mut Edit<'_>, mut agent: Agent, gone: GroupId) {
    let Scope::Groups(groups) = &mut agent.scope else { return };
    if groups.remove(&gone) {
        agent.seq = edit.seq;
        agent.scope_changed_seq = edit.seq;
        edit.put(edit.keys.agent(agent.id), &agent);
    }
}

fn change(edit: &mut Edit<'_>, id: GroupId, change: impl FnOnce(&mut Group)) {
    let Some(mut group) = edit.view().group(id) else { return };
    change(&mut group);
    group.seq = edit.seq;
    edit.put(edit.keys.group(id), &group);
}
