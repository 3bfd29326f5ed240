//! What events about the workspace itself change.

use parloir_protocol::ids::WorkspaceId;

use super::Edit;
use crate::entity::{Country, UnreadUntil, Workspace};

pub(super) fn created(edit: &mut Edit<'_>, workspace: &Workspace) {
    edit.put(edit.keys.workspace(), workspace);
}

pub(super) fn changed(
    edit: &mut Edit<'_>,
    name: &str,
    country: Country,
    unread_until: UnreadUntil,
    (hold_ms, link_days): (u32, u16),
) {
    let Some(before) = edit.view().workspace() else { return };
    let after = Workspace {
        name: name.to_owned(),
        country,
        unread_until,
        hold_ms,
        link_days,
        seq: edit.seq,
        ..before
    };
    edit.put(edit.keys.workspace(), &after);
}

pub(super) fn registered(edit: &mut Edit<'_>, id: WorkspaceId, name: &str) {
    edit.put(edit.keys.registered(id), &(id, name));
}
