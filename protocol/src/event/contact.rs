//! Facts about contacts. They are visible to the whole workspace.

use serde::{Deserialize, Serialize};

use crate::entity::Contact;
use crate::ids::ContactId;

/// `contact.saved`: as it is now. Whoever else had one of its addresses has lost it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Saved {
    /// It.
    pub contact: Contact,
}

/// `contact.merged`: `merged`'s addresses are the survivor's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Merged {
    /// As it is now.
    pub survivor: Contact,
    /// Which is gone until the merge is undone.
    pub merged: ContactId,
}

/// `contact.unmerged`: a merge was undone. A `contact.saved` of each follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Unmerged {
    /// Who stayed.
    pub survivor: ContactId,
    /// Who is a contact of its own again.
    pub restored: ContactId,
}

/// `contact.erased`: gone from everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Erased {
    /// Who.
    pub contact_id: ContactId,
}
