//! The limits as a registry: every number both sides agree on, with its values by profile and its meaning.

use serde_json::{Value, json};

use super::shapes::Shapes;
use crate::limits::Limits;

/// A row for each limit.
pub(super) fn document(shapes: &Shapes) -> Value {
    let profile = |limits: &Limits| serde_json::to_value(limits).expect("limits are JSON");
    let (standard, load, tiny) =
        (profile(&Limits::standard()), profile(&Limits::load()), profile(&Limits::tiny()));
    let shape = shapes.get("Limits");
    let names = shape["required"].as_array().expect("every limit is there");
    let row = |name: &str| {
        json!({
            "name": name,
            "default": standard[name],
            "load": load[name],
            "tiny": tiny[name],
            "says": shape["properties"][name]["description"],
        })
    };
    Value::Array(names.iter().filter_map(Value::as_str).map(row).collect())
}
