//! One hash over the shapes of everything published, words apart: it changes when the wire does and stays when
//! somebody explains it better.

use serde_json::Value;

use super::documents;

/// Sixteen hexadecimal digits.
pub fn hash() -> String {
    let mut hasher = blake3::Hasher::new();
    for document in documents().iter().filter(|document| document.path.starts_with("schema/")) {
        hasher.update(document.path.as_bytes());
        hasher.update(super::text::text(&wordless(&document.content)).as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Without descriptions; a field that is called so is a map and stays.
fn wordless(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said =
                |name: &str, value: &Value| matches!(name, "description" | "title") && value.is_string();
            let kept = fields.iter().filter(|(name, value)| !said(name, value));
            Value::Object(kept.map(|(name, value)| (name.clone(), wordless(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(wordless).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
