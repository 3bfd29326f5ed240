//! What the oracle found at our own server over the whole run. Anything fails it.

use serde::Serialize;

use crate::crowd::Crowd;
use crate::report::Report;

#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) report: Report,
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
        self.report.passed()
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

    /// What a crowd saw, when `published` messages were accepted.
    pub(crate) fn judge(&mut self, crowd: &Crowd, published: u32) {
        let (missing, lost, duplicated) =
            crowd.with(|tally| (tally.missing(published), tally.lost, tally.duplicated));
        self.lose(missing.max(lost), format!("{missing} deliveries never came, {lost} were passed over"));
        self.report.duplicated += duplicated;
        if duplicated > 0 {
            self.report.find(format!("{duplicated} deliveries came twice or out of turn"));
        }
    }
}
