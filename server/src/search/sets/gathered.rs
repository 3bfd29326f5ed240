//! The union of many sets, read to their ends: a list where they are short, else a bit a document.

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, TERMINATED};

use super::window::Window;
use crate::search::budget::Budget;

/// Documents up to which a sorted list is cheaper than bits.
const LISTED_MAX: u32 = 2_048;

/// Documents in memory.
pub(in crate::search) enum Gathered {
    Listed { docs: Vec<DocId>, at: usize },
    Bits(Vec<u64>),
}

/// Documents while they are read, list by list.
pub(in crate::search) enum Gathering {
    Listed(Vec<DocId>),
    Bits(Vec<u64>),
}

impl Gathering {
    /// For lists of these sizes.
    pub(in crate::search) fn of(sizes: impl Iterator<Item = u32>) -> Self {
        let size = sizes.fold(0, u32::saturating_add);
        if size <= LISTED_MAX { Self::Listed(Vec::new()) } else { Self::Bits(Vec::new()) }
    }

    /// Documents in any order.
    pub(in crate::search) fn of_docs(docs: &[&[DocId]]) -> Gathered {
        let size = |docs: &&[DocId]| u32::try_from(docs.len()).unwrap_or(u32::MAX);
        let mut gathering = Self::of(docs.iter().map(size));
        docs.iter().copied().flatten().for_each(|doc| gathering.put(*doc));
        gathering.done()
    }

    /// Reads a list to its end, block by block.
    pub(in crate::search) fn add(&mut self, blocks: &mut BlockSegmentPostings, budget: &Budget) {
        while !blocks.docs().is_empty() && !budget.is_spent() {
            blocks.docs().iter().for_each(|doc| self.put(*doc));
            blocks.advance();
        }
    }

    fn put(&mut self, doc: DocId) {
        match self {
            Self::Listed(docs) => docs.push(doc),
            Self::Bits(words) => {
                let word = doc as usize / 64;
                if word >= words.len() {
                    words.resize(word + 1, 0);
                }
                words[word] |= 1 << (doc % 64);
            }
        }
    }

    pub(in crate::search) fn done(self) -> Gathered {
        match self {
            Self::Listed(mut docs) => {
                docs.sort_unstable();
                docs.dedup();
                Gathered::Listed { docs, at: 0 }
            }
            Self::Bits(words) => Gathered::Bits(words),
        }
    }
}

impl Gathered {
    pub(super) fn is_empty(&self) -> bool {
        self.cost() == 0
    }

    /// Roughly what it costs to take all.
    pub(super) fn cost(&self) -> u32 {
        let taken = match self {
            Self::Listed { docs, .. } => docs.len(),
            Self::Bits(words) => words.len(),
        };
        u32::try_from(taken).unwrap_or(u32::MAX)
    }

    /// The first document at or after `target`.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Listed { docs, at } => {
                *at += docs[*at..].partition_point(|doc| *doc < target);
                docs.get(*at).copied().unwrap_or(TERMINATED)
            }
            Self::Bits(words) => next_bit(words, target),
        }
    }

    /// Adds its documents within a window.
    pub(super) fn fill(&mut self, window: &mut Window) {
        match self {
            Self::Listed { docs, at } => {
                *at += docs[*at..].partition_point(|doc| *doc < window.from());
                while let Some(doc) = docs.get(*at).filter(|doc| **doc < window.end()) {
                    window.put(*doc);
                    *at += 1;
                }
            }
            Self::Bits(words) => window.put_bits(words),
        }
    }
}

/// The first bit that is set at or after `from`.
fn next_bit(words: &[u64], from: DocId) -> DocId {
    let mut word = from as usize / 64;
    let Some(first) = words.get(word) else { return TERMINATED };
    let mut left = first & (u64::MAX << (from % 64));
    while left == 0 {
        word += 1;
        match words.get(word) {
            Some(next) => left = *next,
            None => return TERMINATED,
        }
    }
    DocId::try_from(word * 64).unwrap_or(TERMINATED).saturating_add(left.trailing_zeros())
}
