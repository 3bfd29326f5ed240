//! `parloir repair`: a damaged log made writable again, without a server.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::serve::say;
use crate::config::{Config, Flags};
use crate::epochs::{self, Due};
use crate::log::{DiskFiles, SegmentLimits, SegmentLog};

/// Ends every damaged workspace with its last good record. What came after is kept in files set aside, and
/// the next start begins a new epoch there, so that no client mistakes the one history for the other.
///
/// # Errors
/// Those of the log's folder.
pub(super) fn run(flags: &Flags) -> anyhow::Result<()> {
    let config = Config::settle(flags)?;
    let limits = SegmentLimits { reserve_bytes: config.reserve_bytes, ..SegmentLimits::default() };
    // Noted before anything is cut: a crash in between must not forget it.
    epochs::note(&config.data_dir, &Due::Every)?;
    let repaired = SegmentLog::repair(&config.data_dir.join("log"), Arc::new(DiskFiles), limits)?;
    let due = if repaired.all_damaged { Due::Every } else { Due::These(repaired.damaged.clone()) };
    epochs::note(&config.data_dir, &due)?;
    if due == Due::These(BTreeSet::new()) {
        say("nothing is damaged");
        return Ok(());
    }
    for workspace in &repaired.damaged {
        say(&format!("{workspace} ends with its last good record"));
    }
    for file in &repaired.set_aside {
        say(&format!("set aside: {file}"));
    }
    say("an erasure can be completed only once what was set aside is removed");
    Ok(())
}
