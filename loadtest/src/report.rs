//! What a run found, for people and for programs. It judges: anything lost, twice, out of order or different
//! is a failure.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) agents: u64,
    pub(crate) commands_acked: u64,
    pub(crate) events_delivered: u64,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) out_of_order: u64,
    pub(crate) diverged: u64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// What was found, in sentences; shown apart from the figures.
    #[serde(skip)]
    pub(crate) findings: Vec<String>,
}

/// Findings that are worth reading; the counts tell the rest.
const FINDINGS_MAX: usize = 50;

impl Report {
    pub(crate) fn find(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    pub(crate) fn times(&mut self, times: &Histogram<u64>) {
        let millis = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
        (self.p50_ms, self.p99_ms) = (millis(0.5), millis(0.99));
    }

    pub(crate) fn passed(&self) -> bool {
        self.lost == 0 && self.duplicated == 0 && self.out_of_order == 0 && self.diverged == 0
    }

    #[allow(clippy::print_stdout, clippy::print_stderr, reason = "it is what the program is for")]
    pub(crate) fn print(&self, json: bool) -> anyhow::Result<()> {
        for finding in &self.findings {
            eprintln!("{finding}");
        }
        let figures = serde_json::to_value(self)?;
        if json {
            println!("{figures}");
        } else if let Some(figures) = figures.as_object() {
            figures.iter().for_each(|(name, figure)| println!("{name:<18} {figure:>12}"));
        }
        Ok(())
    }
}

/// Microseconds up to ten minutes, to three digits.
pub(crate) fn times() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 600_000_000, 3).expect("constant bounds are right")
}

pub(crate) fn record(times: &mut Histogram<u64>, time: Duration) {
    times.saturating_record((time.as_micros() as u64).max(1));
}

/// A quantile in milliseconds.
pub(crate) fn millis(times: &Histogram<u64>, quantile: f64) -> f64 {
    times.value_at_quantile(quantile) as f64 / 1_000.0
}
