//! Facts about templates.

use parloir_desk::entity::Template;
use parloir_protocol::event::{Fact, template as wire};
use parloir_protocol::ids::TemplateId;

use crate::wire::entity;

pub(super) fn saved(template: &Template) -> Fact {
    Fact::TemplateSaved(wire::Saved { template: entity::template(template) })
}

pub(super) fn deleted(template_id: TemplateId) -> Fact {
    Fact::TemplateDeleted(wire::Deleted { template_id })
}
