//! A saved person.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::ids::ContactId;
use serde::{Deserialize, Serialize};

use super::{Address, Personal, SubjectId};

/// What is saved about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Card {
    pub name: String,
    pub tags: BTreeSet<String>,
    pub properties: BTreeMap<String, String>,
    pub addresses: BTreeSet<Address>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactStatus {
    Saved,
    /// Its addresses went to the survivor; its card is kept so that the merge can be undone.
    MergedInto(ContactId),
    Erased,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    #[serde(with = "crate::bytes")]
    pub subject: SubjectId,
    /// Subjects of cards that say something of this person and of another: those from before a merge was
    /// undone.
    pub shared_subjects: BTreeSet<SubjectId>,
    pub card: Personal<Card>,
    pub status: ContactStatus,
    /// The seq of the event that made or last changed this contact: its version.
    pub seq: u64,
}
