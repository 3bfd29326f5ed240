//! Bytes by chance for a writer, and ids made of them: many for one question to the operating system. None is a secret
//! that opens anything; those are asked for one by one.

use parloir_protocol::time::Time;

use super::AHEAD_MILLIS_MAX;
use crate::secret::random_bytes;

/// Bytes of one value.
const SALT_BYTES: usize = 16;
/// Bytes asked for at a time: what the operating system gives at once without being interrupted.
const ASKED_BYTES: usize = 256;

/// What fits into the twelve bits behind a UUIDv7's version.
const COUNT_MAX: u16 = 0xfff;

/// What is left of the last question.
pub(super) struct Salts {
    bytes: [u8; ASKED_BYTES],
    used: usize,
    /// Of the newest id: its milliseconds, and how many of the same were made before it.
    newest: (u64, u16),
}

impl Default for Salts {
    fn default() -> Self {
        Self { bytes: [0; ASKED_BYTES], used: ASKED_BYTES, newest: (0, 0) }
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

    /// A UUIDv7 of this moment, after all that were made before: what is listed by ids is listed as it was made. A clock
    /// that was far ahead is forgotten, as by the times of records.
    pub(super) fn id(&mut self, clock: Time) -> [u8; 16] {
        let millis = u64::try_from(clock.0).unwrap_or(0);
        self.newest = match self.newest {
            (newest, _) if millis > newest || newest - millis > AHEAD_MILLIS_MAX.unsigned_abs() => {
                (millis, 0)
            }
            (newest, COUNT_MAX) => (newest + 1, 0),
            (newest, count) => (newest, count + 1),
        };
        let (millis, count) = self.newest;
        let ([high, low], random) = (count.to_be_bytes(), self.next());
        let bytes = std::array::from_fn(|place| [high, low].get(place).copied().unwrap_or(random[place]));
        *uuid::Builder::from_unix_timestamp_millis(millis, &bytes).as_uuid().as_bytes()
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

    #[test]
    fn ids_come_in_the_order_in_which_they_were_made() {
        let mut salts = Salts::default();
        let clocks = [9_000, 9_000, 8_000, 9_001].into_iter().chain(std::iter::repeat_n(9_001, 5_000));
        let ids: Vec<_> = clocks.map(|millis| salts.id(Time(millis))).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        let first = uuid::Uuid::from_bytes(ids[0]);
        assert_eq!((first.get_version_num(), first.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(&ids[0][..6], &9_000_u64.to_be_bytes()[2..]);
    }

    #[test]
    fn a_clock_that_was_far_ahead_is_forgotten() {
        let (mut salts, wild) = (Salts::default(), AHEAD_MILLIS_MAX + 9_001);
        let millis = [wild, 9_001, 9_000].map(|clock| salts.id(Time(clock))[..6].to_vec());
        let at = |millis: i64| millis.to_be_bytes()[2..].to_vec();
        assert_eq!(millis, [at(wild), at(wild), at(9_000)]);
    }
}
