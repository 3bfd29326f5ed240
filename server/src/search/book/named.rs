//! The documents that have one of these ids, for a commit to take out. A list for every id would be a fifth of the
//! index: lists are kept by the ends of ids, each for a few documents, whose columns say which id it is.

use std::collections::BTreeMap;

use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet as _, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::search::columns::OwnIds;
use crate::search::record::Id;

/// Bytes at the end of an id that have a list: random ones, so that a million documents make lists of some sixteen.
const END_BYTES: usize = 2;

/// What a document is listed under.
pub(super) fn end(id: &Id) -> &[u8] {
    &id.0[id.0.len() - END_BYTES..]
}

/// The documents of these ids.
#[derive(Debug, Clone)]
pub(super) struct Named {
    ends: Field,
    ids: BTreeMap<Vec<u8>, Vec<Id>>,
}

impl Named {
    /// Of an index whose field `ends` lists what [`end`] gives.
    pub(super) fn of(ends: Field, ids: impl Iterator<Item = Id>) -> Self {
        let mut by_end: BTreeMap<Vec<u8>, Vec<Id>> = BTreeMap::new();
        ids.for_each(|id| by_end.entry(end(&id).to_vec()).or_default().push(id));
        Self { ends, ids: by_end }
    }

    fn documents(&self, segment: &SegmentReader) -> tantivy::Result<BitSet> {
        let mut found = BitSet::with_max_value(segment.max_doc());
        let (lists, own) = (segment.inverted_index(self.ends)?, OwnIds::open(segment)?);
        for (end, ids) in &self.ids {
            let term = Term::from_field_bytes(self.ends, end);
            let Some(mut listed) = lists.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while listed.doc() != TERMINATED {
                if ids.contains(&Id(own.of(listed.doc()))) {
                    found.insert(listed.doc());
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
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(self.documents(segment)?), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("documents are taken out by it, and none is rated".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use parloir_desk::entity::Direction;
    use parloir_protocol::ids::{ConversationId, GroupId, MessageId};
    use parloir_protocol::text::Words;
    use parloir_protocol::time::Time;

    use super::*;
    use crate::search::book::{Book, Pace};
    use crate::search::messages::Messages;
    use crate::search::said::{Line, Said};

    const ONE: [u8; 16] = [1; 16];
    /// Ends as the first does.
    const LIKE_IT: [u8; 16] = [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

    fn put(book: &Book<Messages>, id: [u8; 16], text: Option<&str>) {
        let said = text.map(|text| {
            let conversation_id = ConversationId::from_bytes([3; 16]);
            let line =
                Line { conversation_id, direction: Direction::Inbound, at: Time(0), text: text.to_owned() };
            let (id, group) = (MessageId::from_bytes(id), GroupId::from_bytes([4; 16]));
            Said { id, seq: 1, group, words: Words::of(text), line }
        });
        book.put(0, Id(id), said);
        book.commit(String::new).expect("it is committed");
    }

    fn texts(book: &Book<Messages>) -> Vec<String> {
        let mut texts = Vec::new();
        for leaf in &book.published().leaves {
            let there = (0..leaf.documents()).filter(|doc| !leaf.is_deleted(*doc));
            texts.extend(there.map(|doc| leaf.segment.line(doc).expect("a line").text));
        }
        texts.sort();
        texts
    }

    #[test]
    fn a_document_is_replaced_and_one_whose_id_ends_alike_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::create(folder.path(), Pace::Steady).expect("an empty one");
        put(&book, ONE, Some("one"));
        put(&book, LIKE_IT, Some("another"));
        put(&book, ONE, Some("one, changed"));
        assert_eq!(texts(&book), ["another", "one, changed"]);
        put(&book, LIKE_IT, None);
        assert_eq!(texts(&book), ["one, changed"]);
    }
}
