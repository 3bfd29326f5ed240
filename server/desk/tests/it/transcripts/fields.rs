//! The fields of one command in a transcript; what is not taken is an error, so that a typing mistake shows.

use std::collections::BTreeSet;

use parloir_desk::entity::{Address, Country, Destination};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::names::{self, Names};

pub(super) struct Fields<'a> {
    left: Map<String, Value>,
    names: &'a Names,
}

impl<'a> Fields<'a> {
    pub(super) fn new(value: &Value, names: &'a Names) -> Result<Self, String> {
        let left = value.as_object().ok_or_else(|| format!("{value} holds no fields"))?;
        Ok(Self { left: left.clone(), names })
    }

    /// An id, ids, or anything with ids in it; a field that is not there is null.
    pub(super) fn get<T: DeserializeOwned>(&mut self, field: &str) -> Result<T, String> {
        let value = self.names.resolve(&self.take(field));
        serde_json::from_value(value).map_err(|e| format!("{field}: {e}"))
    }

    /// A set of ids, empty when the field is not there.
    pub(super) fn set<T: DeserializeOwned + Ord>(&mut self, field: &str) -> Result<BTreeSet<T>, String> {
        Ok(self.get::<Option<BTreeSet<T>>>(field)?.unwrap_or_default())
    }

    /// A value in which no name is looked for.
    pub(super) fn plain<T: DeserializeOwned>(&mut self, field: &str) -> Result<T, String> {
        serde_json::from_value(self.take(field)).map_err(|e| format!("{field}: {e}"))
    }

    /// Like `plain`, with the default when the field is not there.
    pub(super) fn plain_or_default<T: DeserializeOwned + Default>(
        &mut self,
        field: &str,
    ) -> Result<T, String> {
        Ok(self.plain::<Option<T>>(field)?.unwrap_or_default())
    }

    pub(super) fn text(&mut self, field: &str) -> Result<String, String> {
        self.plain(field)
    }

    pub(super) fn address(&mut self, field: &str) -> Result<Address, String> {
        names::address(&self.text(field)?)
    }

    pub(super) fn addresses(&mut self, field: &str) -> Result<BTreeSet<Address>, String> {
        let texts: Vec<String> = self.plain_or_default(field)?;
        texts.iter().map(|text| names::address(text)).collect()
    }

    pub(super) fn destination(&mut self, field: &str) -> Result<Destination, String> {
        names::destination(&self.text(field)?)
    }

    pub(super) fn country(&mut self, field: &str) -> Result<Option<Country>, String> {
        self.plain::<Option<String>>(field)?.map(|text| country(&text)).transpose()
    }

    /// Nothing when the field is not there; otherwise countries, or null for all.
    pub(super) fn countries(&mut self, field: &str) -> Result<Option<Option<BTreeSet<Country>>>, String> {
        if !self.left.contains_key(field) {
            return Ok(None);
        }
        let texts: Option<Vec<String>> = self.plain(field)?;
        texts.map(|texts| texts.iter().map(|text| country(text)).collect()).transpose().map(Some)
    }

    /// Refuses what nobody took.
    pub(super) fn end(self) -> Result<(), String> {
        match self.left.keys().next() {
            Some(field) => Err(format!("there is no field '{field}' here")),
            None => Ok(()),
        }
    }

    fn take(&mut self, field: &str) -> Value {
        self.left.remove(field).unwrap_or(Value::Null)
    }
}

fn country(text: &str) -> Result<Country, String> {
    Country::parse(text).ok_or_else(|| format!("'{text}' is no country"))
}
