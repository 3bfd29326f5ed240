//! The index of people: what is written of a person, and what a segment of it can be asked.

use std::sync::Arc;

use parloir_desk::entity::{Address, AddressKind, Status};
use parloir_protocol::ids::{AgentId, ChannelId, GroupId};
use parloir_protocol::text::{Words, label, national};
use parloir_protocol::time::Time;
use tantivy::schema::{BytesOptions, Field, NumericOptions, Schema, SchemaBuilder, TextOptions};
use tantivy::store::Compressor;
use tantivy::{DocId, InvertedIndexReader, SegmentReader, TantivyDocument};

use super::ask::{Narrow, different};
use super::book::{PLACE, Shape, workspace_of};
use super::columns::{CountedIds, Ids, Numbers, SomeIds, Texts};
use super::facets;
use super::matching;
use super::numbering::Numbering;
use super::person::{Name, Person};
use super::tokens::{Prefix, Tokens, kind, whole};
use super::whereabouts::Whereabouts;
use super::zone::{PhraseFields, Phrases, Zone, ZoneFields, listed};

/// What the bits of a document's flags say.
mod flag {
    pub(super) const CONTACT: u64 = 1;
    pub(super) const CLOSED: u64 = 2;
    pub(super) const UNREAD: u64 = 4;
    pub(super) const PROFILE: u64 = 8;
    /// The conversation's own address is no number, and so stands first among the others.
    pub(super) const OTHER_FIRST: u64 = 16;
}

/// Digits at the start of a number that have a list of their own.
pub(super) const NUMBER_START_MAX: usize = 3;

/// What parts a property's key from its value.
pub(super) const KEY_END: &str = "\u{2}";

/// The fields of the index.
pub(super) struct People {
    name: ZoneFields,
    detail: ZoneFields,
    numbers: Field,
    tags: PhraseFields,
    properties: Field,
    facets: Field,
    shown: Shown,
}

/// Fields that only say what is shown of a document.
struct Shown {
    flags: Field,
    at: Field,
    name: Field,
    number: Field,
    other: Field,
    tag: Field,
    property: Field,
    group: Field,
    channel: Field,
    assignee: Field,
    contact: Field,
}

/// A segment of the index.
pub(super) struct PeopleSegment {
    pub(super) name: Zone,
    pub(super) detail: Zone,
    pub(super) numbers: Arc<InvertedIndexReader>,
    pub(super) tags: Phrases,
    pub(super) properties: Arc<InvertedIndexReader>,
    pub(super) facets: Arc<InvertedIndexReader>,
    pub(super) number: Numbers,
    pub(super) numbering: Numbering,
    pub(super) contact: Numbers,
    pub(super) whereabouts: Whereabouts,
    flags: Numbers,
    at: Numbers,
    names: Texts,
    others: Texts,
    tag: Texts,
    property: Texts,
    group: CountedIds,
    channel: Ids,
    assignee: Ids,
}

/// What a segment says of a document, for showing it.
pub(super) struct Seen {
    pub(super) name: Name,
    pub(super) addresses: Vec<Address>,
    pub(super) tags: Vec<String>,
    pub(super) thread: Option<super::person::Thread>,
}

impl Shape for People {
    type Record = Person;
    type Segment = PeopleSegment;

    const FOLDER: &'static str = "people";
    // Nothing is stored, and a document that stores nothing takes six bytes all the same.
    const STORED: Compressor = Compressor::Lz4;

    fn add_fields(schema: &mut SchemaBuilder) {
        ZoneFields::add(schema, "name");
        ZoneFields::add(schema, "detail");
        PhraseFields::add(schema, "tag");
        for field in ["numbers", "properties", "facets"] {
            schema.add_text_field(field, listed());
        }
        for field in ["flags", "at", "number", "contact"] {
            schema.add_u64_field(field, NumericOptions::default().set_fast());
        }
        for field in ["name", "other", "tag", "property"] {
            schema.add_text_field(field, TextOptions::default().set_fast("raw"));
        }
        for field in ["group", "channel", "assignee"] {
            schema.add_bytes_field(field, BytesOptions::default().set_fast());
        }
    }

    fn of(schema: &Schema) -> tantivy::Result<Self> {
        let field = |name: &str| schema.get_field(name);
        Ok(Self {
            name: ZoneFields::of(schema, "name")?,
            detail: ZoneFields::of(schema, "detail")?,
            numbers: field("numbers")?,
            tags: PhraseFields::of(schema, "tag")?,
            properties: field("properties")?,
            facets: field("facets")?,
            shown: Shown {
                flags: field("flags")?,
                at: field("at")?,
                name: field("name")?,
                number: field("number")?,
                other: field("other")?,
                tag: field("tag")?,
                property: field("property")?,
                group: field("group")?,
                channel: field("channel")?,
                assignee: field("assignee")?,
                contact: field("contact")?,
            },
        })
    }

