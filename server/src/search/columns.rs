//! Values of documents in a segment, read one document at a time. Where a column has few different ones they are kept in
//! memory: a page of hits reads a hundred values, each of which takes half a block of a dictionary.

use std::io;

use tantivy::columnar::{BytesColumn, Column, StrColumn};
use tantivy::{DocId, SegmentReader};

/// Different values of a column up to which all are kept, else none: groups, channels, agents and tags of most segments,
/// and everything of those that a commit has just written. Tests have few, and try both ways.
const KEPT_MAX: usize = if cfg!(test) { 3 } else { 4_096 };
/// And their bytes: properties may have long ones.
const KEPT_BYTES_MAX: usize = if cfg!(test) { 48 } else { 256 << 10 };

/// Numbers, any number of them a document.
pub(super) struct Numbers(Column<u64>);

/// Texts, any number of them a document.
pub(super) struct Texts {
    column: Option<StrColumn>,
    kept: Option<Vec<Box<str>>>,
}

/// Ids that many documents share, at most one a document.
pub(super) struct Ids {
    column: Option<BytesColumn>,
    kept: Option<Vec<[u8; 16]>>,
}

/// The same, and how many documents have each.
pub(super) struct CountedIds {
    ids: Ids,
    /// For each that is kept.
    having: Vec<u32>,
}

/// Some of the ids of a column, to ask of documents whether they have one.
pub(super) struct SomeIds<'a> {
    column: &'a BytesColumn,
    /// A bit for each of the column's ids.
    wanted: Vec<u64>,
    /// How many documents have one of them, where each was named once.
    pub(super) having: u32,
}

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
        let column = segment.fast_fields().str(name)?;
        let text = |value: &[u8]| std::str::from_utf8(value).ok().map(Box::from);
        Ok(Self { kept: kept(column.as_deref(), text)?, column })
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.kept.iter().flatten().map(|text| size_of_val(text) + text.len()).sum()
    }

    pub(super) fn of(&self, doc: DocId) -> Vec<String> {
        let Some(column) = &self.column else { return Vec::new() };
        column.term_ords(doc).filter_map(|ord| self.text(column, ord)).collect()
    }

    fn text(&self, column: &StrColumn, ord: u64) -> Option<String> {
        if let Some(kept) = &self.kept {
            return kept.get(usize::try_from(ord).ok()?).cloned().map(String::from);
        }
        let mut text = String::new();
        column.ord_to_str(ord, &mut text).is_ok().then_some(text)
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
        let column = segment.fast_fields().bytes(name)?;
        Ok(Self { kept: kept(column.as_ref(), |value| value.try_into().ok())?, column })
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.kept.iter().flatten().map(size_of_val).sum()
    }

    pub(super) fn of(&self, doc: DocId) -> Option<[u8; 16]> {
        let column = self.column.as_ref()?;
        let ord = column.term_ords(doc).next()?;
        if let Some(kept) = &self.kept {
            return kept.get(usize::try_from(ord).ok()?).copied();
        }
        let mut bytes = Vec::with_capacity(16);
        column.ord_to_bytes(ord, &mut bytes).ok()?;
        bytes.as_slice().try_into().ok()
    }
}

impl CountedIds {
    pub(super) fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        let ids = Ids::open(segment, name)?;
        let mut having = vec![0; ids.kept.as_ref().map_or(0, Vec::len)];
        if let Some(column) = ids.column.as_ref().filter(|_| ids.kept.is_some()) {
            let each = (0..segment.max_doc()).filter_map(|doc| column.term_ords(doc).next());
            each.for_each(|ord| having[ord as usize] += 1);
        }
        Ok(Self { ids, having })
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.ids.bytes() + size_of_val(&*self.having)
    }

    pub(super) fn of(&self, doc: DocId) -> Option<[u8; 16]> {
        self.ids.of(doc)
    }

    /// Some of them; nothing where they are not kept in memory.
    pub(super) fn some(&self, ids: impl Iterator<Item = [u8; 16]>) -> Option<SomeIds<'_>> {
        let (column, kept) = (self.ids.column.as_ref()?, self.ids.kept.as_ref()?);
        let wanted = vec![0; kept.len().div_ceil(64)];
        let mut some = SomeIds { column, wanted, having: 0 };
        for nth in ids.filter_map(|id| kept.binary_search(&id).ok()) {
            some.wanted[nth / 64] |= 1 << (nth % 64);
            some.having += self.having[nth];
        }
        Some(some)
    }
}

impl SomeIds<'_> {
    /// Whether a document has one of them.
    pub(super) fn has(&self, doc: DocId) -> bool {
        let is_wanted = |ord: u64| self.wanted[(ord / 64) as usize] >> (ord % 64) & 1 == 1;
        self.column.term_ords(doc).next().is_some_and(is_wanted)
    }
}

/// All values of a column in the order of their numbers; nothing where they are many, or long, or one is not of its kind.
fn kept<T>(column: Option<&BytesColumn>, value: impl Fn(&[u8]) -> Option<T>) -> io::Result<Option<Vec<T>>> {
    let Some(column) = column.filter(|column| column.num_terms() <= KEPT_MAX) else { return Ok(None) };
    let (mut values, mut bytes) = (Vec::with_capacity(column.num_terms()), 0);
    let mut stream = column.dictionary().stream()?;
    while bytes <= KEPT_BYTES_MAX && stream.advance() {
        bytes += stream.key().len();
        values.extend(value(stream.key()));
    }
    let is_kept = bytes <= KEPT_BYTES_MAX && values.len() == column.num_terms();
    Ok(is_kept.then_some(values))
}
