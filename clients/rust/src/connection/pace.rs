//! How many frames may be sent now, so that the server never has to end the connection for sending too fast.

use std::time::Duration;

use tokio::time::Instant;

/// The part of the burst that is left to what goes out unasked, `hello` and pongs, and to frames that arrive
/// closer together than they were sent.
const BURST_SPARED: f64 = 0.1;

/// The part of the rate that makes up for pongs and for clocks that do not run alike.
const RATE_SPARED: f64 = 0.02;

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
        let burst = (f64::from(burst) * (1.0 - BURST_SPARED)).max(1.0);
        let per_second = f64::from(per_second.max(1)) * (1.0 - RATE_SPARED);
        Self { per_second, burst, left: burst, at: now }
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
        let mut pace = Pace::new(10, 3, start);
        assert_eq!((pace.take(start), pace.take(start)), (Ok(()), Ok(())));
        let next = pace.take(start).expect_err("the burst is used up");
        assert!(next > start && next < start + Duration::from_millis(100), "{:?}", next - start);
        assert_eq!(pace.take(next), Ok(()));
    }

    /// A server's count of what it lets in.
    struct Door {
        left: f64,
        at: Instant,
    }

    impl Door {
        fn lets_in(&mut self, at: Instant) -> bool {
            let at = at.max(self.at);
            self.left = (self.left + (at - self.at).as_secs_f64() * 50.0).min(200.0);
            self.at = at;
            self.left -= 1.0;
            self.left >= 0.0
        }
    }

    #[test]
    fn a_client_that_always_has_something_to_send_is_never_too_fast() {
        let start = Instant::now();
        let mut pace = Pace::new(50, 200, start);
        let mut door = Door { left: 200.0, at: start };
        assert!(door.lets_in(start), "hello");
        let (mut now, mut pong_at) = (start, start);
        for frame in 0..60_000_u64 {
            while let Err(later) = pace.take(now) {
                now = later + Duration::from_nanos(1);
            }
            let delayed = now + Duration::from_millis(frame / 50 % 7 * 30);
            assert!(door.lets_in(delayed), "frame {frame}");
            if now >= pong_at {
                pong_at = now + Duration::from_secs(20);
                assert!(door.lets_in(delayed), "a pong");
            }
        }
    }
}
