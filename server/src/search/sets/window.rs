//! A short stretch of documents as bits: sets meet there many documents a step.

use tantivy::DocId;

/// Words of bits in the widest window.
const WORDS: usize = 64;

/// The documents from `from` on, a bit each.
#[derive(Clone)]
pub(super) struct Window {
    /// A multiple of 64.
    from: DocId,
    /// How many of the words there are.
    width: usize,
    words: [u64; WORDS],
}

/// How far a window reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Width(usize);

impl Width {
    /// Nothing.
    pub(super) const NONE: Self = Self(0);
    /// As far as whoever stops after twenty documents may come.
    pub(super) const FIRST: Self = Self(4);

    /// Four times as far, up to 4,096 documents.
    pub(super) fn wider(self) -> Self {
        Self((self.0 * 4).clamp(Self::FIRST.0, WORDS))
    }
}

impl Window {
    /// No documents yet, of the stretch that has `doc` near its start.
    pub(super) fn near(doc: DocId, Width(width): Width) -> Self {
        Self { from: doc / u64::BITS * u64::BITS, width, words: [0; WORDS] }
    }

    /// No documents yet, of the same stretch.
    pub(super) fn beside(&self) -> Self {
        Self { words: [0; WORDS], ..*self }
    }

    pub(super) fn from(&self) -> DocId {
        self.from
    }

    /// The first document behind it.
    pub(super) fn end(&self) -> DocId {
        self.from.saturating_add(self.width as u32 * u64::BITS)
    }

    fn words(&self) -> &[u64] {
        &self.words[..self.width]
    }

    fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words[..self.width]
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
        self.words_mut().iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
    }

    /// Adds what `other`, of the same stretch, has.
    pub(super) fn join(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(other.words).for_each(|(word, others)| *word |= others);
    }

    /// Keeps what `other`, of the same stretch, has as well.
    pub(super) fn meet(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(other.words).for_each(|(word, others)| *word &= others);
    }

    /// Keeps what `other`, of the same stretch, does not have.
    pub(super) fn part(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(other.words).for_each(|(word, others)| *word &= !others);
    }

    /// Keeps the documents that are `wanted`, which are asked for in their order.
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(DocId) -> bool) {
        for (start, word) in (self.from..).step_by(u64::BITS as usize).zip(self.words_mut()) {
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

    pub(super) fn is_empty(&self) -> bool {
        self.words().iter().all(|word| *word == 0)
    }

    /// Whether there are no more than this.
    pub(super) fn has_few(&self, max: u32) -> bool {
        let mut left = max;
        self.words().iter().filter(|word| **word != 0).all(|word| {
            let docs = word.count_ones();
            let is_few = docs <= left;
            left = left.saturating_sub(docs);
            is_few
        })
    }

    /// The first document at or after `target`; nothing when it stands behind, if at all.
    pub(super) fn next(&self, target: DocId) -> Option<DocId> {
        let from = target.saturating_sub(self.from);
        let mut nth = (from / u64::BITS) as usize;
        let mut left = self.words().get(nth)? & (u64::MAX << (from % u64::BITS));
        while left == 0 {
            nth += 1;
            left = *self.words().get(nth)?;
        }
        Some(self.from + nth as u32 * u64::BITS + left.trailing_zeros())
    }
}
