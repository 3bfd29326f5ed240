//! Facts about groups.

use parloir_desk::entity::Group;
use parloir_protocol::event::{Fact, group as wire};
use parloir_protocol::ids::GroupId;

use crate::wire::entity;

pub(super) fn created(group: &Group) -> Fact {
    Fact::GroupCreated(wire::Created { group: entity::group(group) })
}

pub(super) fn renamed(group_id: GroupId, name: &str) -> Fact {
    Fact::GroupRenamed(wire::Renamed { group_id, name: name.to_owned() })
}

pub(super) fn archived(group_id: GroupId) -> Fact {
    Fact::GroupArchived(wire::Archived { group_id })
}

pub(super) fn emptying(group_id: GroupId, target: GroupId) -> Fact {
    Fact::GroupEmptying(wire::Emptying { group_id, target })
}

pub(super) fn deleted(group_id: GroupId) -> Fact {
    Fact::GroupDeleted(wire::Deleted { group_id })
}
