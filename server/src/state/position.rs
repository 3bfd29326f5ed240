//! Where the rows of a workspace stand in its log, and the keys that the state keeps for itself. A key of
//! the rules is longer than a workspace id; shorter ones and the bare id never reach the rules.

use parloir_protocol::ids::WorkspaceId;

/// The bytes of the workspace id that every row of the rules begins with.
pub(super) const WORKSPACE_BYTES: usize = 16;

/// Holds the version of `apply` that wrote the rows, and that of the way in which they lie.
pub(super) const SCHEMA_KEY: &[u8] = b"schema";

/// Holds the set hash of all other rows, the number of steps, and what has to be written again.
pub(super) const TALLY_KEY: &[u8] = b"tally";

/// The bytes of a position.
pub(super) const ENCODED_BYTES: usize = 48;

/// The newest event of a workspace that its rows include.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// The epoch of the record that holds the event.
    pub epoch: u64,
    /// The number of the event; 0 before the first.
    pub seq: u64,
    /// The hash of the record that holds the event.
    pub hash: [u8; 32],
}

impl Applied {
    /// Before the first event.
    pub const START: Self = Self { epoch: 0, seq: 0, hash: [0; 32] };

    pub(super) fn encode(&self) -> [u8; ENCODED_BYTES] {
        let mut bytes = [0; ENCODED_BYTES];
        bytes[..8].copy_from_slice(&self.epoch.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.seq.to_be_bytes());
        bytes[16..].copy_from_slice(&self.hash);
        bytes
    }

    /// The position that its row holds.
    pub(super) fn of_row(row: &[u8]) -> Self {
        Self::decode(row).expect("the row of a position holds one")
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; ENCODED_BYTES] = bytes.try_into().ok()?;
        let (epoch, rest) = bytes.split_first_chunk()?;
        let (seq, hash) = rest.split_first_chunk()?;
        Some(Self {
            epoch: u64::from_be_bytes(*epoch),
            seq: u64::from_be_bytes(*seq),
            hash: hash.try_into().ok()?,
        })
    }
}

/// The key of a workspace's position.
pub(super) fn position_key(workspace: WorkspaceId) -> [u8; WORKSPACE_BYTES] {
    *workspace.as_bytes()
}

/// Whose row a key of the rules is.
pub(super) fn workspace_of(key: &[u8]) -> WorkspaceId {
    WorkspaceId::from_bytes(*key.first_chunk().expect("a key of the rules begins with a workspace"))
}

/// Whether the rules own the row of `key`.
pub(super) fn is_of_the_rules(key: &[u8]) -> bool {
    key.len() > WORKSPACE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_bytes() {
        let applied = Applied { epoch: u64::MAX - 1, seq: 77, hash: [9; 32] };
        assert_eq!(Applied::decode(&applied.encode()), Some(applied));
        assert_eq!(Applied::decode(&[0; 47]), None);
    }
}
