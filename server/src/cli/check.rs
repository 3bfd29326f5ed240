//! `parloir check`: whether what is stored is what the log says, without a server.

use std::sync::Arc;

use anyhow::{Context as _, ensure};

use super::serve::say;
use crate::config::{Config, Flags};
use crate::log::{DiskFiles, Log, SegmentLimits, SegmentLog};
use crate::rebuild::{self, Difference};
use crate::rules::{APPLY_VERSION, Rules};
use crate::state::{OpenedHow, Options, State};

/// Reads all of the log, opens the state, and compares every workspace's rows with the fold of its log. The
/// fold is held in memory.
///
/// # Errors
/// A sentence for each kind of damage; nothing is changed but a torn tail, as at any start.
pub(super) fn run(flags: &Flags) -> anyhow::Result<()> {
    let config = Config::settle(flags)?;
    let limits = SegmentLimits { reserve_bytes: config.reserve_bytes, ..SegmentLimits::default() };
    let (log, report) = SegmentLog::open(&config.data_dir.join("log"), Arc::new(DiskFiles), limits)?;
    ensure!(
        !report.all_damaged && report.damaged.is_empty(),
        "the log is damaged in {} places: run `parloir repair`",
        report.holes.len()
    );
    say(&format!("log: {} records in {} batches, whole", report.records, report.batches));
    let options = Options { cache_bytes: config.cache_bytes, ..Options::new(APPLY_VERSION) };
    let opened = State::open(&config.data_dir.join("state"), options).context("cannot open the state")?;
    if let OpenedHow::SetAside { reason, .. } = &opened.how {
        say(&format!("state: set aside ({reason}); the next start builds it anew"));
    }
    rebuild::catch_up(&log, &opened.state, Rules::OURS, |_| {}).context("the state does not fit the log")?;
    for workspace in log.workspaces() {
        let difference = rebuild::compare(&log, &opened.state, Rules::OURS, workspace)?;
        let Difference { missing, surplus } = difference;
        ensure!(
            difference == Difference::default(),
            "state: {workspace} differs from its log in {missing} rows and has {surplus} too many"
        );
        say(&format!("state: {workspace} is the fold of its {} events", log.tail(workspace).seq));
    }
    opened.state.close()?;
    Ok(())
}