    fn write(&self, document: &mut TantivyDocument, prefix: &Prefix, person: &Person) {
        self.write_words(document, prefix, person);
        document.add_text(self.numbers, number_tokens(prefix, person).text());
        let mut facets = Tokens::new(prefix);
        facets::write(&mut facets, person.thread.as_ref());
        document.add_text(self.facets, facets.text());
        self.shown.write(document, person);
    }

    fn open(&self, segment: &SegmentReader) -> tantivy::Result<PeopleSegment> {
        let number = Numbers::open(segment, "number")?;
        Ok(PeopleSegment {
            name: Zone::open(segment, self.name)?,
            detail: Zone::open(segment, self.detail)?,
            numbers: segment.inverted_index(self.numbers)?,
            tags: Phrases::open(segment, self.tags)?,
            properties: segment.inverted_index(self.properties)?,
            facets: segment.inverted_index(self.facets)?,
            numbering: numbering(segment, &number)?,
            number,
            contact: Numbers::open(segment, "contact")?,
            whereabouts: Whereabouts::open(segment)?,
            flags: Numbers::open(segment, "flags")?,
            at: Numbers::open(segment, "at")?,
            names: Texts::open(segment, "name")?,
            others: Texts::open(segment, "other")?,
            tag: Texts::open(segment, "tag")?,
            property: Texts::open(segment, "property")?,
            group: CountedIds::open(segment, "group")?,
            channel: Ids::open(segment, "channel")?,
            assignee: Ids::open(segment, "assignee")?,
        })
    }

    fn bytes(segment: &PeopleSegment) -> usize {
        let words = segment.name.bytes() + segment.detail.bytes() + segment.tags.bytes();
        let texts = [&segment.names, &segment.others, &segment.tag, &segment.property];
        let ids = [&segment.channel, &segment.assignee];
        let values =
            texts.map(Texts::bytes).iter().sum::<usize>() + ids.map(Ids::bytes).iter().sum::<usize>();
        let places = segment.numbering.bytes() + segment.whereabouts.bytes();
        words + values + segment.group.bytes() + places
    }
}

impl People {
    fn write_words(&self, document: &mut TantivyDocument, prefix: &Prefix, person: &Person) {
        let mut runs = Tokens::new(prefix);
        if let Some(whole) = whole(&different(person.folded.name.iter())) {
            runs.push(kind::WHOLE, &whole);
        }
        self.name.write(document, runs, &[&person.folded.name]);
        let details: Vec<&Words> = person.folded.details.iter().collect();
        if !details.is_empty() {
            self.detail.write(document, Tokens::new(prefix), &details);
        }
        self.tags.write(document, prefix, &person.tags);
        let mut properties = Tokens::new(prefix);
        for (key, value) in &person.properties {
            properties.push("", &[&label(key), KEY_END, &label(value)].concat());
        }
        document.add_text(self.properties, properties.text());
    }
}

impl Shown {
    fn write(&self, document: &mut TantivyDocument, person: &Person) {
        document.add_u64(self.flags, flags(person));
        if person.name != Name::Unknown {
            document.add_text(self.name, person.name.text());
        }
        for address in &person.addresses {
            match digits(address) {
                Some(digits) => document.add_u64(self.number, digits),
                None => document.add_text(self.other, other_text(address)),
            }
        }
        person.tags.iter().for_each(|tag| document.add_text(self.tag, tag));
        for (key, value) in &person.properties {
            document.add_text(self.property, [key, KEY_END, value].concat());
        }
        if let Some(contact) = person.contact {
            document.add_u64(self.contact, fingerprint(contact.as_bytes()));
        }
        let Some(thread) = &person.thread else { return };
        document.add_u64(self.at, u64::try_from(thread.at.0).unwrap_or_default());
        document.add_bytes(self.group, thread.group.as_bytes());
        document.add_bytes(self.channel, thread.channel.as_bytes());
        if let Some(assignee) = thread.assignee {
            document.add_bytes(self.assignee, assignee.as_bytes());
        }
    }
}

impl PeopleSegment {
    /// What is shown of a document.
    pub(super) fn seen(&self, doc: DocId) -> Seen {
        let flags = self.flags.first(doc);
        let text = self.names.of(doc).pop();
        let name = match text {
            Some(profile) if flags & flag::PROFILE != 0 => Name::Profile(profile),
            Some(saved) => Name::Saved(saved),
            None => Name::Unknown,
        };
        Seen {
            name,
            addresses: self.addresses(doc, flags),
            tags: self.tag.of(doc),
            thread: self.thread(doc, flags),
        }
    }

    /// Whether a document has what a search is narrowed by.
    pub(super) fn has(&self, doc: DocId, narrow: &Narrow) -> bool {
        match narrow {
            Narrow::Any(facets) => {
                matching::is_of_any(self.thread(doc, self.flags.first(doc)).as_ref(), facets)
            }
            Narrow::Tag(wanted) => matching::has_tag(&self.tag.of(doc), wanted),
            Narrow::Property { key, value } => matching::has_property(&self.properties_of(doc), key, value),
        }
    }

