//! How long to wait before the next try to connect: a random time under a ceiling that doubles. It never
//! waits itself.

use std::time::Duration;

/// Full jitter between `floor` and a ceiling that doubles up to `ceiling`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    /// The shortest pause.
    pub floor: Duration,
    /// The longest pause.
    pub ceiling: Duration,
    failures: u32,
}

const DOUBLINGS_MAX: u32 = 16;

impl Backoff {
    /// Pauses between `floor` and `ceiling`.
    pub fn new(floor: Duration, ceiling: Duration) -> Self {
        Self { floor, ceiling: ceiling.max(floor), failures: 0 }
    }

    /// The pause before the next try; `chance` is anything random.
    pub(crate) fn pause(&mut self, chance: u32) -> Duration {
        self.failures = (self.failures + 1).min(DOUBLINGS_MAX);
        let ceiling = self.floor.saturating_mul(1 << self.failures).min(self.ceiling);
        self.floor + (ceiling - self.floor).mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }

    /// A connection stands: the next pause is short again.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Half a second to ten.
impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_ceiling_and_start_again() {
        let mut backoff = Backoff::default();
        let longest: Vec<_> = (0..6).map(|_| backoff.pause(u32::MAX).as_millis()).collect();
        assert_eq!(longest, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(backoff.pause(0).as_millis(), 500);
        backoff.reset();
        assert_eq!(backoff.pause(u32::MAX).as_millis(), 1_000);
    }
}
