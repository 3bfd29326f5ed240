//! What the server acknowledged, and when: the ids of commands and the texts of what a provider handed in.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tokio::time::timeout;

use super::server::PATIENCE;

#[derive(Default)]
pub(crate) struct Promises {
    ledger: Mutex<Ledger>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Ledger {
    made: BTreeMap<String, Instant>,
    /// When the power was cut; nothing is promised from then on.
    cut: Option<Instant>,
}

impl Promises {
    /// The server has acknowledged this, now.
    pub(crate) fn put(&self, what: String) {
        let mut ledger = self.ledger();
        if ledger.cut.is_none() {
            ledger.made.insert(what, Instant::now());
            self.count.send_replace(ledger.made.len());
        }
    }

    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Waits for one more than there are.
    pub(crate) async fn one_more(&self) -> Result<()> {
        let (mut count, before) = (self.count.subscribe(), self.count());
        timeout(PATIENCE, count.wait_for(|count| *count > before))
            .await
            .context("nothing is acknowledged")??;
        Ok(())
    }

    /// What is acknowledged from now on does not count.
    pub(crate) fn power_off(&self) {
        self.ledger().cut = Some(Instant::now());
    }

    pub(crate) fn power_on(&self) {
        self.ledger().cut = None;
    }

    /// Those that do not hold, each with how long before the end of the last cut it was made.
    pub(crate) fn broken(&self, holds: impl Fn(&str) -> bool) -> Vec<(String, Duration)> {
        let ledger = self.ledger();
        let cut = ledger.cut.unwrap_or_else(Instant::now);
        let broken = ledger.made.iter().filter(|(what, _)| !holds(what));
        broken.map(|(what, at)| (what.clone(), cut.saturating_duration_since(*at))).collect()
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("nobody panicked with it")
    }
}
