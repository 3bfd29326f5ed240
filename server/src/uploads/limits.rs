//! Every bound of uploads, by name.

use std::time::Duration;

/// How much may be on its way, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One file.
    pub file_bytes: u64,
    /// Uploads of one agent that no message has claimed, whole or not.
    pub agent_uploads: usize,
    /// What they announce together.
    pub agent_bytes: u64,
    /// The same of a workspace.
    pub workspace_uploads: usize,
    pub workspace_bytes: u64,
    /// Uploads of a server.
    pub uploads: usize,
    /// Bodies that arrive at once.
    pub bodies: usize,
    /// Until the next piece of a body.
    pub idle: Duration,
    /// Until the end of a body: whoever is slower goes on with another one.
    pub body: Duration,
    /// Without a byte, until an upload that is not whole is given up.
    pub unfinished_ms: i64,
    /// Until a whole upload that no message claims is given up.
    pub unclaimed_ms: i64,
}

impl Limits {
    /// What a server uses when nothing else is configured.
    pub const STANDARD: Self = Self {
        file_bytes: 30_000_000,
        agent_uploads: 100,
        agent_bytes: 1_500_000_000,
        workspace_uploads: 2_000,
        workspace_bytes: 20_000_000_000,
        uploads: 20_000,
        bodies: 2_048,
        idle: Duration::from_secs(20),
        body: Duration::from_secs(600),
        unfinished_ms: 10 * 60_000,
        unclaimed_ms: 24 * 3_600_000,
    };

    /// One program may stand for many people.
    pub const LOAD: Self = Self {
        agent_uploads: 5_000,
        agent_bytes: 100_000_000_000,
        workspace_uploads: 5_000,
        workspace_bytes: 100_000_000_000,
        ..Self::STANDARD
    };

    /// Small enough that a test meets every bound.
    #[cfg(test)]
    pub(crate) const TINY: Self = Self {
        file_bytes: 200_000,
        agent_uploads: 2,
        agent_bytes: 300_000,
        workspace_uploads: 3,
        workspace_bytes: 500_000,
        uploads: 4,
        bodies: 2,
        idle: Duration::from_millis(50),
        body: Duration::from_millis(400),
        ..Self::STANDARD
    };
}
