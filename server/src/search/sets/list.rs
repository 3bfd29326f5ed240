//! One list as it is on disk, read block by block.

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, TERMINATED};

use super::window::Window;

/// How much more it costs to look for one document than to take the next one.
const SEEK: u64 = 16;

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
        let left = self.left();
        match left.last() {
            Some(last) if *last >= target => self.at += left.partition_point(|doc| *doc < target),
            Some(_) => self.at = self.blocks.seek(target),
            None => {}
        }
        self.doc()
    }

    /// Keeps of a window's documents those that it has: each by itself where that is less than all that it has there, as
    /// dense as its documents stand where it is.
    pub(super) fn keep(&mut self, window: &mut Window) {
        self.seek(window.from());
        let block = self.blocks.docs();
        let span = block.first().zip(block.last()).map_or(1, |(first, last)| last - first + 1);
        let there = u64::from(window.end() - window.from()) * block.len() as u64 / u64::from(span);
        if window.has_few(u32::try_from(there / SEEK).unwrap_or(u32::MAX)) {
            return window.retain(|doc| self.seek(doc) == doc);
        }
        let mut mine = window.beside();
        self.fill(&mut mine);
        window.meet(&mine);
    }

    /// Adds its documents within a window, and goes behind them: a block at a time, as the lists of short runs have
    /// hundreds of thousands.
    pub(super) fn fill(&mut self, window: &mut Window) {
        self.seek(window.from());
        loop {
            let docs = self.left();
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

    /// What is left of the block, and nothing at the end.
    fn left(&self) -> &[DocId] {
        self.blocks.docs().get(self.at..).unwrap_or_default()
    }

    fn doc(&self) -> DocId {
        self.left().first().copied().unwrap_or(TERMINATED)
    }
}
