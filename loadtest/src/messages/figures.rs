//! What a run found, for people and for programs. It judges: anything lost, silently doubled or fallen back,
//! and a doubt that no number asked for, is a failure.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use parloir_client::protocol::ids::MessageId;
use serde::Serialize;

use super::drive::Sends;
use super::oracle::Oracle;

/// Findings that are worth reading; the counts tell the rest.
const FINDINGS_MAX: usize = 50;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Figures {
    pub(crate) inbound: u64,
    pub(crate) outbound: u64,
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    /// Shown to agents as "maybe sent".
    pub(crate) unknown: u64,
    /// Of these, what no number asked for.
    pub(crate) unasked_doubts: u64,
    /// How often messages left, by the simulator's own count; null where it could not be asked.
    pub(crate) left: Option<u64>,
    pub(crate) status_regressions: u64,
    pub(crate) webhook_p50_ms: f64,
    pub(crate) webhook_p99_ms: f64,
    pub(crate) accept_to_provider_p99_ms: f64,
    pub(crate) outbound_per_s: f64,
    #[serde(skip)]
    findings: Vec<String>,
}

impl Figures {
    /// With the times of webhooks.
    pub(crate) fn of(webhooks: &Histogram<u64>) -> Self {
        let millis = |quantile| webhooks.value_at_quantile(quantile) as f64 / 1_000.0;
        Self { webhook_p50_ms: millis(0.5), webhook_p99_ms: millis(0.99), ..Self::default() }
    }

    pub(crate) fn find(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    /// Holds what the log says of the messages of a run against what really left.
    pub(crate) fn compare(
        &mut self,
        sends: &Sends,
        oracle: &Oracle,
        left: Option<&BTreeMap<MessageId, u32>>,
    ) {
        let Some(left) = left else {
            return self
                .find("not counted: what left is told on the machine of a demonstration only".to_owned());
        };
        let mut all = 0;
        for id in sends.keys() {
            let times = left.get(id).copied().unwrap_or(0);
            all += u64::from(times);
            self.doubled += u64::from(times.saturating_sub(1));
            let is_missing = times == 0 && oracle.has_left(id);
            self.lost += u64::from(is_missing);
            if times > 1 || is_missing {
                self.find(format!("{id} left {times} times"));
            }
        }
        self.left = Some(all);
    }

    pub(crate) fn passed(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.unasked_doubts == 0 && self.status_regressions == 0
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
            figures.iter().for_each(|(name, figure)| println!("{name:<26} {figure:>12}"));
        }
        Ok(())
    }
}
