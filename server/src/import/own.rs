//! What this program calls things in files of its own, so that an import reads them exactly: a file with the ids of
//! contacts says of each value what it is, and nothing in it is tidied up.

use parloir_protocol::entity::{Address, AddressKind};

/// A column of CSV with the contact's id: its rows are of `parloir export`.
pub const CONTACT: &str = "parloir_contact";
/// A column with identities that are no numbers: kinds and values in turn.
pub const ADDRESSES: &str = "parloir_addresses";
/// A column with properties that have no column: keys and values in turn.
pub const PROPERTIES: &str = "parloir_properties";
/// What the column of a property begins with.
pub const PROPERTY_PREFIX: &str = "prop:";

/// Columns of a file of rows that failed.
pub const ERROR_COLUMNS: [&str; 3] = ["parloir_row", "parloir_code", "parloir_message"];

/// The property of a vCard that holds one of ours: its key and value.
pub const X_PROPERTY: &str = "X-PARLOIR-PROPERTY";
/// The property of a vCard that holds an identity that is no number: its kind and value.
pub const X_ADDRESS: &str = "X-PARLOIR-ADDRESS";

/// The identity of a kind that a file names by its word.
pub fn address_of(word: &str, value: &str) -> Option<Address> {
    let kind = match word {
        "bsuid" => AddressKind::Bsuid,
        "rcs" => AddressKind::Rcs,
        _ => return None,
    };
    Some(Address { kind, value: value.to_owned() })
}
