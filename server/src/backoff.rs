//! How long somebody waits before the next try of what did not work: longer each time, up to a bound, and
//! never all at the same moment.

use std::time::Duration;

use crate::dice::Dice;

/// The first wait, at most.
const FIRST: Duration = Duration::from_millis(50);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(10);
/// Doublings after which the longest wait is reached.
const DOUBLINGS_MAX: u32 = 8;

/// The waits between the tries of one thing.
#[derive(Debug)]
pub struct Backoff {
    dice: Dice,
    tries: u32,
}

impl Backoff {
    /// Waits that are the same for the same thing and different between things.
    pub fn of(about: &[u8]) -> Self {
        Self { dice: Dice::of(0, &[about]), tries: 0 }
    }

    /// Waits before the next try.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.next()).await;
    }

    /// Begins again with short waits.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// Between half of the doubled wait and all of it.
    fn next(&mut self) -> Duration {
        let most = (FIRST * 2_u32.pow(self.tries.min(DOUBLINGS_MAX))).min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.dice.between(most / 2, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_longest_and_begin_again() {
        let mut backoff = Backoff::of(b"a message");
        let waits: Vec<_> = (0..20).map(|_| backoff.next()).collect();
        assert!(waits[0] <= FIRST);
        assert!(waits.iter().skip(8).all(|wait| (LONGEST / 2..=LONGEST).contains(wait)));
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}
