//! Bytes by chance for a batch: many of them for one question to the operating system. None is a secret that opens
//! anything; those are asked for one by one.

use crate::secret::random_bytes;

/// Bytes of one value.
const SALT_BYTES: usize = 16;
/// Bytes asked for at a time: what the operating system gives at once without being interrupted.
const ASKED_BYTES: usize = 256;

/// What is left of the last question.
pub(super) struct Salts {
    bytes: [u8; ASKED_BYTES],
    used: usize,
}

impl Default for Salts {
    fn default() -> Self {
        Self { bytes: [0; ASKED_BYTES], used: ASKED_BYTES }
    }
}

impl Salts {
    /// The next one, given to nobody before.
    pub(super) fn next(&mut self) -> [u8; SALT_BYTES] {
        if self.used == ASKED_BYTES {
            (self.bytes, self.used) = (random_bytes(), 0);
        }
        let begin = self.used;
        self.used += SALT_BYTES;
        std::array::from_fn(|place| self.bytes[begin + place])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_salt_is_given_twice() {
        let mut salts = Salts::default();
        let given: BTreeSet<_> = (0..1_000).map(|_| salts.next()).collect();
        assert_eq!(given.len(), 1_000);
    }
}
