//! What the server acknowledged, and when: the ids of commands and the texts of what a provider handed in.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tokio::time::timeout;

use super::server::PATIENCE;

pub(crate) struct Promises {
    made: Mutex<BTreeMap<String, Instant>>,
    count: watch::Sender<usize>,
    cut: Mutex<Instant>,
}

impl Default for Promises {
    fn default() -> Self {
        Self { made: Mutex::default(), count: watch::Sender::new(0), cut: Mutex::new(Instant::now()) }
    }
}

impl Promises {
    /// The server has acknowledged this, now.
    pub(crate) fn put(&self, what: String) {
        let mut made = self.made.lock().expect("nobody panicked with it");
        made.insert(what, Instant::now());
        self.count.send_replace(made.len());
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

    /// The power is cut, now.
    pub(crate) fn power_is_cut(&self) {
        *self.cut.lock().expect("nobody panicked with it") = Instant::now();
    }

    /// Those that do not hold, each with how long before the last cut it was made.
    pub(crate) fn broken(&self, holds: impl Fn(&str) -> bool) -> Vec<(String, Duration)> {
        let cut = *self.cut.lock().expect("nobody panicked with it");
        let made = self.made.lock().expect("nobody panicked with it");
        let broken = made.iter().filter(|(what, _)| !holds(what));
        broken.map(|(what, at)| (what.clone(), cut.saturating_duration_since(*at))).collect()
    }
}
