//! The words of one kind of text in a segment, and the sets of documents whose words fit. Short parts have
//! lists of their own; longer ones are joined from the lists of the words that have them.

use std::io;
use std::sync::Arc;

use parloir_protocol::text::{Fit, Words, label};
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};
use tantivy::{InvertedIndexReader, SegmentReader, TantivyDocument};

use super::arena::Arena;
use super::budget::Budget;
use super::known::Known;
use super::sets::{Gathering, LAZY_LISTS_MAX, List, Phrase, Set};
use super::tokens::{GRAM_CHARS_MAX, LINES, Prefix, Tokens, Written, grams, kind};

/// Lists that are merged as they are walked when they have so many documents on average; of few people, in tests, when
/// they have two.
const LONG_LISTS_MAX: usize = 128;
const LONG_LIST_DOCUMENTS: usize = if cfg!(test) { 2 } else { 1_024 };

/// The two fields of a kind of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct ZoneFields {
    grams: Field,
    words: Field,
}

/// A kind of text in one segment.
pub(super) struct Zone {
    grams: Arc<InvertedIndexReader>,
    words: Arc<InvertedIndexReader>,
    arena: Arena,
}

/// Indexed by document alone.
pub(super) fn listed() -> TextOptions {
    options(IndexRecordOption::Basic)
}

fn options(record: IndexRecordOption) -> TextOptions {
    let indexing =
        TextFieldIndexing::default().set_tokenizer(LINES).set_fieldnorms(false).set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

impl ZoneFields {
    pub(super) fn add(schema: &mut SchemaBuilder, name: &str) -> Self {
        Self {
            grams: schema.add_text_field(&format!("{name}_grams"), listed()),
            words: schema
                .add_text_field(&format!("{name}_words"), options(IndexRecordOption::WithFreqsAndPositions)),
        }
    }

    /// The fields of an index that exists.
    pub(super) fn of(schema: &Schema, name: &str) -> tantivy::Result<Self> {
        Ok(Self {
            grams: schema.get_field(&format!("{name}_grams"))?,
            words: schema.get_field(&format!("{name}_words"))?,
        })
    }

    /// Writes texts, each of them words in order; `runs` are the tokens that the caller adds to the first
    /// field.
    pub(super) fn write(self, document: &mut TantivyDocument, mut runs: Tokens, texts: &[&Words]) {
        let (mut words, mut written) = (runs.beside(), Written::nothing());
        for (nth, text) in texts.iter().enumerate() {
            if nth > 0 {
                words.gap();
            }
            for word in text.iter() {
                grams(word, &mut runs, &mut written);
                words.push("", word);
            }
        }
        document.add_text(self.grams, runs.text());
        document.add_text(self.words, words.text());
    }
}

impl Zone {
    pub(super) fn open(segment: &SegmentReader, fields: ZoneFields) -> tantivy::Result<Self> {
        let words = segment.inverted_index(fields.words)?;
        Ok(Self { grams: segment.inverted_index(fields.grams)?, arena: Arena::read(words.terms())?, words })
    }

    /// Bytes of its words in memory.
    pub(super) fn bytes(&self) -> usize {
        self.arena.bytes()
    }

    /// The documents with a word that fits `part` at least so.
    pub(super) fn fitting<'a>(&self, of: &Of<'a>, part: &str, fit: Fit) -> io::Result<Set<'a>> {
        let is_short = has_chars_up_to(GRAM_CHARS_MAX, part);
        match fit {
            Fit::Whole => list(&self.words, of, &of.prefix.key("", part)),
            Fit::Start if is_short => list(&self.grams, of, &of.prefix.key(kind::START, part)),
            Fit::Inside if is_short => list(&self.grams, of, &of.prefix.key(kind::GRAM, part)),
            Fit::Start => joined(&self.words, &self.arena.starting(of.workspace, part), of.budget),
            Fit::Inside => joined(&self.words, &of.known.holding(&self.arena, of.workspace, part), of.budget),
        }
    }

    /// The documents whose lists of the first field have this token.
    pub(super) fn marked<'a>(&self, of: &Of<'a>, kind: &str, token: &str) -> io::Result<Set<'a>> {
        list(&self.grams, of, &of.prefix.key(kind, token))
    }

    /// The documents with these whole words side by side.
    pub(super) fn phrase<'a>(&self, of: &Of<'a>, words: &[String]) -> io::Result<Set<'a>> {
        if let [only] = words {
            return list(&self.words, of, &of.prefix.key("", only));
        }
        let mut lists = Vec::with_capacity(words.len());
        for word in words {
            let Some(info) = of.known.list(&self.words, &of.prefix.key("", word))? else {
                return Ok(Set::Nothing);
            };
            let option = IndexRecordOption::WithFreqsAndPositions;
            lists.push(self.words.read_postings_from_terminfo(&info, option)?);
        }
        Ok(if lists.is_empty() { Set::Nothing } else { Set::Phrase(Box::new(Phrase::new(lists, of.budget))) })
    }
}

