//! How a round is doing, for whoever waits at a terminal: one line that is written over, or a line now and then where
//! nobody looks.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};

use super::orders::Progress;
use super::outcome::Second;
use super::plan::Plan;

/// Seconds between two lines where there is no terminal.
const QUIET_SECONDS: u32 = 10;

/// The newest word of every hand.
pub(super) struct Live(Mutex<Vec<Progress>>);

impl Live {
    pub(super) fn new(hands: usize) -> Self {
        Self(Mutex::new(vec![Progress::default(); hands]))
    }

    pub(super) fn put(&self, hand: usize, progress: Progress) {
        if let Some(place) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(hand) {
            *place = progress;
        }
    }

    pub(super) fn sum(&self) -> Progress {
        let hands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hands.iter().fold(Progress::default(), |sum, hand| Progress {
            acts: sum.acts + hand.acts,
            deliveries: sum.deliveries + hand.deliveries,
            waiting: sum.waiting + hand.waiting,
            p99_ms: sum.p99_ms.max(hand.p99_ms),
        })
    }
}

pub(super) struct Shown {
    round: u32,
    rounds: u32,
    second: u32,
    seconds: u32,
    acts: usize,
    is_terminal: bool,
}

impl Shown {
    pub(super) fn new(round: u32, plan: &Plan) -> Self {
        Self {
            round: round + 1,
            rounds: plan.rounds(),
            second: 0,
            seconds: plan.scenario.seconds,
            acts: plan.round(round).len(),
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    #[expect(clippy::print_stderr, reason = "whoever waits wants to know for what")]
    pub(super) fn show(&mut self, now: &Progress, second: &Second) {
        self.second += 1;
        let line = self.line(now, second);
        if self.is_terminal {
            eprint!("\r{line}\x1b[K");
        } else if self.second.is_multiple_of(QUIET_SECONDS) {
            eprintln!("{line}");
        }
    }

    fn line(&self, now: &Progress, second: &Second) -> String {
        format!(
            "round {}/{}  {:>3}/{} s  {}/{} acts  {} told  p99 {:.1} ms  {} waiting  server {:.2} cores {:.0} MiB  load {:.2} cores",
            self.round,
            self.rounds,
            self.second,
            self.seconds,
            now.acts,
            self.acts,
            now.deliveries,
            now.p99_ms,
            now.waiting,
            second.server_cores,
            second.server_mib,
            second.load_cores
        )
    }

    #[expect(clippy::print_stderr, reason = "whoever waits wants to know for what")]
    pub(super) fn end(&self) {
        if self.is_terminal {
            eprintln!();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_are_added_up_and_the_slowest_tells_the_time() {
        let live = Live::new(2);
        live.put(0, Progress { acts: 3, deliveries: 10, waiting: 1, p99_ms: 4.0 });
        live.put(1, Progress { acts: 4, deliveries: 20, waiting: 0, p99_ms: 9.0 });
        live.put(7, Progress { acts: 9, ..Progress::default() });
        assert_eq!(live.sum(), Progress { acts: 7, deliveries: 30, waiting: 1, p99_ms: 9.0 });
    }
}
