//! A document as text that people can read and compare: keys in one order, short things on one line. The same
//! value is always the same text.

use serde_json::{Map, Value};

/// Longer than this a thing takes a line for each part.
const LINE_CHARS_MAX: usize = 110;

/// Keys that come first, in this order; the others follow by name.
const FIRST: [&str; 27] = [
    "asyncapi",
    "openapi",
    "$schema",
    "$ref",
    "info",
    "name",
    "title",
    "summary",
    "description",
    "operationId",
    "in",
    "type",
    "format",
    "const",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "required",
    "properties",
    "default",
    "security",
    "servers",
    "tags",
    "paths",
    "channels",
    "operations",
];

/// Its lines.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    put(&mut text, value, 0);
    text.push('\n');
    text
}

fn put(text: &mut String, value: &Value, depth: usize) {
    let short = line(value);
    let inner = "  ".repeat(depth + 1);
    match value {
        Value::Object(fields) if depth == 0 || depth * 2 + short.chars().count() > LINE_CHARS_MAX => {
            let parts = ordered(fields).into_iter().map(|name| (Some(name), &fields[name]));
            put_parts(text, parts, "{", "}", &inner, depth);
        }
        Value::Array(items) if depth * 2 + short.chars().count() > LINE_CHARS_MAX => {
            if items.iter().all(Value::is_string) {
                return put_words(text, items, &inner);
            }
            put_parts(text, items.iter().map(|item| (None, item)), "[", "]", &inner, depth);
        }
        Value::Object(_) | Value::Array(_) => text.push_str(&short),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&short),
    }
}

fn put_parts<'a>(
    text: &mut String,
    parts: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
    open: &str,
    close: &str,
    inner: &str,
    depth: usize,
) {
    text.push_str(open);
    for (at, (name, part)) in parts.enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(inner);
        if let Some(name) = name {
            text.push_str(&quoted(name));
            text.push_str(": ");
        }
        put(text, part, depth + 1);
    }
    text.push('\n');
    text.push_str(&inner[2..]);
    text.push_str(close);
}

/// A long list of words, as many on a line as it takes.
fn put_words(text: &mut String, words: &[Value], inner: &str) {
    let mut lines = vec![inner.to_owned()];
    for (at, word) in words.iter().enumerate() {
        let mut word = line(word);
        word.push_str(if at + 1 == words.len() { "" } else { ", " });
        let full = lines.last().is_some_and(|line| line.len() + word.len() > LINE_CHARS_MAX);
        if full {
            lines.push(inner.to_owned());
        }
        lines.last_mut().expect("there is a line").push_str(&word);
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    text.push_str("[\n");
    text.push_str(&lines.join("\n"));
    text.push('\n');
    text.push_str(&inner[2..]);
    text.push(']');
}

fn line(value: &Value) -> String {
    match value {
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let part = |name: &&str| format!("{}: {}", quoted(name), line(&fields[*name]));
            format!("{{ {} }}", ordered(fields).iter().map(part).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(said) => quoted(said),
    }
}

fn quoted(said: &str) -> String {
    serde_json::to_string(said).expect("a text is JSON")
}

fn ordered(fields: &Map<String, Value>) -> Vec<&str> {
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), *name));
    names
}
