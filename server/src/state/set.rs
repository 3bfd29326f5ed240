//! A hash of a set of rows that follows single changes and does not depend on their order. It finds damage;
//! it is no defence against rows chosen by an adversary.

use twox_hash::XxHash3_128;

use super::redo::Redo;

/// The sum of the digests of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SetHash(u128);

impl SetHash {
    /// Takes a row in.
    pub(super) fn add(&mut self, key: &[u8], value: &[u8]) {
        self.change(None, Some(digest(key, value)));
    }

    /// Follows the change of one row, by its digests.
    pub(super) fn change(&mut self, old: Option<u128>, new: Option<u128>) {
        self.0 = self.0.wrapping_sub(old.unwrap_or(0)).wrapping_add(new.unwrap_or(0));
    }
}

/// What the state knows of its own rows: their set hash, how many steps wrote them, and what has to be written again
/// before they are those of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) set: SetHash,
    pub(super) writes: u64,
    pub(super) redo: Redo,
}

impl Default for Tally {
    fn default() -> Self {
        Self { set: SetHash::default(), writes: 0, redo: Redo::NONE }
    }
}

impl Tally {
    /// What it takes encoded.
    pub(super) const BYTES: usize = 40;

    pub(super) fn encode(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(&self.set.0.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.writes.to_be_bytes());
        bytes[24..].copy_from_slice(&self.redo.to_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (set, rest) = bytes.split_first_chunk()?;
        let (writes, redo) = rest.split_first_chunk()?;
        Some(Self {
            set: SetHash(u128::from_be_bytes(*set)),
            writes: u64::from_be_bytes(*writes),
            redo: Redo::from_bytes(redo.try_into().ok()?),
        })
    }
}

/// What a row adds to the hash of its set.
pub(super) fn digest(key: &[u8], value: &[u8]) -> u128 {
    XxHash3_128::oneshot_with_seed(seed(key), value)
}

/// Makes the digest of a value that comes in pieces.
pub(super) fn hasher(key: &[u8]) -> XxHash3_128 {
    XxHash3_128::with_seed(seed(key))
}

fn seed(key: &[u8]) -> u64 {
    let of_key = XxHash3_128::oneshot(key).to_be_bytes();
    of_key.first_chunk().copied().map(u64::from_be_bytes).expect("there are sixteen")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_its_rows_and_nothing_else() {
        let mut one = SetHash::default();
        one.add(b"a", b"1");
        one.add(b"b", b"2");
        one.change(Some(digest(b"a", b"1")), Some(digest(b"a", b"3")));
        one.change(Some(digest(b"b", b"2")), None);
        let mut other = SetHash::default();
        other.add(b"a", b"3");
        assert_eq!(one, other);
        let tally = Tally { set: one, writes: 3, redo: Redo::from_bytes([7; 16]) };
        assert_eq!(Tally::decode(&tally.encode()), Some(tally));
    }

    #[test]
    fn a_value_in_pieces_has_the_digest_of_the_whole() {
        let value = [7; 5_000];
        let mut pieces = hasher(b"a");
        value.chunks(1_300).for_each(|piece| pieces.write(piece));
        assert_eq!(pieces.finish_128(), digest(b"a", &value));
    }

    #[test]
    fn key_and_value_do_not_flow_into_one_another() {
        assert_ne!(digest(b"ab", b"c"), digest(b"a", b"bc"));
        assert_ne!(digest(b"a", b"1"), digest(b"b", b"1"));
    }
}
