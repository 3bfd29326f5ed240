//! `parloir check`: whether what is stored is what the log says, without a server.

use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};

use super::serve::say;
use crate::config::{Config, Flags};
use crate::log::{DiskFiles, Log, SegmentLimits, SegmentLog};
use crate::rebuild::{self, Difference};
use crate::rules::{APPLY_VERSION, Rules};
use crate::search::{self, Differences};
use crate::state::{OpenedHow, Options, State};

/// Reads all of the log, opens the state, and compares every workspace's rows with the fold of its log. The
/// fold is held in memory.
///
/// # Errors
/// A sentence for each kind of damage. As at any start, a torn tail is cut off and a state that must not be
/// used is set aside.
pub(super) fn run(flags: &Flags) -> anyhow::Result<()> {
    let config = Config::settle(flags)?;
    let folder = config.data_dir.join("log");
    ensure!(folder.is_dir(), "there is no log in {}", config.data_dir.display());
    let limits = SegmentLimits { reserve_bytes: config.reserve_bytes, ..SegmentLimits::default() };
    let (log, report) = SegmentLog::open(&folder, Arc::new(DiskFiles), limits)?;
    ensure!(
        !report.all_damaged && report.damaged.is_empty(),
        "the log is damaged in {} places: run `parloir repair`",
        report.holes.len()
    );
    say(&format!("log: {} records in {} batches, whole", report.records, report.batches));
    let options = Options { cache_bytes: config.cache_bytes, ..Options::new(APPLY_VERSION) };
    let opened = State::open(&config.data_dir.join("state"), options).context("cannot open the state")?;
    match &opened.how {
        OpenedHow::Kept => {}
        OpenedHow::Missing => bail!("state: there is none; a start builds it from the log"),
        OpenedHow::SetAside { reason, path } => {
            bail!("state: {reason}; it is in {} now, and a start builds another from the log", path.display())
        }
    }
    rebuild::catch_up(&log, &opened.state, Rules::OURS, |_| {})
        .context("state: it is not of this log; a start builds another, in a new epoch")?;
    for workspace in log.workspaces() {
        let difference = rebuild::compare(&log, &opened.state, Rules::OURS, workspace)?;
        let Difference { missing, surplus } = difference;
        ensure!(
            difference == Difference::default(),
            "state: {workspace} differs from its log in {missing} rows and has {surplus} too many"
        );
        say(&format!("state: {workspace} is the fold of its {} events", log.tail(workspace).seq));
    }
    index(&config, &log, &opened.state)?;
    opened.state.close()?;
    Ok(())
}

/// The search index is a projection like the state.
fn index(config: &Config, log: &SegmentLog, state: &State) -> anyhow::Result<()> {
    let Some(found) = search::compare(&config.data_dir.join("search"), log, state)? else {
        say("index: there is none that could be used; a start builds it from the state");
        return Ok(());
    };
    let Differences { missing, surplus, same } = found;
    ensure!(
        found.are_none(),
        "index: it lacks {missing} documents and has {surplus} too many: delete the folder `search`"
    );
    say(&format!("index: it has the {same} documents that the state asks for, and no others"));
    Ok(())
}
