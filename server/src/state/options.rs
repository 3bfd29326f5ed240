//! How the state is opened: its limits, and what happens when it fails.

use std::sync::Arc;
use std::time::Duration;

/// The memory that sled may use for pages, as it counts: what it takes for them is half as much again.
pub const CACHE_BYTES: u64 = 48 << 20;

/// The status that asks the supervisor for a restart (`EX_TEMPFAIL`).
const EXIT_CANNOT_READ: i32 = 75;

/// How the state is opened and what happens when it fails.
#[derive(Clone)]
pub struct Options {
    /// The version of `apply`; rows of another version are set aside.
    pub schema: u32,
    /// As [`CACHE_BYTES`].
    pub cache_bytes: u64,
    /// The memory for blocks of rows that were read or written lately.
    pub kept_bytes: usize,
    /// How long an open may take whatever its size.
    pub open_limit: Duration,
    /// How much longer it may take for each 100 MB on disk.
    pub open_limit_per_100_mb: Duration,
    /// How long a close waits for sled to let go of its files.
    pub close_limit: Duration,
    /// Told why a row could not be read; by default the process exits.
    pub on_failure: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Options {
    /// The limits of a server.
    pub fn new(schema: u32) -> Self {
        Self {
            schema,
            cache_bytes: CACHE_BYTES,
            kept_bytes: 8 * 1024 * 1024,
            open_limit: Duration::from_secs(10),
            open_limit_per_100_mb: Duration::from_secs(2),
            close_limit: Duration::from_secs(20),
            on_failure: Arc::new(|_| std::process::exit(EXIT_CANNOT_READ)),
        }
    }
}
