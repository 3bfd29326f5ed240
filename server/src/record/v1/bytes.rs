//! Ids, digests and hashes as bytes, moments as milliseconds, countries as two letters.

use std::fmt;

use parloir_desk::commit::Digest;
use parloir_desk::entity::{self, Attempt, LinkHash, SubjectId};
use parloir_protocol::ids;
use parloir_protocol::time::Time;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::kept::Kept;

/// Exactly `N` bytes.
pub(in crate::record) struct Bytes<const N: usize>([u8; N]);

pub(super) type Id = Bytes<16>;
pub(super) type Secret = Bytes<32>;

/// Milliseconds since 1970.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::record) struct Moment(i64);

/// Two upper-case letters.
pub(in crate::record) struct Country(entity::Country);

macro_rules! sixteen_bytes {
    ($($id:ident),*) => {$(
        impl Kept<ids::$id> for Id {
            fn keep(id: &ids::$id) -> Self {
                Self(*id.as_bytes())
            }

            fn give(self) -> ids::$id {
                ids::$id::from_bytes(self.0)
            }
        }
    )*};
}

macro_rules! wrapped {
    ($($form:ident of $name:ident),*) => {$(
        impl Kept<$name> for $form {
            fn keep(value: &$name) -> Self {
                Self(value.0)
            }

            fn give(self) -> $name {
                $name(self.0)
            }
        }
    )*};
}

sixteen_bytes!(
    AgentId,
    AttachmentId,
    ChannelId,
    ContactId,
    ConversationId,
    GroupId,
    JobId,
    MessageId,
    NoteId,
    TemplateId,
    TokenId,
    WebhookId,
    WorkspaceId
);
wrapped!(Id of SubjectId, Id of Digest, Secret of LinkHash, Moment of Time);

impl Kept<[u8; 16]> for Id {
    fn keep(bytes: &[u8; 16]) -> Self {
        Self(*bytes)
    }

    fn give(self) -> [u8; 16] {
        self.0
    }
}

impl Kept<entity::Country> for Country {
    fn keep(country: &entity::Country) -> Self {
        Self(*country)
    }

    fn give(self) -> entity::Country {
        self.0
    }
}

impl Kept<ids::CommandId> for Id {
    fn keep(id: &ids::CommandId) -> Self {
        Self(*id.0.as_bytes())
    }

    fn give(self) -> ids::CommandId {
        ids::CommandId(Uuid::from_bytes(self.0))
    }
}

impl Kept<[u8; 32]> for Secret {
    fn keep(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    fn give(self) -> [u8; 32] {
        self.0
    }
}

impl Kept<Attempt> for u32 {
    fn keep(attempt: &Attempt) -> Self {
        attempt.0
    }

    fn give(self) -> Attempt {
        Attempt(self)
    }
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

struct BytesVisitor<const N: usize>;

impl<const N: usize> Visitor<'_> for BytesVisitor<N> {
    type Value = Bytes<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes<N>, E> {
        bytes.try_into().map(Bytes).map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let country = entity::Country::parse(&text);
        country.map(Self).ok_or_else(|| D::Error::custom(format!("'{text}' is no country")))
    }
}