/// The longest run of characters in a short text that has a list of its own: few different texts have a longer one.
const PHRASE_GRAM_CHARS_MAX: usize = 2;

/// The two fields of short texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhraseFields {
    grams: Field,
    texts: Field,
}

impl PhraseFields {
    pub(super) fn add(schema: &mut SchemaBuilder, name: &str) -> Self {
        Self {
            grams: schema.add_text_field(&format!("{name}_grams"), listed()),
            texts: schema.add_text_field(&format!("{name}_texts"), listed()),
        }
    }

    /// The fields of an index that exists.
    pub(super) fn of(schema: &Schema, name: &str) -> tantivy::Result<Self> {
        Ok(Self {
            grams: schema.get_field(&format!("{name}_grams"))?,
            texts: schema.get_field(&format!("{name}_texts"))?,
        })
    }

    pub(super) fn write(self, document: &mut TantivyDocument, prefix: &Prefix, texts: &[String]) {
        let (mut runs, mut whole) = (Tokens::new(prefix), Tokens::new(prefix));
        let mut written = Written::nothing_inside(PHRASE_GRAM_CHARS_MAX);
        for label in texts.iter().map(|text| label(text)) {
            let words = label.split(' ').filter(|word| !word.is_empty());
            words.for_each(|word| grams(word, &mut runs, &mut written));
            whole.push("", &label);
        }
        document.add_text(self.grams, runs.text());
        document.add_text(self.texts, whole.text());
    }
}

/// Short texts that are one token each, such as tags: found by any of their words.
pub(super) struct Phrases {
    grams: Arc<InvertedIndexReader>,
    lists: Arc<InvertedIndexReader>,
    arena: Arena,
}

impl Phrases {
    pub(super) fn open(segment: &SegmentReader, fields: PhraseFields) -> tantivy::Result<Self> {
        let lists = segment.inverted_index(fields.texts)?;
        Ok(Self { grams: segment.inverted_index(fields.grams)?, arena: Arena::read(lists.terms())?, lists })
    }

    /// Bytes of its texts in memory.
    pub(super) fn bytes(&self) -> usize {
        self.arena.bytes()
    }

    /// The documents with this very text.
    pub(super) fn whole<'a>(&self, of: &Of<'a>, text: &str) -> io::Result<Set<'a>> {
        list(&self.lists, of, &of.prefix.key("", text))
    }

    /// The documents with a text that begins so.
    pub(super) fn starting<'a>(&self, of: &Of<'a>, start: &str) -> io::Result<Set<'a>> {
        joined(&self.lists, &self.arena.starting(of.workspace, start), of.budget)
    }

    /// The documents with a text that has `part`.
    pub(super) fn holding<'a>(&self, of: &Of<'a>, part: &str) -> io::Result<Set<'a>> {
        if has_chars_up_to(PHRASE_GRAM_CHARS_MAX, part) {
            return list(&self.grams, of, &of.prefix.key(kind::GRAM, part));
        }
        joined(&self.lists, &of.known.holding(&self.arena, of.workspace, part), of.budget)
    }

    /// The documents with a text that has these whole words side by side.
    pub(super) fn phrase<'a>(&self, of: &Of<'a>, words: &[String]) -> io::Result<Set<'a>> {
        let phrase = words.join(" ");
        let whole = |text: &[u8]| has_whole_words(text, phrase.as_bytes());
        joined(&self.lists, &self.arena.holding(of.workspace, &phrase, whole), of.budget)
    }
}

