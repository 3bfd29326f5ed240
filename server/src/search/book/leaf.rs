//! One segment of a commit, opened: its lists, its columns, and which of its documents were deleted since.

use std::sync::Arc;

use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::{DocId, SegmentReader};

use super::{PLACE, Shape};
use crate::search::columns::{Numbers, OwnIds};
use crate::search::record::Id;

/// A segment with its deletions.
pub(in crate::search) struct Leaf<S: Shape> {
    reader: SegmentReader,
    ids: OwnIds,
    places: Numbers,
    pub(in crate::search) segment: Arc<S::Segment>,
}

/// Which segment, and which deletions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key(SegmentId, Option<u64>);

impl Key {
    pub(super) fn of(segment: &SegmentReader) -> Self {
        Self(segment.segment_id(), segment.delete_opstamp())
    }

    /// The same of a segment that is not opened.
    pub(super) fn on_disk(segment: &SegmentMeta) -> Self {
        Self(segment.id(), segment.delete_opstamp())
    }

    /// Whether it is the same segment, whatever was deleted.
    pub(super) fn is_of(&self, segment: &SegmentReader) -> bool {
        self.0 == segment.segment_id()
    }
}

impl<S: Shape> Leaf<S> {
    /// Opens a segment; what was read of it before is used again.
    pub(super) fn open(shape: &S, reader: &SegmentReader, before: Option<&Self>) -> tantivy::Result<Self> {
        let segment = match before {
            Some(before) => Arc::clone(&before.segment),
            None => Arc::new(shape.open(reader)?),
        };
        Ok(Self {
            ids: OwnIds::open(reader)?,
            places: Numbers::open(reader, PLACE)?,
            reader: reader.clone(),
            segment,
        })
    }

    pub(super) fn key(&self) -> Key {
        Key::of(&self.reader)
    }

    pub(in crate::search) fn is_deleted(&self, doc: DocId) -> bool {
        self.reader.is_deleted(doc)
    }

    pub(in crate::search) fn documents(&self) -> DocId {
        self.reader.max_doc()
    }

    pub(in crate::search) fn id(&self, doc: DocId) -> Id {
        Id(self.ids.of(doc))
    }

    pub(in crate::search) fn place(&self, doc: DocId) -> u64 {
        self.places.first(doc)
    }

    /// The first document whose place is at or after `place`.
    pub(in crate::search) fn at(&self, place: u64) -> DocId {
        let (mut from, mut to) = (0, self.documents());
        while from < to {
            let middle = from + (to - from) / 2;
            if self.place(middle) < place { from = middle + 1 } else { to = middle }
        }
        from
    }
}
