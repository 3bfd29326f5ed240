//! How far an import is, on the standard error: a bar on a terminal, now and then a line elsewhere. It counts
//! nothing itself.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parloir_client::{Client, State};

use crate::cli::terminal::{count, plain};
use crate::import::journal::Tally;

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How often a bar is drawn in a second.
const DRAWS_A_SECOND: u8 = 10;

pub(super) struct Progress {
    bar: Option<ProgressBar>,
    bytes: u64,
    began: Instant,
    /// Rows that were settled before.
    before: u64,
    line_at: Instant,
}

impl Progress {
    pub(super) fn begin(bytes: u64, tally: Tally) -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| bar(bytes));
        let progress = Self { bar, bytes, began: now, before: tally.rows(), line_at: now + LINE_EVERY };
        if tally.rows() > 0 {
            progress.say(&format!("going on behind {} rows that are settled", count(tally.rows())));
        }
        progress
    }

    pub(super) fn show(&mut self, tally: &Tally, bytes_read: u64, client: &Client) {
        let text = self.text(tally, &client.state().borrow());
        match &self.bar {
            Some(bar) => {
                bar.set_position(bytes_read);
                bar.set_message(text);
            }
            None if Instant::now() >= self.line_at => {
                self.line_at = Instant::now() + LINE_EVERY;
                let percent = bytes_read.saturating_mul(100) / self.bytes.max(1);
                self.say(&format!("{percent}%  {text}"));
            }
            None => {}
        }
    }

    fn text(&self, tally: &Tally, state: &State) -> String {
        let now = tally.rows() - self.before;
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let a_second = now.saturating_mul(1_000) / millis;
        let failed =
            if tally.failed == 0 { String::new() } else { format!(", {} failed", count(tally.failed)) };
        let waits = match state {
            State::Live => String::new(),
            State::Connecting | State::Resuming => ", connecting".to_owned(),
            State::Offline { reason } => format!(", waiting for the server: {}", plain(reason)),
            State::Closed { .. } => ", the connection is closed".to_owned(),
        };
        format!("{} rows{failed}, {} a second{waits}", count(tally.rows()), count(a_second))
    }

    /// A line beside the bar. A standard error that is gone stops no import.
    pub(super) fn say(&self, sentence: &str) {
        let say = || writeln!(std::io::stderr().lock(), "{sentence}").ok();
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        };
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(bytes: u64) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND);
    let style = ProgressStyle::with_template("{percent:>3}% [{bar:30}] {msg}, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar
}
