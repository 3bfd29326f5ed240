//! Compares what happened with what a transcript asserts of it: only the named fields count.

use serde_json::Value;

/// The first place where `actual` is not as `expected` says, or nothing. Objects may hold more than is
/// expected; lists must be of one length.
pub(super) fn difference(path: &str, expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Object(fields), Value::Object(found)) => fields.iter().find_map(|(name, value)| {
            let path = format!("{path}.{name}");
            match found.get(name) {
                Some(found) => difference(&path, value, found),
                None => Some(format!("{path}: there is no such field")),
            }
        }),
        (Value::Array(items), Value::Array(found)) if items.len() == found.len() => {
            let mut pairs = items.iter().zip(found).enumerate();
            pairs.find_map(|(i, (item, found))| difference(&format!("{path}[{i}]"), item, found))
        }
        (expected, actual) if expected == actual => None,
        (expected, actual) => Some(format!("{path}: expected {expected}, got {actual}")),
    }
}

#[test]
fn only_the_named_fields_count_and_they_must_hold() {
    let actual = serde_json::json!({"a": {"b": 1, "c": [1, {"d": 2}]}, "e": null});
    let holds = serde_json::json!({"a": {"c": [1, {}]}});
    assert_eq!(difference("it", &holds, &actual), None);
    for (expected, told) in [
        (serde_json::json!({"a": {"b": 2}}), "it.a.b: expected 2, got 1"),
        (serde_json::json!({"a": {"c": [1]}}), "it.a.c: expected [1], got [1,{\"d\":2}]"),
        (serde_json::json!({"a": {"c": [1, {"d": 3}]}}), "it.a.c[1].d: expected 3, got 2"),
        (serde_json::json!({"z": null}), "it.z: there is no such field"),
    ] {
        assert_eq!(difference("it", &expected, &actual).as_deref(), Some(told));
    }
}
