//! The union of many sets, read to their ends: a list where they are short, else a bit a document.

use tantivy::{DocId, TERMINATED};

use super::Set;

/// Documents up to which a sorted list is cheaper than bits.
const LISTED_MAX: u32 = 16_384;

/// Documents in memory.
pub(in crate::search) enum Gathered {
    Listed { docs: Vec<DocId>, at: usize },
    Bits { words: Vec<u64>, doc: DocId, size: u32 },
}

impl Gathered {
    pub(super) fn of(sets: Vec<Set<'_>>) -> Self {
        let size = sets.iter().fold(0_u32, |sum, set| sum.saturating_add(set.size()));
        if size <= LISTED_MAX { Self::listed(sets) } else { Self::bits(sets, size) }
    }

    fn listed(sets: Vec<Set<'_>>) -> Self {
        let mut docs = Vec::new();
        for mut set in sets {
            let mut doc = set.doc();
            while doc != TERMINATED {
                docs.push(doc);
                doc = set.advance();
            }
        }
        docs.sort_unstable();
        docs.dedup();
        Self::Listed { docs, at: 0 }
    }

    fn bits(sets: Vec<Set<'_>>, size: u32) -> Self {
        let mut words: Vec<u64> = Vec::new();
        for mut set in sets {
            let mut doc = set.doc();
            while doc != TERMINATED {
                let word = doc as usize / 64;
                if word >= words.len() {
                    words.resize(word + 1, 0);
                }
                words[word] |= 1 << (doc % 64);
                doc = set.advance();
            }
        }
        let doc = next_bit(&words, 0);
        Self::Bits { words, doc, size }
    }

    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::Listed { docs, at } => docs.get(*at).copied().unwrap_or(TERMINATED),
            Self::Bits { doc, .. } => *doc,
        }
    }

    pub(super) fn size(&self) -> u32 {
        match self {
            Self::Listed { docs, .. } => u32::try_from(docs.len()).unwrap_or(u32::MAX),
            Self::Bits { size, .. } => *size,
        }
    }

    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::Listed { docs, at } => *at = (*at + 1).min(docs.len()),
            Self::Bits { words, doc, .. } if *doc != TERMINATED => *doc = next_bit(words, *doc + 1),
            Self::Bits { .. } => {}
        }
        self.doc()
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Listed { docs, at } => *at += docs[*at..].partition_point(|doc| *doc < target),
            Self::Bits { words, doc, .. } => *doc = next_bit(words, target),
        }
        self.doc()
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
