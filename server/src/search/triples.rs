//! Which stretches of words have which three bytes side by side, as bits: a search passes over most stretches of a
//! dictionary that cannot have what it looks for. It may take one for what has it, and never the other way round.

use std::ops::Range;

/// Bits of a stretch. Sixteen words have some hundred triples, so that a fifth of the bits are set.
const BITS: usize = 512;

/// The triples of all stretches. What is looked for has few, and of each only its own row is read.
#[derive(Default)]
pub(super) struct Triples {
    /// Words of a row, which has a bit for each stretch.
    width: usize,
    /// A row for each bit.
    rows: Vec<u64>,
}

impl Triples {
    /// Those of stretches, which are named in their order for each of their words.
    pub(super) fn of<'a>(stretches: usize, words: impl Iterator<Item = (usize, &'a [u8])>) -> Self {
        let width = stretches.div_ceil(64);
        let mut rows = vec![0; width * BITS];
        for (stretch, word) in words {
            for bit in bits(word) {
                rows[bit * width + stretch / 64] |= 1 << (stretch % 64);
            }
        }
        Self { width, rows }
    }

    /// The stretches of a range that may have `part`, in their order; one of two bytes may be anywhere.
    pub(super) fn may_have(&self, part: &str, range: Range<usize>) -> impl Iterator<Item = usize> {
        let from = range.start / 64;
        let mut found = vec![u64::MAX; range.end.div_ceil(64).saturating_sub(from)];
        for bit in bits(part.as_bytes()) {
            if found.iter().all(|word| *word == 0) {
                break;
            }
            let row = &self.rows[bit * self.width..][from..];
            found.iter_mut().zip(row).for_each(|(word, row)| *word &= row);
        }
        let within = (from * 64..).step_by(64).zip(found).flat_map(|(first, word)| {
            std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)))
                .take_while(|left| *left != 0)
                .map(move |left| first + left.trailing_zeros() as usize)
        });
        within.filter(move |stretch| range.contains(stretch))
    }

    /// How much memory they take.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.rows)
    }
}

/// The bits of a word's triples.
fn bits(word: &[u8]) -> impl Iterator<Item = usize> {
    word.windows(3).map(|three| {
        let seed = three.iter().fold(0_u32, |seed, byte| seed << 8 | u32::from(*byte));
        // The upper bits of a product depend on all bits of its factors.
        (seed.wrapping_mul(0x9e37_79b1) >> 23) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two words a stretch.
    fn of(words: &[String]) -> Triples {
        let words = words.iter().enumerate();
        Triples::of(words.len().div_ceil(2), words.map(|(nth, word)| (nth / 2, word.as_bytes())))
    }

    #[test]
    fn a_stretch_may_have_each_part_of_its_words() {
        let words: Vec<String> = (0..300).map(|nth| format!("éloïse{}", nth * 7_919)).collect();
        let triples = of(&words);
        for (nth, word) in words.iter().enumerate() {
            for (from, _) in word.char_indices() {
                let has = |range| triples.may_have(&word[from..], range).any(|found| found == nth / 2);
                assert!(has(0..150) && has(nth / 2..nth / 2 + 1), "{word}: {}", &word[from..]);
                assert!(!has(0..nth / 2) && !has(nth / 2 + 1..150), "what is asked for is a range");
            }
        }
    }

    #[test]
    fn few_stretches_are_taken_for_what_has_a_number() {
        let words: Vec<String> =
            (0..320_u64).map(|nth| (nth * 7_919_317 % 100_000_000).to_string()).collect();
        let triples = of(&words);
        let mut wrongly = 0;
        for digits in (0..1_000).map(|nth| format!("{:05}", nth * 97)) {
            let taken = triples.may_have(&digits, 0..160);
            wrongly +=
                taken.filter(|nth| !words[nth * 2..][..2].iter().any(|word| word.contains(&digits))).count();
        }
        assert!(wrongly < 160, "{wrongly} of 160,000");
    }
}
