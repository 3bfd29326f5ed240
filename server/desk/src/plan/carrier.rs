//! What the account behind a channel carries beside text. The rules see no account: whoever asks tells.

use crate::entity::{Approval, Template};

/// What goes as it is; the rest is refused, or goes as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carrier {
    pub files: bool,
    pub cards: bool,
    pub templates: TemplateNames,
}

/// The templates that the provider can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateNames {
    None,
    Any,
    /// It made the names, and knows no others.
    StartingWith(&'static str),
}

impl Default for Carrier {
    /// Everything: nobody is asked where nothing is told.
    fn default() -> Self {
        Self { files: true, cards: true, templates: TemplateNames::Any }
    }
}

impl Carrier {
    /// What WhatsApp's approval of a template is worth here: nothing where the provider cannot be asked for it.
    pub(super) fn approval_of(self, template: &Template) -> Approval {
        let is_known = match self.templates {
            TemplateNames::None => false,
            TemplateNames::Any => true,
            TemplateNames::StartingWith(start) => template.own_name().starts_with(start),
        };
        match template.approval {
            Approval::Approved if !is_known => Approval::None,
            approval => approval,
        }
    }
}
