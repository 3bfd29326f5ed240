//! Repeatable chance: the same seed and the same words give the same throws. It is good for delays and for
//! choosing, never for secrets.

/// A run of throws.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The throws that `seed` and what they are about give.
    pub fn of(seed: u64, about: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        for part in about {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let bytes: [u8; 8] = std::array::from_fn(|i| hasher.finalize().as_bytes()[i]);
        Self(u64::from_le_bytes(bytes))
    }

    /// A number below `sides`, which is at least one.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides.max(1)
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least).saturating_add(1))
    }

    /// Whether something happens that does in one of `times` cases.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of `choices`, which are not empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.below(choices.len() as u64);
        &choices[usize::try_from(index).unwrap_or(0)]
    }

    /// SplitMix64, by Sebastiano Vigna, in the public domain.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_throws_within_their_bounds() {
        let throws = |seed, about: &[&[u8]]| {
            let mut dice = Dice::of(seed, about);
            (0..50).map(|_| dice.between(3, 9)).collect::<Vec<_>>()
        };
        assert_eq!(throws(1, &[b"a"]), throws(1, &[b"a"]));
        assert_ne!(throws(1, &[b"a"]), throws(2, &[b"a"]));
        assert_ne!(throws(1, &[b"ab", b""]), throws(1, &[b"a", b"b"]));
        assert!(throws(1, &[]).iter().all(|throw| (3..=9).contains(throw)));
        assert!((3..=9).all(|side| throws(1, &[]).contains(&side)));
    }
}
