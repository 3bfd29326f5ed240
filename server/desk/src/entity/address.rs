//! The other side's identity on a channel, already in its one normal form.

use serde::{Deserialize, Serialize};

/// What kind of identity an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AddressKind {
    /// A phone number: `+` and 7 to 15 digits.
    E164,
    /// Somebody without a number: a WhatsApp user, or the short code or name that an SMS came from.
    Bsuid,
    /// An RCS user.
    Rcs,
}

/// A kind and its normal form; two addresses are the same person's exactly when both are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    pub kind: AddressKind,
    pub value: String,
}

/// A country by its two upper-case letters (ISO 3166-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Country(pub [u8; 2]);

impl Country {
    pub const FRANCE: Self = Self(*b"FR");

    /// The country with these two letters, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

/// Where something is to be sent: the address, and its country where the number tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    pub address: Address,
    pub country: Option<Country>,
}
