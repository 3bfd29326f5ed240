//! How many frames may be sent now, so that the server never has to end the connection for sending too fast.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket of frames that fills with time.
#[derive(Debug)]
pub(super) struct Pace {
    per_second: f64,
    burst: f64,
    left: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self { per_second: f64::from(per_second.max(1)), burst, left: burst, at: now }
    }

    /// Takes one frame's place, or says when there will be one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = self.burst.min(self.left + passed * self.per_second);
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(now + Duration::from_secs_f64((1.0 - self.left) / self.per_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_in_time() {
        let start = Instant::now();
        let mut pace = Pace::new(10, 2, start);
        assert_eq!((pace.take(start), pace.take(start)), (Ok(()), Ok(())));
        let next = pace.take(start).expect_err("the burst is used up");
        assert_eq!(next, start + Duration::from_millis(100));
        assert_eq!(pace.take(next), Ok(()));
    }
}
