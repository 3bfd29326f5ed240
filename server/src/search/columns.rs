//! Values of documents in a segment, read one document at a time.

use tantivy::columnar::{BytesColumn, Column, StrColumn};
use tantivy::{DocId, SegmentReader};

/// Numbers, any number of them a document.
pub(super) struct Numbers(Column<u64>);

/// Texts, any number of them a document.
pub(super) struct Texts(Option<StrColumn>);

/// Ids that many documents share, at most one a document.
pub(super) struct Ids(Option<BytesColumn>);

/// The halves of an id that only one document has: two numbers are read faster than a dictionary.
pub(super) struct OwnIds {
    high: Column<u64>,
    low: Column<u64>,
}

/// The columns of a document's own id.
pub(super) const ID_HALVES: [&str; 2] = ["id_high", "id_low"];

/// The two halves of an id.
pub(super) fn halves(id: &[u8; 16]) -> [u64; 2] {
    let all = u128::from_be_bytes(*id);
    [(all >> 64) as u64, all as u64]
}

impl Numbers {
    pub(super) fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        Ok(Self(segment.fast_fields().u64(name)?))
    }

    pub(super) fn first(&self, doc: DocId) -> u64 {
        self.0.first(doc).unwrap_or_default()
    }

    pub(super) fn of(&self, doc: DocId) -> impl Iterator<Item = u64> + '_ {
        self.0.values_for_doc(doc)
    }
}

impl Texts {
    pub(super) fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        Ok(Self(segment.fast_fields().str(name)?))
    }

    pub(super) fn of(&self, doc: DocId) -> Vec<String> {
        let Some(column) = &self.0 else { return Vec::new() };
        let text = |ord| {
            let mut text = String::new();
            column.ord_to_str(ord, &mut text).is_ok().then_some(text)
        };
        column.term_ords(doc).filter_map(text).collect()
    }
}

impl OwnIds {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let [high, low] = ID_HALVES;
        Ok(Self { high: segment.fast_fields().u64(high)?, low: segment.fast_fields().u64(low)? })
    }

    pub(super) fn of(&self, doc: DocId) -> [u8; 16] {
        let high = self.high.first(doc).unwrap_or_default();
        let low = self.low.first(doc).unwrap_or_default();
        (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
    }
}

impl Ids {
    pub(super) fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        Ok(Self(segment.fast_fields().bytes(name)?))
    }

    pub(super) fn of(&self, doc: DocId) -> Option<[u8; 16]> {
        let column = self.0.as_ref()?;
        let mut bytes = Vec::with_capacity(16);
        let ord = column.term_ords(doc).next()?;
        column.ord_to_bytes(ord, &mut bytes).ok()?;
        bytes.as_slice().try_into().ok()
    }
}
