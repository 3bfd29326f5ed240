//! The documents of a workspace that have one of these ids, for a commit to take out. A list for every id would be a
//! sixth of the index: lists are kept by a mark, for a few documents each, whose columns say which they are.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet as _, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::{PLACE, workspace_of};
use crate::search::columns::{Numbers, OwnIds};
use crate::search::offers::Offers;
use crate::search::record::Id;

/// Two bytes, so that a million documents make lists of some fifteen; in tests almost nothing, so that few make as long
/// ones.
const MARK: [u8; 2] = if cfg!(test) { [0, 3] } else { [0xff, 0xff] };

/// What a document is listed under: of a hash, since ids that are made by clients may end alike.
pub(super) fn mark(id: Id) -> [u8; 2] {
    let [one, two, ..] = *blake3::hash(&id.0).as_bytes();
    [one & MARK[0], two & MARK[1]]
}

/// The documents of these workspaces and ids.
#[derive(Debug, Clone)]
pub(super) struct Named {
    marked: Field,
    marks: Arc<BTreeSet<[u8; 2]>>,
    names: Arc<HashSet<(u32, Id)>>,
    offers: Offers,
}

impl Named {
    /// Of an index whose field `marked` lists what [`mark`] gives. Whoever looks for them offers their core.
    pub(super) fn of(marked: Field, names: impl Iterator<Item = (u32, Id)>, offers: Offers) -> Self {
        let names: HashSet<_> = names.collect();
        let marks = names.iter().map(|(_, id)| mark(*id)).collect();
        Self { marked, marks: Arc::new(marks), names: Arc::new(names), offers }
    }

    fn documents(&self, segment: &SegmentReader) -> tantivy::Result<BitSet> {
        let mut found = BitSet::with_max_value(segment.max_doc());
        let lists = segment.inverted_index(self.marked)?;
        let (ids, places) = (OwnIds::open(segment)?, Numbers::open(segment, PLACE)?);
        for mark in &*self.marks {
            self.offers.offer();
            let term = Term::from_field_bytes(self.marked, mark);
            let Some(mut listed) = lists.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while listed.doc() != TERMINATED {
                let doc = listed.doc();
                if self.names.contains(&(workspace_of(places.first(doc)), Id(ids.of(doc)))) {
                    found.insert(doc);
                }
                listed.advance();
            }
        }
        Ok(found)
    }
}

impl Query for Named {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Named {
    /// Whatever happens on a damaged file is an error, since the thread of tantivy that asks ends the process otherwise.
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let found = catch_unwind(AssertUnwindSafe(|| self.documents(segment)));
        let found = found
            .unwrap_or_else(|_| Err(TantivyError::InternalError("a column cannot be read".to_owned())))?;
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("documents are taken out by it, and none is rated".to_owned()))
    }
}
