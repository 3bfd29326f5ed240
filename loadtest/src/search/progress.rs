//! How far a long part is, for whoever waits: a line on the standard error every few seconds. It measures
//! nothing that is reported.

use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(5);

/// Something that is counted while it goes on.
#[derive(Debug)]
pub(crate) struct Progress {
    what: String,
    total: u64,
    done: u64,
    began: Instant,
    told: Instant,
}

impl Progress {
    /// `what` reads as in "1,000 of 2,000 commands".
    pub(crate) fn new(what: &str, total: u64) -> Self {
        let now = Instant::now();
        Self { what: what.to_owned(), total, done: 0, began: now, told: now }
    }

    pub(crate) fn step(&mut self) {
        self.done += 1;
        if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            self.tell();
        }
    }

    /// Says the last line; how long it took.
    pub(crate) fn end(&mut self) -> Duration {
        self.tell();
        self.began.elapsed()
    }

    fn tell(&self) {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = self.done as f64 / seconds;
        say(&format!("{} of {} {}, {rate:.0} a second, {seconds:.0} s", self.done, self.total, self.what));
    }
}

/// A line for whoever waits.
#[expect(
    clippy::print_stderr,
    reason = "it is for the person at the terminal; figures go to the standard output"
)]
pub(crate) fn say(sentence: &str) {
    eprintln!("{sentence}");
}
