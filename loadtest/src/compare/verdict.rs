//! What the oracle found at our own server over the whole run, and what that server did not do to its end. Anything
//! fails it.

use serde::Serialize;

use crate::crowd::Crowd;
use crate::report::Report;

#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) report: Report,
    /// Turns of ours that ended before their time: as many medians are of fewer turns.
    pub(crate) failed_turns: u32,
}

/// As the JSON has it.
#[derive(Debug, Serialize)]
pub(crate) struct Counts {
    lost: u64,
    duplicated: u64,
    diverged: u64,
}

impl Verdict {
    pub(crate) fn passed(&self) -> bool {
        self.report.passed() && self.failed_turns == 0
    }

    pub(crate) fn fail_turn(&mut self, finding: String) {
        self.failed_turns += 1;
        self.report.find(finding);
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            lost: self.report.lost,
            duplicated: self.report.duplicated + self.report.out_of_order,
            diverged: self.report.diverged,
        }
    }

    pub(crate) fn lose(&mut self, count: u64, finding: String) {
        self.report.lost += count;
        if count > 0 {
            self.report.find(finding);
        }
    }

    pub(crate) fn repeat(&mut self, count: u64, finding: String) {
        self.report.duplicated += count;
        if count > 0 {
            self.report.find(finding);
        }
    }

    /// What a crowd saw, when `published` messages were accepted.
    pub(crate) fn judge(&mut self, crowd: &Crowd, published: u32) {
        let (missing, lost, duplicated) =
            crowd.with(|tally| (tally.missing(published), tally.lost, tally.duplicated));
        self.lose(missing.max(lost), format!("{missing} deliveries never came, {lost} were passed over"));
        self.repeat(duplicated, format!("{duplicated} deliveries came twice or out of turn"));
    }
}
