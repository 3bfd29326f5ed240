//! A short stretch of documents as bits: sets that have much in common are met there many documents a step.

use tantivy::DocId;

/// Words of bits in a window.
const WORDS: usize = 64;

/// The documents from `from` on, a bit each.
pub(super) struct Window {
    /// A multiple of 64.
    from: DocId,
    words: [u64; WORDS],
}

impl Window {
    /// No documents, ending before the first one.
    pub(super) fn before_all() -> Self {
        Self { from: 0, words: [0; WORDS] }
    }

    /// No documents yet, of the stretch that has `doc` near its start.
    pub(super) fn near(doc: DocId) -> Self {
        Self { from: doc / u64::BITS * u64::BITS, words: [0; WORDS] }
    }

    pub(super) fn from(&self) -> DocId {
        self.from
    }

    /// The first document behind it.
    pub(super) fn end(&self) -> DocId {
        self.from.saturating_add(WORDS as u32 * u64::BITS)
    }

    /// Adds a document of the stretch.
    pub(super) fn put(&mut self, doc: DocId) {
        let at = doc - self.from;
        self.words[(at / u64::BITS) as usize] |= 1 << (at % u64::BITS);
    }

    /// Adds the documents of a set that has a bit for each from the first on.
    pub(super) fn put_bits(&mut self, all: &[u64]) {
        let first = (self.from / u64::BITS) as usize;
        let bits = all.get(first..).unwrap_or_default();
        self.words.iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
    }

    /// Keeps what `other`, of the same stretch, has as well.
    pub(super) fn meet(&mut self, other: &Self) {
        self.words.iter_mut().zip(other.words).for_each(|(word, others)| *word &= others);
    }

    /// Keeps the documents that are `wanted`, which are asked for in their order.
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(DocId) -> bool) {
        for (start, word) in (self.from..).step_by(u64::BITS as usize).zip(&mut self.words) {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !wanted(start + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// Whether there are no more than this.
    pub(super) fn has_few(&self, max: u32) -> bool {
        self.words.iter().map(|word| word.count_ones()).sum::<u32>() <= max
    }

    /// The first document at or after `target`; nothing when it stands behind, if at all.
    pub(super) fn next(&self, target: DocId) -> Option<DocId> {
        let from = target.saturating_sub(self.from);
        let mut nth = (from / u64::BITS) as usize;
        let mut left = self.words.get(nth)? & (u64::MAX << (from % u64::BITS));
        while left == 0 {
            nth += 1;
            left = *self.words.get(nth)?;
        }
        Some(self.from + nth as u32 * u64::BITS + left.trailing_zeros())
    }
}
