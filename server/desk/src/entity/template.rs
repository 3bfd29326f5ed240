//! Saved texts with fields.

use parloir_protocol::ids::TemplateId;
use parloir_protocol::text::fields;
use serde::{Deserialize, Serialize};

use super::Action;

/// What WhatsApp says to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approval {
    None,
    Pending,
    Approved,
    Rejected,
    Paused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateStatus {
    Active,
    Deleted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: TemplateId,
    pub name: String,
    pub language: String,
    pub body: String,
    pub header: Option<String>,
    pub footer: Option<String>,
    pub buttons: Vec<Action>,
    pub approval: Approval,
    pub provider_name: Option<String>,
    pub status: TemplateStatus,
    /// Its version: the seq of the event that last changed it.
    pub seq: u64,
}

impl Template {
    /// What WhatsApp knows it by.
    pub fn own_name(&self) -> &str {
        self.provider_name.as_deref().unwrap_or(&self.name)
    }

    /// The names of its fields, each once, in the order of header and body.
    pub fn fields(&self) -> Vec<&str> {
        let mut names = self.header.as_deref().map(fields).unwrap_or_default();
        for name in fields(&self.body) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}
