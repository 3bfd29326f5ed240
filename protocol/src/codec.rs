//! Bytes to frames and back, in MessagePack and JSON: the same documents in both. A frame is read twice,
//! first for its type and name, then straight into the type these stand for, so that no dynamic value is
//! ever built from a peer's bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// How frames are written on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// Binary frames, subprotocol `parloir.v1.msgpack`.
    Msgpack,
    /// Text frames, subprotocol `parloir.v1.json`.
    Json,
}

/// Bytes that are not the document they should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Malformed(pub String);

const DEPTH_MAX: usize = 32;

/// What few documents are longer than.
const FRAME_BYTES: usize = 1_024;

impl Codec {
    /// Both, in the order in which the server prefers them.
    pub const ALL: [Self; 2] = [Self::Msgpack, Self::Json];

    /// The WebSocket subprotocol that stands for it.
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Self::Msgpack => "parloir.v1.msgpack",
            Self::Json => "parloir.v1.json",
        }
    }

    /// The codec of a subprotocol.
    pub fn of_subprotocol(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.subprotocol() == name)
    }

    /// One document, whole: bytes after it are an error, as is nesting deeper than 32.
    ///
    /// # Errors
    /// [`Malformed`] with a sentence that says what is wrong.
    pub fn read<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, Malformed> {
        match self {
            Self::Msgpack => read_msgpack(bytes),
            Self::Json => read_json(bytes),
        }
    }

    /// The bytes of `document`.
    pub fn write<T: Serialize + ?Sized>(self, document: &T) -> Vec<u8> {
        match self {
            Self::Msgpack => {
                let mut bytes = Vec::with_capacity(FRAME_BYTES);
                let mut serializer =
                    rmp_serde::Serializer::new(&mut bytes).with_struct_map().with_human_readable();
                document.serialize(&mut serializer).expect("a frame of ours can be written");
                bytes
            }
            Self::Json => serde_json::to_vec(document).expect("a frame of ours can be written"),
        }
    }
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    if is_too_deep(bytes) {
        return Err(Malformed(format!("it is nested deeper than {DEPTH_MAX}")));
    }
    serde_json::from_slice(bytes).map_err(|error| Malformed(sentence(&error.to_string())))
}

/// serde_json allows more, and passes over fields that it ignores at any depth.
fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => depth += 1,
            b']' | b'}' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return true;
        }
    }
    false
}

/// rmp-serde refuses what reaches its depth, not what exceeds it.
fn read_msgpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut rest = bytes;
    let mut deserializer = rmp_serde::Deserializer::new(&mut rest).with_human_readable();
    deserializer.set_max_depth(DEPTH_MAX + 1);
    let document =
        T::deserialize(&mut deserializer).map_err(|error| Malformed(sentence(&error.to_string())))?;
    if rest.is_empty() {
        Ok(document)
    } else {
        Err(Malformed(format!("{} bytes stand after the document", rest.len())))
    }
}

fn sentence(error: &str) -> String {
    error.chars().take(200).collect()
}

/// The depth that both codecs accept is what the limits promise.
const _: () = assert!(DEPTH_MAX == 32);
