//! The index of messages: what is written of one, and what a segment of it can be asked. The text itself
//! stays in the state.

use std::sync::Arc;

use tantivy::schema::{Field, Schema, SchemaBuilder};
use tantivy::{InvertedIndexReader, SegmentReader, TantivyDocument};

use super::book::Shape;
use super::facets::Facet;
use super::said::Said;
use super::tokens::{Prefix, Tokens};
use super::zone::{Zone, ZoneFields, listed};

/// The fields of the index.
pub(super) struct Messages {
    text: ZoneFields,
    facets: Field,
}

/// A segment of the index.
pub(super) struct MessagesSegment {
    pub(super) text: Zone,
    pub(super) facets: Arc<InvertedIndexReader>,
}

impl Shape for Messages {
    type Record = Said;
    type Segment = MessagesSegment;

    const FOLDER: &'static str = "messages";

    fn add_fields(schema: &mut SchemaBuilder) {
        ZoneFields::add(schema, "text");
        schema.add_text_field("facets", listed());
    }

    fn of(schema: &Schema) -> tantivy::Result<Self> {
        Ok(Self { text: ZoneFields::of(schema, "text")?, facets: schema.get_field("facets")? })
    }

    fn write(&self, document: &mut TantivyDocument, prefix: &Prefix, said: &Said) {
        self.text.write(document, Tokens::new(prefix), &[&said.words]);
        let mut facets = Tokens::new(prefix);
        facets.push("", &Facet::Group(said.group).token());
        document.add_text(self.facets, facets.text());
    }

    fn open(&self, segment: &SegmentReader) -> tantivy::Result<MessagesSegment> {
        Ok(MessagesSegment {
            text: Zone::open(segment, self.text)?,
            facets: segment.inverted_index(self.facets)?,
        })
    }
}
