//! Typed ids and their text form: a three-letter prefix, an underscore, a UUID; sixteen bytes where the
//! format is not for people. An id of one noun is never accepted for another.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{text}' is not an id of the form {prefix}_<uuid>")]
pub struct IdError {
    /// The prefix that was expected.
    pub prefix: &'static str,
    /// The text as given, cut to 64 characters.
    pub text: String,
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let uuid =
        text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).filter(|rest| rest.len() == 36);
    uuid.and_then(|rest| Uuid::try_parse(rest).ok())
        .ok_or_else(|| IdError { prefix, text: text.chars().take(64).collect() })
}

/// Bytes of a text form.
const TEXT_BYTES: usize = 3 + 1 + 36;

/// An id's text form in room for it. Every frame has several, each of which would be a run through a formatter.
fn text<'a>(prefix: &str, uuid: &Uuid, room: &'a mut [u8; TEXT_BYTES]) -> &'a str {
    room[..3].copy_from_slice(prefix.as_bytes());
    room[3] = b'_';
    uuid.hyphenated().encode_lower(&mut room[4..]);
    std::str::from_utf8(room).expect("letters, digits and hyphens")
}

/// How a UUID is written.
#[cfg(any(test, feature = "schema"))]
const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident = $prefix:literal;)*) => {$(
        const _: () = assert!($prefix.len() + 1 + 36 == TEXT_BYTES);

        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What the text form begins with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The sixteen bytes, as stored in keys.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id with these sixteen bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(text($prefix, &self.0, &mut [0; TEXT_BYTES]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(text($prefix, &self.0, &mut [0; TEXT_BYTES]))
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return Uuid::deserialize(deserializer).map(Self);
                }
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        #[cfg(any(test, feature = "schema"))]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let lines: &[&str] = &[$($doc),*];
                schemars::json_schema!({
                    "description": lines.concat().trim(),
                    "type": "string",
                    "pattern": format!("^{}_{UUID}$", $prefix),
                })
            }
        }
    )*};
}

ids! {
    /// A workspace: one tenant.
    WorkspaceId = "wsp";
    /// An agent, or a program with an API key.
    AgentId = "agt";
    /// One own sender: a number or an agent id at a provider.
    ChannelId = "chn";
    /// A saved person.
    ContactId = "con";
    /// The one thread of a channel and an address.
    ConversationId = "cnv";
    /// A message; the UUID is that of the command that made it.
    MessageId = "msg";
    /// A named set of conversations.
    GroupId = "grp";
    /// A saved text with dynamic fields.
    TemplateId = "tpl";
    /// A stored file.
    AttachmentId = "att";
    /// A note in a timeline.
    NoteId = "not";
    /// A large piece of work that shows its progress.
    JobId = "job";
    /// A token's handle; never the secret.
    TokenId = "tok";
    /// An address that events are sent to.
    WebhookId = "whk";
}

/// A command's id, made by its client: a UUIDv7 in the usual hyphenated form, without a prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub Uuid);

impl CommandId {
    /// The milliseconds since 1970 that a UUIDv7 carries, or nothing for another version.
    pub fn millis(&self) -> Option<i64> {
        let bytes = self.0.as_bytes();
        let millis = bytes[..6].iter().fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
        (self.0.get_version_num() == 7).then_some(millis)
    }

    /// The id of the message that this command makes.
    pub fn message_id(&self) -> MessageId {
        MessageId(self.0)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for CommandId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CommandId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Uuid::deserialize(deserializer).map(Self);
        }
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let uuid = (text.len() == 36).then(|| Uuid::try_parse(&text).ok()).flatten();
        uuid.map(Self).ok_or_else(|| D::Error::custom("a command id is a hyphenated UUIDv7"))
    }
}

#[cfg(any(test, feature = "schema"))]
impl schemars::JsonSchema for CommandId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CommandId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A command's id, made by its client: a UUID of version 7.",
            "type": "string",
            "format": "uuid",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        let id = ConversationId(Uuid::from_u128(0x0192_f0c4_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string(), "cnv_0192f0c4-0000-7000-8000-000000000001");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_noun_is_refused() {
        let text = "grp_0192f0c4-0000-7000-8000-000000000001";
        assert!(text.parse::<ConversationId>().is_err());
        assert!("cnv_0192f0c400007000800000000000000001".parse::<ConversationId>().is_err());
    }

    #[test]
    fn a_command_id_carries_its_time() {
        let id = CommandId(Uuid::from_u128(0x0192_f0c4_0102_7000_8000_0000_0000_0001));
        assert_eq!(id.millis(), Some(0x0192_f0c4_0102));
        assert_eq!(CommandId(Uuid::nil()).millis(), None);
    }
}
