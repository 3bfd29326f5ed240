//! One record of the log: a run of events of a workspace, chained to the one before. It owns the hash;
//! it never looks into commits or bodies.

use std::collections::BTreeSet;
use std::fmt;

use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

pub use layout::{Head, RECORD_BYTES_MAX, RecordError};
pub use payload::{Payload, SubjectId};

mod layout;
mod payload;
#[cfg(test)]
mod tests;

/// Begins the input of every record's hash, so that it is the hash of nothing else.
const RECORD_DOMAIN: &[u8] = b"parloir record 1\n";

/// A blake3 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

/// A place in a workspace's log: the end of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Position {
    /// The record's epoch.
    pub epoch: u64,
    /// Number of the record's last event.
    pub seq: u64,
    /// The record's hash.
    pub hash: Hash,
}

/// Encoded commits; opaque to the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commits(pub Vec<u8>);

/// A run of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Names this unbroken stretch of the workspace's log.
    pub epoch: u64,
    /// Whose events.
    pub workspace: WorkspaceId,
    /// Number of the first event.
    pub first_seq: u64,
    /// Number of the last event.
    pub last_seq: u64,
    /// Hash of the record before; zero for the first.
    pub prev_hash: Hash,
    /// When it was decided.
    pub at: Time,
    /// What happened, without anything personal.
    pub commits: Commits,
    /// What is personal, each removable.
    pub personal: Vec<Payload>,
}

impl Position {
    /// Before the first record.
    pub const START: Self = Self { epoch: 0, seq: 0, hash: Hash([0; 32]) };
}

impl Record {
    /// Hash of the structure and of the payloads' hashes: the same before and after an erasure.
    pub fn hash(&self) -> Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(RECORD_DOMAIN);
        hasher.update(&self.encode_head());
        hasher.update(&self.commits.0);
        for payload in &self.personal {
            hasher.update(&payload.hash().0);
        }
        Hash(hasher.finalize().into())
    }

    /// Where the log stands after this record.
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.last_seq, hash: self.hash() }
    }

    /// Whether this is a well-formed next record after `position`, in its epoch or a new one.
    pub fn follows(&self, position: Position) -> bool {
        self.prev_hash == position.hash
            && position.seq.checked_add(1) == Some(self.first_seq)
            && self.first_seq <= self.last_seq
    }

    /// The record with the payloads of `subjects` erased, or nothing when it holds none of them.
    pub fn without(&self, subjects: &BTreeSet<SubjectId>) -> Option<Self> {
        let is_theirs =
            |payload: &Payload| payload.subject().is_some_and(|subject| subjects.contains(&subject));
        if !self.personal.iter().any(is_theirs) {
            return None;
        }
        let erase = |payload: &Payload| if is_theirs(payload) { payload.erased() } else { payload.clone() };
        let personal = self.personal.iter().map(erase).collect();
        Some(Self { personal, commits: self.commits.clone(), ..*self })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
