//! A vCard of any version as a draft of a contact. Reading the text is the parser's work; here stands which of
//! its properties a contact has.

use calcard::common::PartialDateTime;
use calcard::vcard::{VCard, VCardEntry, VCardParameterValue, VCardProperty, VCardType, VCardValue};
use calcard::{Entry, Parser};
use parloir_protocol::ids::ContactId;

use super::draft::Draft;
use super::own::{X_ADDRESS, X_PROPERTY};
use super::row::Fault;
use super::text::{decode, line};

/// The columns in which a card is told to people, and in which it can be imported again.
pub const COLUMNS: [&str; 10] =
    ["name", "phone", "tags", "email", "company", "title", "address", "birthday", "note", "fax"];

/// What a card says. `text` has one property a line.
///
/// # Errors
/// `card_unreadable` when it is no card at all.
pub fn draft(text: &str) -> Result<Draft, Fault> {
    let is_exact = text.lines().any(|line| contact(line).is_some());
    let (own, theirs): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| is_exact && is_own(line));
    let text: String = theirs.iter().flat_map(|line| [with_charset(line), "\n".to_owned()]).collect();
    match Parser::new(&text).entry() {
        Entry::VCard(card) => Ok(draft_of(&card, &own)),
        _ => Err(Fault::new("card_unreadable", "this is no vCard")),
    }
}

/// A draft's values in the order of [`COLUMNS`].
pub fn fields(draft: &Draft) -> Vec<String> {
    COLUMNS
        .iter()
        .map(|column| match *column {
            "name" => draft.name.clone(),
            "phone" => draft.numbers.join(" | "),
            "tags" => draft.tags.join(" | "),
            key => draft.properties.get(key).cloned().unwrap_or_default(),
        })
        .collect()
}

fn draft_of(card: &VCard, own: &[&str]) -> Draft {
    let mut draft = Draft::default();
    own.iter().for_each(|line| add_own(line, &mut draft));
    for entry in &card.entries {
        match &entry.name {
            VCardProperty::Fn if draft.name.is_empty() => draft.name = line(&text(entry)),
            VCardProperty::Tel if is_fax(entry) => draft.add_property("fax", &number(entry)),
            VCardProperty::Tel => draft.add_numbers(&number(entry)),
            VCardProperty::Categories => parts(entry).iter().for_each(|tag| draft.add_tags(tag)),
            VCardProperty::Email => draft.add_property("email", &text(entry)),
            VCardProperty::Org => draft.add_property("company", &text(entry)),
            VCardProperty::Title => draft.add_property("title", &text(entry)),
            VCardProperty::Adr => draft.add_property("address", &text(entry)),
            VCardProperty::Bday => draft.add_property("birthday", &text(entry)),
            VCardProperty::Note => draft.add_property("note", &text(entry)),
            _ => {}
        }
    }
    if draft.name.is_empty() && draft.contact.is_none() {
        draft.name = name(card);
    }
    draft
}

/// The contact that a card of `parloir export` is of.
fn contact(line: &str) -> Option<ContactId> {
    let (name, id) = line.split_once(':')?;
    if name.eq_ignore_ascii_case("UID") { id.trim().parse().ok() } else { None }
}

/// Whether a line of such a card is as it was written there: other programs that keep cards add parameters.
fn is_own(line: &str) -> bool {
    let name = line.split_once(':').map(|(name, _)| name).unwrap_or_default();
    ["UID", "FN", "CATEGORIES", X_PROPERTY, X_ADDRESS].contains(&name)
}

fn add_own(line: &str, draft: &mut Draft) {
    let Some((name, value)) = line.split_once(':') else { return };
    match (name, split(value, ';').as_slice()) {
        ("UID", _) => draft.contact = contact(line),
        ("FN", [name]) => name.trim().clone_into(&mut draft.name),
        ("CATEGORIES", _) => split(value, ',').iter().for_each(|tag| draft.add_tag(tag.trim())),
        (X_PROPERTY, [key, value]) if !key.trim().is_empty() => draft.add_property(key, value),
        (X_ADDRESS, [kind, value]) => draft.add_id(kind, value),
        _ => {}
    }
}

/// The parts of a value, each without what keeps them apart.
fn split(value: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        let taken = match c {
            '\\' => characters.next().map(|next| if matches!(next, 'n' | 'N') { '\n' } else { next }),
            c if c == separator => None,
            c => Some(c),
        };
        match (taken, parts.last_mut()) {
            (Some(c), Some(part)) => part.push(c),
            (Some(_) | None, _) => parts.push(String::new()),
        }
    }
    parts
}