fn has_chars_up_to(max: usize, part: &str) -> bool {
    part.chars().take(max + 1).count() <= max
}

/// Whether `phrase` stands in a text of words with one space in between, and no word of it is only a part.
fn has_whole_words(text: &[u8], phrase: &[u8]) -> bool {
    // Every place is looked at: one that is only a part may overlap one that is whole.
    (0..=text.len().saturating_sub(phrase.len())).any(|at| {
        let before = at.checked_sub(1).is_none_or(|before| text[before] == b' ');
        before
            && text[at..].starts_with(phrase)
            && text.get(at + phrase.len()).is_none_or(|after| *after == b' ')
    })
}

/// Whose documents, and for how long.
pub(super) struct Of<'a> {
    pub(super) workspace: u32,
    pub(super) prefix: Prefix,
    pub(super) budget: &'a Budget,
    pub(super) known: Known,
}

impl<'a> Of<'a> {
    /// Of one index, in which nothing was looked up yet.
    pub(super) fn new(workspace: u32, budget: &'a Budget) -> Self {
        Self { workspace, prefix: Prefix::of(workspace), budget, known: Known::default() }
    }
}

/// The documents under a key.
pub(super) fn list<'a>(lists: &InvertedIndexReader, of: &Of<'a>, key: &[u8]) -> io::Result<Set<'a>> {
    let info = of.known.list(lists, key)?;
    Ok(Set::list(info.map(|info| opened(lists, &info)).transpose()?))
}

/// The documents under any of some keys.
pub(super) fn any_list<'a>(
    lists: &InvertedIndexReader,
    keys: impl Iterator<Item = Vec<u8>>,
) -> io::Result<Set<'a>> {
    let mut sets = Vec::new();
    for key in keys {
        let info = lists.terms().get(&key)?;
        sets.push(Set::list(info.map(|info| opened(lists, &info)).transpose()?));
    }
    Ok(Set::any(sets))
}

/// The documents under any key that begins so.
pub(super) fn lists_under<'a>(lists: &InvertedIndexReader, of: &Of<'a>, start: &[u8]) -> io::Result<Set<'a>> {
    let mut infos = Vec::new();
    let mut stream = lists.terms().range().ge(start).into_stream()?;
    while let Some((key, info)) = stream.next() {
        if !key.starts_with(start) || of.budget.is_spent() {
            break;
        }
        infos.push(info.clone());
    }
    joined(lists, &infos, of.budget)
}

fn opened(lists: &InvertedIndexReader, info: &TermInfo) -> io::Result<List> {
    Ok(List::new(lists.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?))
}

/// Few lists, and long ones, are merged as they are walked: whoever stops after twenty documents has read little of
/// them. Many short ones are read one after the other, as an open list takes a kilobyte and more.
fn joined<'a>(lists: &InvertedIndexReader, infos: &[TermInfo], budget: &'a Budget) -> io::Result<Set<'a>> {
    let documents: usize = infos.iter().map(|info| info.doc_freq as usize).sum();
    let are_long = infos.len() <= LONG_LISTS_MAX && documents >= infos.len() * LONG_LIST_DOCUMENTS;
    if infos.len() <= LAZY_LISTS_MAX || are_long {
        let mut sets = Vec::with_capacity(infos.len());
        for info in infos {
            if budget.is_spent() {
                return Ok(Set::Nothing);
            }
            sets.push(Set::list(Some(opened(lists, info)?)));
        }
        return Ok(Set::any(sets));
    }
    let mut gathering = Gathering::of(infos.iter().map(|info| info.doc_freq));
    let mut blocks = BlockSegmentPostings::empty();
    for (nth, info) in infos.iter().enumerate() {
        if budget.is_spent() {
            return Ok(Set::Nothing);
        }
        if nth == 0 {
            blocks = lists.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        } else {
            lists.reset_block_postings_from_terminfo(info, &mut blocks)?;
        }
        gathering.add(&mut blocks, budget);
    }
    Ok(Set::Gathered(gathering.done()))
}
