//! Contacts as vCard 3.0, which phones and mail programs read. What such a card has no property for stands in
//! properties of our own, so that an import gives all of it back.

use super::{Person, ids, numbers};
use crate::import::own::{X_ADDRESS, X_PROPERTY};

/// Octets of a line before it is folded (RFC 2426, 2.6).
const LINE_BYTES_MAX: usize = 75;

/// Properties of ours that a vCard has as well.
const KNOWN: [(&str, &str); 5] =
    [("email", "EMAIL"), ("company", "ORG"), ("title", "TITLE"), ("note", "NOTE"), ("fax", "TEL;TYPE=FAX")];

/// One contact as one card.
pub fn write_card(Person { id, card }: &Person, text: &mut String) {
    let name = escaped(&card.name);
    line("BEGIN:VCARD", text);
    line("VERSION:3.0", text);
    line(&format!("UID:{id}"), text);
    line(&format!("FN:{name}"), text);
    line(&format!("N:;{name};;;"), text);
    for number in numbers(card) {
        line(&format!("TEL;TYPE=CELL:{number}"), text);
    }
    if !card.tags.is_empty() {
        let tags: Vec<String> = card.tags.iter().map(|tag| escaped(tag)).collect();
        line(&format!("CATEGORIES:{}", tags.join(",")), text);
    }
    for (key, value) in &card.properties {
        let known = KNOWN.iter().find(|(ours, _)| ours == key).filter(|_| is_plain(value));
        match known {
            Some((_, theirs)) => line(&format!("{theirs}:{value}"), text),
            None => line(&format!("{X_PROPERTY}:{};{}", escaped(key), escaped(value)), text),
        }
    }
    for (kind, value) in ids(card) {
        line(&format!("{X_ADDRESS}:{kind};{}", escaped(value)), text);
    }
    line("END:VCARD", text);
}

/// What stays the same however a program reads a value: no separators, nothing to escape, one line.
fn is_plain(value: &str) -> bool {
    let is_taken = |c: char| c.is_control() || matches!(c, ',' | ';' | ':' | '\\' | '"' | '\'' | '=' | '|');
    !value.contains(is_taken) && value.split_whitespace().collect::<Vec<_>>().join(" ") == value
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\n' => text.push_str("\\n"),
            '\\' | ';' | ',' => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    text
}

/// Adds a line, folded between characters.
fn line(content: &str, text: &mut String) {
    let mut used = 0;
    for c in content.chars() {
        if used + c.len_utf8() > LINE_BYTES_MAX {
            text.push_str("\r\n ");
            used = 1;
        }
        text.push(c);
        used += c.len_utf8();
    }
    text.push_str("\r\n");
}
