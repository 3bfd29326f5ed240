//! The index of messages: what is written of one, and what a segment of it can be asked. The text stands in it
//! as well: pages of hits would read cold rows of the state.

use std::io;
use std::sync::Arc;

use tantivy::schema::document::CompactDocValue;
use tantivy::schema::{BytesOptions, Field, NumericOptions, Schema, SchemaBuilder, Value};
use tantivy::store::{Compressor, StoreReader};
use tantivy::{DocId, InvertedIndexReader, SegmentReader, TantivyDocument};

use super::book::Shape;
use super::columns::Numbers;
use super::facets::Facet;
use super::said::{Line, Said};
use super::tokens::{Prefix, Tokens};
use super::zone::{Zone, ZoneFields, listed};

/// Blocks of lines that are kept in memory for each segment.
const BLOCKS_KEPT: usize = 64;

/// The fields of the index.
pub(super) struct Messages {
    text: ZoneFields,
    facets: Field,
    conversation: Field,
    line: Field,
}

/// A segment of the index.
pub(super) struct MessagesSegment {
    pub(super) text: Zone,
    pub(super) facets: Arc<InvertedIndexReader>,
    conversation: Numbers,
    lines: StoreReader,
    line: Field,
}

impl Shape for Messages {
    type Record = Said;
    type Segment = MessagesSegment;

    const FOLDER: &'static str = "messages";
    // Were they packed, a block would be unpacked for every line that is shown.
    const STORED: Compressor = Compressor::None;

    fn add_fields(schema: &mut SchemaBuilder) {
        ZoneFields::add(schema, "text");
        schema.add_text_field("facets", listed());
        schema.add_u64_field("conversation", NumericOptions::default().set_fast());
        schema.add_bytes_field("line", BytesOptions::default().set_stored());
    }

    fn of(schema: &Schema) -> tantivy::Result<Self> {
        Ok(Self {
            text: ZoneFields::of(schema, "text")?,
            facets: schema.get_field("facets")?,
            conversation: schema.get_field("conversation")?,
            line: schema.get_field("line")?,
        })
    }

    fn write(&self, document: &mut TantivyDocument, prefix: &Prefix, said: &Said) {
        self.text.write(document, Tokens::new(prefix), &[&said.words]);
        let mut facets = Tokens::new(prefix);
        facets.push("", &Facet::Group(said.group).token());
        document.add_text(self.facets, facets.text());
        document.add_u64(self.conversation, said.conversation());
        let line = rmp_serde::to_vec(&said.line).expect("ids, a time and a text can always be written");
        document.add_bytes(self.line, &line);
    }

    fn open(&self, segment: &SegmentReader) -> tantivy::Result<MessagesSegment> {
        Ok(MessagesSegment {
            text: Zone::open(segment, self.text)?,
            facets: segment.inverted_index(self.facets)?,
            conversation: Numbers::open(segment, "conversation")?,
            lines: segment.get_store_reader(BLOCKS_KEPT)?,
            line: self.line,
        })
    }

    fn bytes(segment: &MessagesSegment) -> usize {
        segment.text.bytes()
    }
}

impl MessagesSegment {
    /// The [`fingerprint`](super::people::fingerprint) of a message's conversation.
    pub(super) fn conversation(&self, doc: DocId) -> u64 {
        self.conversation.first(doc)
    }

    /// What is shown of a document.
    ///
    /// # Errors
    /// [`std::io::Error`] where it cannot be read.
    pub(super) fn line(&self, doc: DocId) -> io::Result<Line> {
        let document: TantivyDocument = self.lines.get(doc).map_err(io::Error::other)?;
        let stored = document.get_first(self.line);
        let bytes = stored.as_ref().and_then(CompactDocValue::as_bytes).ok_or(io::ErrorKind::NotFound)?;
        rmp_serde::from_slice(bytes).map_err(io::Error::other)
    }
}
