//! Shapes as generators of other languages like them: a variant is a definition of its own with its tag in it,
//! plain choices are one list, what may be absent is never null. It adds nothing that the types do not say.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::shapes::reference;

/// The largest whole number that every language reads exactly.
const WHOLE_MAX: u64 = (1 << 53) - 1;

/// The same definitions, with one more for each variant that has fields.
pub(super) fn tidied(all: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut done = BTreeMap::new();
    for (name, mut shape) in all {
        walk(&mut shape);
        for (variant, lifted) in lift(&name, &mut shape) {
            let before = done.insert(variant.clone(), lifted);
            assert!(before.is_none(), "two shapes are called {variant}");
        }
        let before = done.insert(name.clone(), shape);
        assert!(before.is_none(), "two shapes are called {name}");
    }
    done
}

fn walk(shape: &mut Value) {
    let Value::Object(fields) = shape else { return };
    for (key, part) in fields.iter_mut() {
        match (key.as_str(), part) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(walk),
            ("anyOf" | "oneOf", Value::Array(options)) => options.iter_mut().for_each(walk),
            ("items" | "additionalProperties", inner) => walk(inner),
            _ => {}
        }
    }
    plain(fields);
    whole(fields);
    optional(fields);
    choices(fields);
}

/// Links between types mean nothing outside their crate.
fn plain(fields: &mut Map<String, Value>) {
    if let Some(Value::String(about)) = fields.get_mut("description") {
        *about = about.replace("[`", "`").replace("`]", "`").replace('\n', " ");
    }
}

/// The same width on every machine, and a bound that every language reads exactly.
fn whole(fields: &mut Map<String, Value>) {
    let (format, max) = match fields.get("format").and_then(Value::as_str) {
        Some("uint" | "uint64") => ("uint64", WHOLE_MAX),
        Some("uint32") => ("uint32", u64::from(u32::MAX)),
        Some("uint16") => ("uint16", u64::from(u16::MAX)),
        _ => return,
    };
    fields.insert("format".to_owned(), json!(format));
    fields.insert("maximum".to_owned(), json!(max));
}

/// Absent and null mean the same; absent is what is written.
fn optional(fields: &mut Map<String, Value>) {
    let required: Vec<String> = match fields.get("required") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let Some(Value::Object(properties)) = fields.get_mut("properties") else { return };
    for (name, property) in properties {
        let Value::Object(property) = property else { continue };
        let known = property.get("default").is_some_and(|value| value.is_string() || value.is_boolean());
        if required.contains(name) || !known {
            property.remove("default");
        }
        if !required.contains(name) {
            never_null(property);
        }
    }
}

fn never_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = property.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            property.insert("type".to_owned(), kind);
        }
    }
    let Some(Value::Array(options)) = property.get_mut("anyOf") else { return };
    options.retain(|option| option.get("type") != Some(&json!("null")));
    if let [Value::Object(only)] = options.as_slice() {
        let only = only.clone();
        property.remove("anyOf");
        for (key, value) in only {
            property.entry(key).or_insert(value);
        }
    }
}

/// Constants of one choice become one list, their words part of its description.
fn choices(fields: &mut Map<String, Value>) {
    let Some(Value::Array(options)) = fields.get("oneOf") else { return };
    let (words, others): (Vec<&Value>, Vec<&Value>) = options.iter().partition(|option| is_word(option));
    if words.is_empty() {
        return;
    }
    let names: Vec<Value> = words.iter().flat_map(|word| constants(word)).collect();
    let lines: Vec<String> = words.iter().filter_map(|word| line(word)).collect();
    let list = json!({ "type": "string", "enum": names });
    let others: Vec<Value> = others.into_iter().cloned().collect();
    if !lines.is_empty() {
        let about = fields.get("description").and_then(Value::as_str).unwrap_or_default();
        let about = format!("{about} {}", lines.join(" "));
        fields.insert("description".to_owned(), json!(about.trim()));
    }
    fields.remove("oneOf");
    if others.is_empty() {
        fields.insert("type".to_owned(), list["type"].clone());
        fields.insert("enum".to_owned(), list["enum"].clone());
    } else {
        let options: Vec<Value> = std::iter::once(list).chain(others).collect();
        fields.insert("oneOf".to_owned(), json!(options));
    }
}

fn is_word(option: &Value) -> bool {
    option.get("const").is_some_and(Value::is_string) || option.get("enum").is_some()
}

fn constants(word: &Value) -> Vec<Value> {
    match (word.get("const"), word.get("enum")) {
        (Some(name), _) => vec![name.clone()],
        (None, Some(Value::Array(names))) => names.clone(),
        (None, _) => Vec::new(),
    }
}

fn line(word: &Value) -> Option<String> {
    let name = word.get("const")?.as_str()?;
    let about = word.get("description")?.as_str()?;
    Some(format!("`{name}`: {about}"))
}

/// Takes variants with fields out of a choice and leaves references.
fn lift(name: &str, shape: &mut Value) -> Vec<(String, Value)> {
    let Some(Value::Array(options)) = shape.get_mut("oneOf") else { return Vec::new() };
    let mut lifted = Vec::new();
    for option in options.iter_mut().filter(|option| option.get("properties").is_some()) {
        let variant = format!("{name}{}", variant(option));
        lifted.push((variant.clone(), std::mem::replace(option, reference(&variant))));
    }
    lifted
}

/// By its tag, or by its only field.
fn variant(option: &Value) -> String {
    let fields = option["properties"].as_object().expect("a variant with fields");
    let tag = fields.values().find_map(|field| field.get("const")?.as_str());
    let name = tag.or_else(|| fields.keys().next().map(String::as_str));
    pascal(name.expect("a variant has a name"))
}

fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split('_').map(word).collect()
}