    /// The numbers of a document, each with its `+`.
    pub(super) fn numbers_of(&self, doc: DocId) -> impl Iterator<Item = String> + '_ {
        self.number.of(doc).map(|digits| format!("+{digits}"))
    }

    /// Some groups, to ask of documents whether they are of one.
    pub(super) fn some_groups(&self, groups: &[GroupId]) -> Option<SomeIds<'_>> {
        self.group.some(groups.iter().map(|group| *group.as_bytes()))
    }

    /// The properties of a document, in the order of their keys.
    pub(super) fn properties_of(&self, doc: DocId) -> Vec<(String, String)> {
        let texts = self.property.of(doc);
        let parted = texts.iter().filter_map(|text| text.split_once(KEY_END));
        let mut properties: Vec<_> = parted.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        properties.sort_unstable();
        properties
    }

    fn addresses(&self, doc: DocId, flags: u64) -> Vec<Address> {
        let numbers = self.numbers_of(doc).map(|value| Address { kind: AddressKind::E164, value });
        let mut others = self.others.of(doc).into_iter().filter_map(|text| other_address(&text));
        let own = if flags & flag::OTHER_FIRST != 0 { others.next() } else { None };
        own.into_iter().chain(numbers).chain(others).collect()
    }

    fn thread(&self, doc: DocId, flags: u64) -> Option<super::person::Thread> {
        if flags & flag::CONTACT != 0 {
            return None;
        }
        Some(super::person::Thread {
            status: if flags & flag::CLOSED != 0 { Status::Closed } else { Status::Open },
            unread: flags & flag::UNREAD != 0,
            group: GroupId::from_bytes(self.group.of(doc)?),
            channel: ChannelId::from_bytes(self.channel.of(doc)?),
            assignee: self.assignee.of(doc).map(AgentId::from_bytes),
            at: Time(i64::try_from(self.at.first(doc)).unwrap_or_default()),
        })
    }
}

fn numbering(segment: &SegmentReader, numbers: &Numbers) -> tantivy::Result<Numbering> {
    let places = Numbers::open(segment, PLACE)?;
    let of = |doc| numbers.of(doc).map(move |number| (doc, number));
    let all = (0..segment.max_doc()).flat_map(of);
    Ok(Numbering::of(all.map(|(doc, number)| (workspace_of(places.first(doc)), number, doc))))
}

/// A contact or a conversation as a column knows it: enough to find its documents, not to name it.
pub(super) fn fingerprint(id: &[u8; 16]) -> u64 {
    let (_, last) = id.split_at(8);
    last.iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

fn flags(person: &Person) -> u64 {
    let thread = person.thread.as_ref();
    let closed = thread.is_some_and(|thread| thread.status == Status::Closed);
    let own_is_other = person.addresses.first().is_some_and(|own| digits(own).is_none());
    let set = [
        (flag::CONTACT, thread.is_none()),
        (flag::CLOSED, closed),
        (flag::UNREAD, thread.is_some_and(|thread| thread.unread)),
        (flag::PROFILE, matches!(person.name, Name::Profile(_))),
        (flag::OTHER_FIRST, own_is_other),
    ];
    set.into_iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| flag).sum()
}

/// A number as the column keeps it; its digits never begin with a zero.
fn digits(address: &Address) -> Option<u64> {
    let digits = address.value.strip_prefix('+').filter(|_| address.kind == AddressKind::E164)?;
    digits.parse().ok().filter(|_| !digits.starts_with('0'))
}

fn other_text(address: &Address) -> String {
    let kind = match address.kind {
        AddressKind::E164 => 'e',
        AddressKind::Bsuid => 'b',
        AddressKind::Rcs => 'r',
    };
    format!("{kind}{}", address.value)
}

fn other_address(text: &str) -> Option<Address> {
    let mut rest = text.chars();
    let kind = match rest.next()? {
        'e' => AddressKind::E164,
        'b' => AddressKind::Bsuid,
        'r' => AddressKind::Rcs,
        _ => return None,
    };
    Some(Address { kind, value: rest.as_str().to_owned() })
}

/// Runs of three digits, those at the joint of the national writing, and the starts of both writings.
fn number_tokens(prefix: &Prefix, person: &Person) -> Tokens {
    let mut tokens = Tokens::new(prefix);
    for number in person.numbers() {
        let digits = number.trim_start_matches('+');
        let national = national(number);
        for run in runs(digits).chain(national.get(..3)) {
            tokens.push(kind::GRAM, run);
        }
        for length in 1..=NUMBER_START_MAX {
            digits.get(..length).into_iter().for_each(|start| tokens.push(kind::START, start));
            national.get(..length).into_iter().for_each(|start| tokens.push(kind::NATIONAL, start));
        }
    }
    tokens
}

/// Every three digits that follow one another.
pub(super) fn runs(digits: &str) -> impl Iterator<Item = &str> {
    (3..=digits.len()).filter_map(|end| digits.get(end - 3..end))
}
