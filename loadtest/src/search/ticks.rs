//! Moments at a steady rate, kept by a thread of their own that sleeps until each: the runtime's clock knows whole
//! milliseconds only. None is left out, however late whoever waits for them is.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::sync::mpsc;

/// Moments that passed and were not taken yet; the thread stands still while there are more.
const PASSED_MAX: usize = 4_096;

/// What is due, and when.
pub(crate) struct Ticks {
    passed: mpsc::Receiver<Instant>,
}

impl Ticks {
    /// The first is due at once. The thread ends soon after nobody waits any more.
    pub(crate) fn begin(per_second: u64) -> anyhow::Result<Self> {
        let (tell, passed) = mpsc::channel(PASSED_MAX);
        let apart = Duration::from_secs(1) / u32::try_from(per_second.max(1))?;
        let keep = move || {
            let mut due = Instant::now();
            while tell.blocking_send(due).is_ok() {
                due += apart;
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        };
        thread::Builder::new().name("ticks".to_owned()).spawn(keep)?;
        Ok(Self { passed })
    }

    /// The next moment, once it has come. May be dropped before: nothing is lost.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Instant> {
        self.passed.recv().await.context("the thread that keeps the time is gone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_late_finds_every_moment_and_none_before_its_time() {
        let mut ticks = Ticks::begin(1_000).expect("a thread");
        let first = ticks.next().await.expect("a moment");
        thread::sleep(Duration::from_millis(20));
        for n in 1..=30 {
            let due = ticks.next().await.expect("a moment");
            assert_eq!(due, first + Duration::from_millis(n));
            assert!(due <= Instant::now());
        }
    }
}
