//! What can be done with contacts.

use serde::{Deserialize, Serialize};

use crate::entity::Address;
use crate::ids::ContactId;
use std::collections::BTreeMap;

/// `contact.save`: merged field by field. Without a contact, the one that has an added address is updated, else a new one is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Save {
    /// Which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Tags it gains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_tags: Option<Vec<String>>,
    /// Tags it loses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove_tags: Option<Vec<String>>,
    /// Values it gains; null removes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<BTreeMap<String, Option<String>>>,
    /// Addresses it gains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_addresses: Option<Vec<Address>>,
    /// Addresses it loses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove_addresses: Option<Vec<Address>>,
}

/// `contact.merge`: one contact's addresses go to the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Merge {
    /// Who stays.
    pub survivor: ContactId,
    /// Its seq as the author saw it.
    pub survivor_version: u64,
    /// Who goes.
    pub merged: ContactId,
    /// Its seq as the author saw it.
    pub merged_version: u64,
}

/// `contact.unmerge`: undoes a merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Unmerge {
    /// Who stayed.
    pub survivor: ContactId,
    /// Who comes back.
    pub merged: ContactId,
}

/// `contact.erase`: a job that removes a person from everything stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Erase {
    /// Who.
    pub contact_id: ContactId,
}
