//! What is published is what the types say now, and a change of it is somebody's decision.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::{documents, hash};

#[expect(clippy::disallowed_methods, reason = "the crate is pure; its test reads what is filed")]
fn filed(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

#[test]
fn what_is_published_is_what_the_types_say() {
    for document in documents() {
        let current = filed(document.path) == document.text();
        assert!(current, "protocol/{} is stale: run `make schema` and look at what changed", document.path);
    }
}

#[test]
fn a_change_of_the_wire_is_decided() {
    let filed = filed("schema/HASH");
    let now = hash();
    assert_eq!(
        filed.trim(),
        now,
        "the shape of the wire changed. If an older client or server still understands everything (a new name, \
         a field that may be absent), it is an addition: run `make schema`, write {now} into protocol/schema/HASH and a line into \
         CHANGELOG.md under Added. If it does not (a field that is gone, renamed, required or of another type), \
         it is another protocol: give it the subprotocols parloir.v2.*, keep version 1 beside it, and say so \
         under Breaking."
    );
}

#[test]
fn every_reference_leads_somewhere() {
    for document in documents() {
        let mut pointers = BTreeSet::new();
        references(&document.content, &mut pointers);
        for pointer in pointers {
            let found = document.content.pointer(&pointer[1..]).is_some();
            assert!(found, "{}: there is nothing at {pointer}", document.path);
        }
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
