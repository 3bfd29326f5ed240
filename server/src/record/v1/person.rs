//! The bodies of payloads: all that is known about people, and nothing else of a record is.

use parloir_desk::{entity, event};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::kept::{Kept, shapes, words};

words! {
    AddressKind of entity::AddressKind { E164 = "e164", Bsuid = "bsuid", Rcs = "rcs" }
}

shapes! {
    Address of entity::Address { kind: AddressKind, value: String }
    Counterpart of event::Counterpart { address: Address, profile_name: Option<String> }
    Card of entity::Card {
        name: String,
        tags: Vec<String>,
        properties: BTreeMap<String, String>,
        addresses: Vec<Address>,
    }
}

/// What somebody wrote, or calls himself.
#[derive(Serialize, Deserialize)]
pub(super) struct Text {
    text: String,
}

impl Kept<String> for Text {
    fn keep(text: &String) -> Self {
        Self { text: text.clone() }
    }

    fn give(self) -> String {
        self.text
    }
}
