//! One index with what is newer than it: documents on disk, sorted newest first within each workspace, and a
//! few in memory that replace them until the next commit. A change is found at once; a commit is nobody's
//! wait.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::schema::{BytesOptions, Field, NumericOptions, Schema, SchemaBuilder};
use tantivy::space_usage::PerFieldSpaceUsage;
use tantivy::store::Compressor;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{
    Index, IndexReader, IndexSettings, IndexSortByField, IndexWriter, Order, ReloadPolicy, SegmentReader,
    TantivyDocument, TantivyError,
};

use fresh::Entry;
pub(super) use fresh::Fresh;
pub(super) use leaf::Leaf;
use named::Named;
use offering::Offering;
pub(super) use writing::Pace;
use writing::{Writing, writer};

use super::columns::{ID_HALVES, halves};
use super::offers::Offers;
use super::pending::Turn;
use super::record::{Id, Record};
use super::tokens::{LINES, Lines, Prefix};

use crate::locks::{locked, read_locked, write_locked};

mod fresh;
mod leaf;
mod named;
mod offering;
mod priority;
mod writing;

/// The field by whose lists a document is found that is to be replaced.
const MARK: &str = "mark";
/// The field by which documents are sorted.
pub(super) const PLACE: &str = "place";

/// Bits of a place that hold the order within a workspace.
const SEQ_BITS: u32 = 40;
const SEQ_MAX: u64 = (1 << SEQ_BITS) - 1;

/// What a document takes before it is indexed, roughly.
const DOCUMENT_BYTES: usize = 1_024;

/// What is read of stored values at once.
const STORED_BLOCK_BYTES: usize = 4_096;
/// What one kind of document is in its index.
pub(super) trait Shape: Sized + Send + Sync + 'static {
    type Record: Record;
    type Segment: Send + Sync + 'static;

    /// The folder of the index inside a catalogue's.
    const FOLDER: &'static str;
    /// How what is stored of documents is packed.
    const STORED: Compressor;

    /// Adds the fields of its own.
    fn add_fields(schema: &mut SchemaBuilder);

    /// The fields of an index with this schema.
    fn of(schema: &Schema) -> tantivy::Result<Self>;

    fn write(&self, document: &mut TantivyDocument, prefix: &Prefix, record: &Self::Record);

    fn open(&self, segment: &SegmentReader) -> tantivy::Result<Self::Segment>;

    /// Bytes that an open segment keeps in memory, beside its files.
    fn bytes(segment: &Self::Segment) -> usize;
}

/// One index.
pub(super) struct Book<S: Shape> {
    shape: S,
    own: OwnFields,
    index: Index,
    writer: Mutex<Writing>,
    reader: IndexReader,
    offers: Offers,
    published: RwLock<Published<S>>,
    fresh: RwLock<Arc<Fresh<S::Record>>>,
    /// While it is built: documents that were put meanwhile, which whoever builds must leave alone.
    put_meanwhile: Mutex<Option<HashSet<(u32, Id)>>>,
}

/// The fields that every index has: a name to replace a document by, and where it stands.
struct OwnFields {
    mark: Field,
    halves: [Field; 2],
    place: Field,
}

impl OwnFields {
    fn add(schema: &mut SchemaBuilder) {
        schema.add_bytes_field(MARK, BytesOptions::default().set_indexed());
        for field in ID_HALVES.into_iter().chain([PLACE]) {
            schema.add_u64_field(field, NumericOptions::default().set_fast());
        }
    }

    fn of(schema: &Schema) -> tantivy::Result<Self> {
        let [high, low] = ID_HALVES;
        Ok(Self {
            mark: schema.get_field(MARK)?,
            halves: [schema.get_field(high)?, schema.get_field(low)?],
            place: schema.get_field(PLACE)?,
        })
    }

