//! One list as it is on disk, read block by block.

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, TERMINATED};

use super::window::Window;

/// The documents of one list.
pub(in crate::search) struct List {
    blocks: BlockSegmentPostings,
    /// Where in the block it stands.
    at: usize,
}

impl List {
    /// A list at its first document.
    pub(in crate::search) fn new(blocks: BlockSegmentPostings) -> Self {
        Self { blocks, at: 0 }
    }

    pub(super) fn size(&self) -> u32 {
        self.blocks.doc_freq()
    }

    /// Goes to the first document at or after `target`; stays where it is when that is behind it.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() < target {
            self.at = self.blocks.seek(target);
        }
        self.doc()
    }

    /// Adds its documents within a window, and goes behind them: a block at a time, as the lists of short runs have
    /// hundreds of thousands.
    pub(super) fn fill(&mut self, window: &mut Window) {
        self.seek(window.from());
        loop {
            let docs = self.blocks.docs().get(self.at..).unwrap_or_default();
            let within = match docs.last() {
                None => return,
                Some(last) if *last < window.end() => docs.len(),
                Some(_) => docs.partition_point(|doc| *doc < window.end()),
            };
            docs[..within].iter().for_each(|doc| window.put(*doc));
            if within < docs.len() {
                self.at += within;
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }

    fn doc(&self) -> DocId {
        self.blocks.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }
}
