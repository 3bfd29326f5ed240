//! Saved people.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Address;
use crate::ids::ContactId;

/// What is saved about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Card {
    /// As shown.
    pub name: String,
    /// A set.
    pub tags: BTreeSet<String>,
    /// Key to value.
    pub properties: BTreeMap<String, String>,
    /// Numbers and ids; each belongs to at most one contact.
    pub addresses: BTreeSet<Address>,
}

/// A saved person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Contact {
    /// Its id.
    pub contact_id: ContactId,
    /// Nothing once the person is erased.
    pub card: Option<Card>,
    /// Its version: the seq of the event that last changed it.
    pub seq: u64,
}

/// The contact that a row's address belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ContactRef {
    /// Its id.
    pub contact_id: ContactId,
    /// Its name.
    pub name: String,
    /// Its version.
    pub seq: u64,
}
