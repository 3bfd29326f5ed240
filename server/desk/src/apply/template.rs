//! What events about templates change.

use parloir_protocol::ids::TemplateId;

use super::Edit;
use crate::entity::{Template, TemplateStatus};

pub(super) fn saved(edit: &mut Edit<'_>, template: &Template) {
    edit.put(edit.keys.template(template.id), template);
}

/// Messages still name it.
pub(super) fn deleted(edit: &mut Edit<'_>, id: TemplateId) {
    let Some(before) = edit.view().template(id) else { return };
    let after = Template { status: TemplateStatus::Deleted, seq: edit.seq, ..before };
    edit.put(edit.keys.template(id), &after);
}