    fn write(&self, document: &mut TantivyDocument, workspace: u32, record: &impl Record) {
        let id = record.id();
        document.add_bytes(self.mark, &named::mark(id));
        for (field, half) in self.halves.into_iter().zip(halves(&id.0)) {
            document.add_u64(field, half);
        }
        document.add_u64(self.place, place(workspace, record.seq()));
    }
}

fn schema<S: Shape>() -> Schema {
    let mut schema = SchemaBuilder::new();
    OwnFields::add(&mut schema);
    S::add_fields(&mut schema);
    schema.build()
}

/// What a search reads: the segments of a commit, and the documents that are being committed.
pub(super) struct Published<S: Shape> {
    pub(super) leaves: Vec<Arc<Leaf<S>>>,
    pub(super) frozen: Arc<Fresh<S::Record>>,
}

impl<S: Shape> Clone for Published<S> {
    fn clone(&self) -> Self {
        Self { leaves: self.leaves.clone(), frozen: Arc::clone(&self.frozen) }
    }
}

impl<S: Shape> Book<S> {
    /// Makes a new index in an empty folder.
    pub(super) fn create(folder: &Path, pace: Pace) -> tantivy::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let sort = IndexSortByField { field: PLACE.to_owned(), order: Order::Asc };
        let settings = IndexSettings {
            sort_by_field: Some(sort),
            docstore_compression: S::STORED,
            docstore_blocksize: STORED_BLOCK_BYTES,
            ..IndexSettings::default()
        };
        let offers = Offers::of(pace == Pace::Steady);
        let directory = Offering { folder: MmapDirectory::open(folder)?, offers: offers.clone() };
        let index = Index::builder().schema(schema::<S>()).settings(settings).open_or_create(directory)?;
        Self::with(&index, offers, pace)
    }

    /// Opens an index; what its last commit says comes along.
    pub(super) fn open(folder: &Path) -> tantivy::Result<(Self, Option<String>)> {
        let offers = Offers::of(true);
        let index = Index::open(Offering { folder: MmapDirectory::open(folder)?, offers: offers.clone() })?;
        if index.schema() != schema::<S>() {
            return Err(TantivyError::SchemaError("the index is of another version".to_owned()));
        }
        if !index.validate_checksum()?.is_empty() {
            return Err(TantivyError::InternalError("a file of it is damaged".to_owned()));
        }
        let payload = index.load_metas()?.payload;
        Ok((Self::with(&index, offers, Pace::Steady)?, payload))
    }

    fn with(index: &Index, offers: Offers, pace: Pace) -> tantivy::Result<Self> {
        index.tokenizers().register(LINES, TextAnalyzer::from(Lines::offering(offers.clone())));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let book = Self {
            shape: S::of(&index.schema())?,
            own: OwnFields::of(&index.schema())?,
            index: index.clone(),
            writer: Mutex::new(Writing::With(Box::new(writer(index, pace)?))),
            reader,
            offers,
            published: RwLock::new(Published { leaves: Vec::new(), frozen: Arc::default() }),
            fresh: RwLock::default(),
            put_meanwhile: Mutex::new((pace == Pace::Building).then(HashSet::new)),
        };
        let leaves = book.leaves(&HashMap::new())?;
        *write_locked(&book.published) = Published { leaves, frozen: Arc::default() };
        Ok(book)
    }

    /// Puts documents into memory that were read after `turn` was taken; nothing takes one out of sight. Whether it did:
    /// what somebody with a later turn has put may be written already, and would be hidden.
    pub(super) fn put(
        &self,
        turn: Turn,
        workspace: u32,
        documents: impl IntoIterator<Item = (Id, Option<S::Record>)>,
    ) -> bool {
        let entry = |(id, record): (Id, Option<S::Record>)| ((workspace, id), Entry::of(turn, record));
        let entries: Vec<_> = documents.into_iter().map(entry).collect();
        let mut put_meanwhile = locked(&self.put_meanwhile);
        let mut fresh = write_locked(&self.fresh);
        if entries.is_empty() || fresh.is_too_late(turn) {
            return entries.is_empty();
        }
        if let Some(put) = &mut *put_meanwhile {
            put.extend(entries.iter().map(|(named, _)| *named));
        }
        // Whoever searches what was here keeps that as it was.
        Arc::make_mut(&mut fresh).put(turn, entries);
        self.offers.set_waiting(fresh.len());
        true
    }

    pub(super) fn offers(&self) -> &Offers {
        &self.offers
    }

    /// How many documents wait for the next commit.
    pub(super) fn waiting(&self) -> usize {
        read_locked(&self.fresh).len()
    }

    /// What was put since the last commit began. To be read before `published`: a document that is frozen in
    /// between is then met twice, and never missed.
    pub(super) fn fresh(&self) -> Arc<Fresh<S::Record>> {
        Arc::clone(&read_locked(&self.fresh))
    }

    pub(super) fn published(&self) -> Published<S> {
        read_locked(&self.published).clone()
    }

    /// Whether the disk has other segments than those that are searched, as when a merge has ended since.
    pub(super) fn is_behind(&self) -> tantivy::Result<bool> {
        let on_disk = self.index.searchable_segment_metas()?;
        let on_disk: HashSet<leaf::Key> = on_disk.iter().map(leaf::Key::on_disk).collect();
        Ok(on_disk != self.published().leaves.iter().map(|leaf| leaf.key()).collect())
    }

    /// What open segments keep in memory, in bytes.
    pub(super) fn bytes_in_memory(&self) -> usize {
        self.published().leaves.iter().map(|leaf| S::bytes(&leaf.segment)).sum()
    }

    /// What each field takes on disk, in bytes.
    pub(super) fn bytes_by_field(&self) -> tantivy::Result<BTreeMap<String, u64>> {
        let mut bytes = BTreeMap::new();
        for segment in self.reader.searcher().space_usage()?.segments() {
            let parts = [segment.termdict(), segment.postings(), segment.positions(), segment.fast_fields()];
            for field in parts.into_iter().flat_map(PerFieldSpaceUsage::fields) {
                *bytes.entry(field.field_name().to_owned()).or_default() += field.total().get_bytes();
            }
        }
        Ok(bytes)
    }

    /// Writes a document of an index that is being built, where it cannot stand yet, unless it was put meanwhile: the
    /// next commit then takes out what was written before and writes what was put.
    pub(super) fn add(&self, workspace: u32, record: &S::Record) -> tantivy::Result<()> {
        let document = self.document(workspace, record);
        self.writing(|writer| {
            // Whatever is put from here on is committed after this.
            let is_put = locked(&self.put_meanwhile)
                .as_ref()
                .is_some_and(|put| put.contains(&(workspace, record.id())));
            if is_put { Ok(()) } else { writer.add_document(document).map(|_| ()) }
        })
    }

    /// Writes what was put, with `payload`, and publishes it. `freeze` runs at the moment from which on
    /// what is put waits for the next commit, and gives the payload. After an error everything that was put
    /// is still found, and the next commit writes it.
    pub(super) fn commit(&self, freeze: impl FnOnce() -> String) -> tantivy::Result<()> {
        let (frozen, payload) = self.freeze(freeze);
        self.writing(|writer| {
            if frozen.len() > 0 {
                let replaced = Named::of(self.own.mark, frozen.named(), self.offers.clone());
                writer.delete_query(Box::new(replaced))?;
            }
            for (workspace, record) in frozen.records() {
                self.offers.offer();
                writer.add_document(self.document(workspace, record))?;
            }
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit().map(|_| ())
        })?;
        self.publish()
    }

    fn freeze(&self, freeze: impl FnOnce() -> String) -> (Arc<Fresh<S::Record>>, String) {
        let mut published = write_locked(&self.published);
        let mut fresh = write_locked(&self.fresh);
        let payload = freeze();
        let next = Arc::new(fresh.following());
        let newest = std::mem::replace(&mut *fresh, next);
        published.frozen = match published.frozen.len() {
            0 => newest,
            _ => Arc::new(published.frozen.under(&newest)),
        };
        self.offers.set_waiting(0);
        self.offers.set_committing(published.frozen.len());
        (Arc::clone(&published.frozen), payload)
    }

    /// Works with the writer; after an error what it had not committed is dropped with it.
    fn writing<T>(&self, work: impl FnOnce(&mut IndexWriter) -> tantivy::Result<T>) -> tantivy::Result<T> {
        let mut kept = locked(&self.writer);
        let mut writer = match std::mem::replace(&mut *kept, Writing::AfterFailure) {
            Writing::With(writer) => writer,
            Writing::AfterFailure => Box::new(self::writer(&self.index, Pace::Steady)?),
            Writing::Closed => {
                *kept = Writing::Closed;
                return Err(TantivyError::InternalError("the index is closed".to_owned()));
            }
        };
        let done = work(&mut writer)?;
        *kept = Writing::With(writer);
        Ok(done)
    }

    /// Ends writing for good. What was put is still found.
    pub(super) fn close(&self) {
        *locked(&self.writer) = Writing::Closed;
    }

    /// Whether every file is what was written.
    pub(super) fn is_sound(&self) -> bool {
        self.index.validate_checksum().is_ok_and(|damaged| damaged.is_empty())
    }

    /// It is built, and goes on beside service: one thread, and merges that nobody waits for.
    pub(super) fn settle(&self) -> tantivy::Result<()> {
        *locked(&self.put_meanwhile) = None;
        let mut kept = locked(&self.writer);
        if let Writing::With(building) = std::mem::replace(&mut *kept, Writing::AfterFailure) {
            building.wait_merging_threads()?;
        }
        self.offers.set_built(true);
        *kept = Writing::With(Box::new(writer(&self.index, Pace::Steady)?));
        Ok(())
    }

    fn document(&self, workspace: u32, record: &S::Record) -> TantivyDocument {
        let mut document = TantivyDocument::with_capacity(DOCUMENT_BYTES);
        self.own.write(&mut document, workspace, record);
        self.shape.write(&mut document, &Prefix::of(workspace), record);
        document
    }

    fn publish(&self) -> tantivy::Result<()> {
        self.reader.reload()?;
        let known =
            read_locked(&self.published).leaves.iter().map(|leaf| (leaf.key(), Arc::clone(leaf))).collect();
        let leaves = self.leaves(&known)?;
        *write_locked(&self.published) = Published { leaves, frozen: Arc::default() };
        self.offers.set_committing(0);
        Ok(())
    }

    /// Every segment of the newest commit, opened unless it was before.
    fn leaves(&self, known: &HashMap<leaf::Key, Arc<Leaf<S>>>) -> tantivy::Result<Vec<Arc<Leaf<S>>>> {
        let searcher = self.reader.searcher();
        self.offers.set_segments(searcher.segment_readers().len());
        let leaf = |segment: &SegmentReader| match known.get(&leaf::Key::of(segment)) {
            Some(same) => Ok(Arc::clone(same)),
            None => {
                let before = known.values().find(|leaf| leaf.key().is_of(segment));
                Leaf::open(&self.shape, segment, before.map(|leaf| &**leaf)).map(Arc::new)
            }
        };
        searcher.segment_readers().iter().map(leaf).collect()
    }
}

/// Where a document stands: by workspace, the newest first.
pub(super) fn place(workspace: u32, seq: u64) -> u64 {
    u64::from(workspace) << SEQ_BITS | (SEQ_MAX - seq.min(SEQ_MAX))
}

/// The workspace of a place.
pub(super) fn workspace_of(place: u64) -> u32 {
    u32::try_from(place >> SEQ_BITS).unwrap_or_default()
}

/// The order key of a place.
pub(super) fn seq_of(place: u64) -> u64 {
    SEQ_MAX - (place & SEQ_MAX)
}

#[cfg(test)]
mod tests;
