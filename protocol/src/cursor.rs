//! A client's place in a workspace's log, opaque outside: a cursor of another history, epoch or agent is
//! recognised and leads to `reset`.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::ids::AgentId;

/// A workspace's life between two losses or restores of its log, in text as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Epoch(pub u64);

/// Where a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The epoch of the log.
    pub epoch: Epoch,
    /// The last seq that everything visible was sent for.
    pub seq: u64,
    /// The first bytes of the hash of the record before the one that holds `seq`.
    pub hash_prefix: [u8; 8],
    /// Whom it was given to.
    pub agent: AgentId,
    /// The version of the signals that everything visible was sent for, if that is known.
    pub signals: Option<u64>,
}

/// Why a text is not a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a cursor")]
pub struct CursorError;

const CURSOR_BYTES: usize = 8 + 8 + 8 + 16;
const SIGNALS_BYTES: usize = 8;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(CURSOR_BYTES + SIGNALS_BYTES);
        bytes.extend(self.epoch.0.to_be_bytes());
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.hash_prefix);
        bytes.extend(self.agent.as_bytes());
        bytes.extend(self.signals.map(u64::to_be_bytes).into_iter().flatten());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.get(..text.len().min(128)).ok_or(CursorError)?);
        let bytes = bytes.map_err(|_| CursorError)?;
        let has_signals = match bytes.len() {
            CURSOR_BYTES => false,
            len if len == CURSOR_BYTES + SIGNALS_BYTES => true,
            _ => return Err(CursorError),
        };
        let eight = |at: usize| std::array::from_fn::<u8, 8, _>(|i| bytes[at + i]);
        Ok(Self {
            epoch: Epoch(u64::from_be_bytes(eight(0))),
            seq: u64::from_be_bytes(eight(8)),
            hash_prefix: eight(16),
            agent: AgentId::from_bytes(std::array::from_fn(|i| bytes[24 + i])),
            signals: has_signals.then(|| u64::from_be_bytes(eight(CURSOR_BYTES))),
        })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Epoch {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let digits = (text.len() == 16).then_some(text).ok_or(CursorError)?;
        u64::from_str_radix(digits, 16).map(Self).map_err(|_| CursorError)
    }
}

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("an epoch is 16 hexadecimal digits"))
    }
}

#[cfg(any(test, feature = "schema"))]
impl schemars::JsonSchema for Cursor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cursor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Where a client stands: opaque, given back as it came.",
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]+$",
        })
    }
}

#[cfg(any(test, feature = "schema"))]
impl schemars::JsonSchema for Epoch {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Epoch".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A life of the log between two losses or restores of it.",
            "type": "string",
            "pattern": "^[0-9a-f]{16}$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_survives_its_text_form() {
        let (hash_prefix, agent) = ([9; 8], AgentId(Uuid::from_u128(3)));
        for signals in [None, Some(0), Some(u64::MAX)] {
            let cursor = Cursor { epoch: Epoch(7), seq: 1 << 40, hash_prefix, agent, signals };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn anything_else_is_not_a_cursor() {
        for text in ["", "AAAA", "é", &"A".repeat(60), &"A".repeat(10_000), "????"] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError));
        }
    }
}