/// Given name and family name, in this order; a company's name where there is no person.
fn name(card: &VCard) -> String {
    let of = |wanted: &VCardProperty| card.entries.iter().find(|entry| entry.name == *wanted);
    let person = of(&VCardProperty::N).map(|entry| {
        let part = |at: usize| entry.values.get(at).and_then(value).unwrap_or_default();
        line(&format!("{} {}", part(1), part(0)))
    });
    let company = || of(&VCardProperty::Org).and_then(|entry| entry.values.first().and_then(value));
    let person = person.filter(|name| !name.is_empty());
    person.or_else(|| company().map(|name| line(&name))).unwrap_or_default()
}

fn text(entry: &VCardEntry) -> String {
    parts(entry).join(", ")
}

/// What an entry says, without what is empty.
fn parts(entry: &VCardEntry) -> Vec<String> {
    let values = entry.values.iter().filter_map(value);
    values.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

fn value(value: &VCardValue) -> Option<String> {
    match value {
        VCardValue::Text(text) => Some(text.clone()),
        VCardValue::Component(parts) => Some(parts.join(" ")),
        VCardValue::Integer(number) => Some(number.to_string()),
        VCardValue::PartialDateTime(date) => Some(day(date)),
        VCardValue::Float(_)
        | VCardValue::Boolean(_)
        | VCardValue::Binary(_)
        | VCardValue::Sex(_)
        | VCardValue::GramGender(_)
        | VCardValue::Kind(_) => None,
    }
}

/// As 1985-04-12; what is not known is left out, as in --04-12.
fn day(date: &PartialDateTime) -> String {
    let year = date.year.map_or("-".to_owned(), |year| format!("{year:04}"));
    let rest = [date.month, date.day].into_iter().flatten();
    rest.fold(year, |text, part| format!("{text}-{part:02}"))
}

/// A number without the scheme of a link and what follows it.
fn number(entry: &VCardEntry) -> String {
    let text = text(entry);
    let scheme = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    let number = if scheme.is_some() { text[4..].split(';').next() } else { None };
    number.map_or_else(|| text.clone(), str::to_owned)
}

/// Only a fax: nobody reads messages there.
fn is_fax(entry: &VCardEntry) -> bool {
    let has = |wanted: &VCardType| {
        entry.params.iter().any(|parameter| parameter.value == VCardParameterValue::Type(wanted.clone()))
    };
    has(&VCardType::Fax) && !has(&VCardType::Cell) && !has(&VCardType::Voice)
}

/// The parser takes quoted-printable without a character set for Latin-1; phones write UTF-8 without saying so.
fn with_charset(line: &str) -> String {
    let Some((head, value)) = line.split_once(':') else { return line.to_owned() };
    let upper = head.to_ascii_uppercase();
    if !upper.contains("QUOTED-PRINTABLE") || upper.contains("CHARSET=") {
        return line.to_owned();
    }
    let (told, whole) = quoted(value);
    let is_utf8 = std::str::from_utf8(&whole).is_ok();
    let escaped = told.into_iter().map(|part| match part {
        Quoted::As(c) => c.to_string(),
        Quoted::Byte(byte) if is_utf8 => format!("={byte:02X}"),
        Quoted::Byte(byte) => decode(&[byte]).bytes().map(|byte| format!("={byte:02X}")).collect(),
    });
    format!("{head};CHARSET=UTF-8:{}", escaped.collect::<String>())
}

/// A character that stands for itself, or a byte in quotes.
enum Quoted {
    As(char),
    Byte(u8),
}

/// The parts of a quoted-printable text, and the bytes that it stands for.
fn quoted(text: &str) -> (Vec<Quoted>, Vec<u8>) {
    let (mut parts, mut bytes) = (Vec::new(), Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digits =
            rest.get(1..3).filter(|two| c == '=' && two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let byte = byte.or_else(|| (c == '=').then_some(b'='));
        match byte {
            Some(byte) => {
                parts.push(Quoted::Byte(byte));
                bytes.push(byte);
            }
            None => {
                parts.push(Quoted::As(c));
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        rest = &rest[if digits.is_some() { 3 } else { c.len_utf8() }..];
    }
    (parts, bytes)
}
