//! Where a segment has the document of an id of which only the random half is known: documents in heaps, by the lowest
//! bits of that half, a few in each.

use tantivy::{DocId, SegmentReader};

use super::columns::{ID_HALVES, Numbers};

/// Documents of a heap on average, at most: a look at one costs no more than finding the heap.
const HEAP: usize = 16;

/// Takes some four bytes a document.
pub(super) struct Whereabouts {
    halves: Numbers,
    mask: u64,
    /// Where in `docs` each heap begins, and the last one ends.
    begins: Vec<u32>,
    docs: Vec<DocId>,
}

impl Whereabouts {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let [_, low] = ID_HALVES;
        let halves = Numbers::open(segment, low)?;
        let all = segment.max_doc();
        let heaps = (all as usize).div_ceil(HEAP).next_power_of_two();
        let mask = heaps as u64 - 1;
        let heap = |doc: DocId| (halves.first(doc) & mask) as usize;
        let mut begins = vec![0_u32; heaps + 1];
        (0..all).for_each(|doc| begins[heap(doc) + 1] += 1);
        (0..heaps).for_each(|nth| begins[nth + 1] += begins[nth]);
        let (mut docs, mut next) = (vec![0; all as usize], begins.clone());
        for doc in 0..all {
            let place = &mut next[heap(doc)];
            docs[*place as usize] = doc;
            *place += 1;
        }
        Ok(Self { halves, mask, begins, docs })
    }

    /// Every document of this half, of whatever workspace, deleted or not.
    pub(super) fn of(&self, half: u64) -> impl Iterator<Item = DocId> + '_ {
        let heap = (half & self.mask) as usize;
        let listed = self.begins[heap] as usize..self.begins[heap + 1] as usize;
        self.docs[listed].iter().copied().filter(move |doc| self.halves.first(*doc) == half)
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.begins) + size_of_val(&*self.docs)
    }
}
