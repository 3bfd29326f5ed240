//! Every number that both sides agree on. The server states its profile in `welcome`.

use serde::{Deserialize, Serialize};

use crate::search::QUERY_CHARS_MAX;

/// A named set of bounds. Sizes are bytes, times milliseconds, unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Limits {
    /// `default`, `load` or `tiny`.
    pub profile: String,
    /// One frame from a client.
    pub frame_bytes_max: usize,
    /// One part of a snapshot; a single row may exceed it.
    pub snapshot_part_bytes: usize,
    /// Depth of a frame's nesting.
    pub depth_max: usize,
    /// A message's or note's text.
    pub text_chars_max: usize,
    /// Conversations on the first page of a snapshot, and a page's default.
    pub page_rows: usize,
    /// Items a query may ask for at once.
    pub page_rows_max: usize,
    /// Commands and queries of one connection that wait for an answer.
    pub in_flight_max: usize,
    /// Frames a second that a client may send in the long run, and at once.
    pub frames_per_second: u32,
    /// See `frames_per_second`.
    pub frames_burst: u32,
    /// From the connection's start to `hello`.
    pub hello_timeout_ms: u64,
    /// Between two pings.
    pub heartbeat_ms: u64,
    /// From a ping to the latest sign of life.
    pub pong_timeout_ms: u64,
    /// Without progress in writing to a client that does not read.
    pub send_timeout_ms: u64,
    /// At least this long between two checkpoints.
    pub checkpoint_ms: u64,
    /// How long a typing signal lasts without being renewed.
    pub typing_ms: u64,
    /// How long a viewing signal lasts without being renewed.
    pub viewing_ms: u64,
    /// Characters of the text of a search.
    pub search_text_chars_max: usize,
    /// How far the hits of a search are counted.
    pub search_count_max: u64,
    /// How long a search may look before it gives up.
    pub search_ms_max: u64,
    /// Watches that one connection keeps open.
    pub watches_max: usize,
}

impl Limits {
    /// What a server uses when nothing else is configured.
    pub fn standard() -> Self {
        Self {
            profile: "default".to_owned(),
            frame_bytes_max: 64 * 1024,
            snapshot_part_bytes: 64 * 1024,
            depth_max: 32,
            text_chars_max: 4096,
            page_rows: 50,
            page_rows_max: 200,
            in_flight_max: 64,
            frames_per_second: 50,
            frames_burst: 200,
            hello_timeout_ms: 5_000,
            heartbeat_ms: 20_000,
            pong_timeout_ms: 20_000,
            send_timeout_ms: 10_000,
            checkpoint_ms: 1_000,
            typing_ms: 20_000,
            viewing_ms: 60_000,
            search_text_chars_max: QUERY_CHARS_MAX,
            search_count_max: 1_000,
            search_ms_max: 250,
            watches_max: 4,
        }
    }

    /// For load tests: rates that one program may use to stand for many people.
    pub fn load() -> Self {
        Self {
            profile: "load".to_owned(),
            in_flight_max: 1_024,
            frames_per_second: 1_000_000,
            frames_burst: 1_000_000,
            ..Self::standard()
        }
    }

    /// So small that every bound is met within a few frames; for tests.
    pub fn tiny() -> Self {
        Self {
            profile: "tiny".to_owned(),
            page_rows: 3,
            page_rows_max: 4,
            in_flight_max: 2,
            frames_per_second: 5,
            frames_burst: 5,
            snapshot_part_bytes: 512,
            search_count_max: 5,
            watches_max: 2,
            ..Self::standard()
        }
    }
}
