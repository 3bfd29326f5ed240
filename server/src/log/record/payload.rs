//! One personal payload of a record: there, or erased with only its hash left. The salt keeps the hash
//! from telling what the body was.

use std::fmt;

use super::Hash;

/// Begins the input of every payload's hash, so that it is the hash of nothing else.
const PAYLOAD_DOMAIN: &[u8] = b"parloir payload 1\n";

/// The random id of a person whose payloads may be erased.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId(pub [u8; 16]);

/// Names, addresses, texts of one person.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// Still there.
    Present {
        /// Whose it is.
        subject: SubjectId,
        /// Random, and removed together with the body.
        salt: [u8; 16],
        /// Opaque to the log.
        body: Vec<u8>,
    },
    /// Gone.
    Erased {
        /// Hash of what was there.
        hash: Hash,
    },
}

impl Payload {
    /// The hash that stands for it in the record's hash.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Present { subject, salt, body } => hash(*subject, salt, body),
            Self::Erased { hash } => *hash,
        }
    }

    /// Whose it is, while it is there.
    pub fn subject(&self) -> Option<SubjectId> {
        match self {
            Self::Present { subject, .. } => Some(*subject),
            Self::Erased { .. } => None,
        }
    }

    /// What is left of it after an erasure.
    #[must_use]
    pub fn erased(&self) -> Self {
        Self::Erased { hash: self.hash() }
    }
}

fn hash(subject: SubjectId, salt: &[u8; 16], body: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(PAYLOAD_DOMAIN);
    hasher.update(salt);
    hasher.update(&subject.0);
    hasher.update(body);
    Hash(hasher.finalize().into())
}

impl fmt::Debug for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present { subject, body, .. } => write!(f, "Present({subject:?}, {} bytes)", body.len()),
            Self::Erased { hash } => write!(f, "Erased({hash})"),
        }
    }
}
