//! The names that a transcript gives to ids, and values as a transcript shows them: ids by name, addresses
//! and countries as text, personal values bare, a conversation's header among the event's own fields.

use std::collections::BTreeMap;

use parloir_desk::commit::Digest;
use parloir_desk::entity::{Address, AddressKind, Country, Destination};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Default)]
pub(super) struct Names {
    ids: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
}

impl Names {
    /// From now on `name` stands for `id`; a name is given once.
    pub(super) fn give(&mut self, name: &str, id: &str) -> Result<(), String> {
        if self.ids.contains_key(name) {
            return Err(format!("the name '{name}' is already given"));
        }
        self.ids.insert(name.to_owned(), id.to_owned());
        self.names.insert(id.to_owned(), name.to_owned());
        Ok(())
    }

    /// The same value with ids where names stood.
    pub(super) fn resolve(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.ids.get(text).unwrap_or(text).clone()),
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.resolve(value))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// A value of the desk as a transcript shows it.
    pub(super) fn show(&self, value: &impl Serialize) -> Value {
        let value = serde_json::to_value(value).expect("the desk's values have a JSON form");
        self.plain(value)
    }

    fn plain(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.names.get(&text).unwrap_or(&text).clone()),
            Value::Array(items) => items.into_iter().map(|item| self.plain(item)).collect(),
            Value::Object(fields) => self.plain_object(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    fn plain_field(&self, name: &str, value: Value) -> Value {
        match (name, &value) {
            ("country", Value::Array(_)) => letters(&value).map_or(value, Value::String),
            ("approved_countries", Value::Array(countries)) => {
                countries.iter().filter_map(letters).map(Value::String).collect()
            }
            _ => self.plain(value),
        }
    }

    fn plain_object(&self, mut fields: Map<String, Value>) -> Value {
        if let Some(known) = fields.remove("Known") {
            return self.plain(known);
        }
        if let (2, Some(kind), Some(value)) = (fields.len(), text(&fields, "kind"), text(&fields, "value")) {
            return Value::String(if kind == "E164" { value } else { format!("{kind}:{value}") });
        }
        if let Some(Value::Object(header)) = fields.remove("header") {
            fields.extend(header);
        }
        fields.into_iter().map(|(name, value)| (name.clone(), self.plain_field(&name, value))).collect()
    }
}

/// A country's two letters are two numbers to serde.
fn letters(value: &Value) -> Option<String> {
    let bytes = value.as_array()?.iter().map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()));
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// `+33612345678`, or `Bsuid:` or `Rcs:` before another identity.
pub(super) fn address(text: &str) -> Result<Address, String> {
    let (kind, value) = match text.split_once(':') {
        Some(("Bsuid", value)) => (AddressKind::Bsuid, value),
        Some(("Rcs", value)) => (AddressKind::Rcs, value),
        Some(_) => return Err(format!("'{text}' is no address")),
        None => (AddressKind::E164, text),
    };
    Ok(Address { kind, value: value.to_owned() })
}

/// The address with the country of its number.
pub(super) fn destination(text: &str) -> Result<Destination, String> {
    let countries = [("+33", *b"FR"), ("+44", *b"GB"), ("+49", *b"DE")];
    let country = countries.iter().find(|(prefix, _)| text.starts_with(prefix));
    Ok(Destination { address: address(text)?, country: country.map(|(_, letters)| Country(*letters)) })
}

/// Thirty-two bytes that stand for a word, always the same.
pub(super) fn bytes_of(word: &str) -> [u8; 32] {
    *blake3::hash(word.as_bytes()).as_bytes()
}

pub(super) fn digest_of(word: &str) -> Digest {
    let mut digest = [0; 16];
    digest.copy_from_slice(&bytes_of(word)[..16]);
    Digest(digest)
}
