//! The files of JSON Schema: frames by direction, commands, queries, events and nouns by name.

use serde_json::{Map, Value, json};

use super::Document;
use super::frames::{names_down, names_up};
use super::shapes::{Shapes, reference};
use crate::command::Command;
use crate::event::Fact;
use crate::query::Query;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// All of them.
pub(super) fn of(shapes: &Shapes) -> Vec<Document> {
    vec![
        frames(shapes, "schema/up.json", "Frame from a client", &names_up()),
        frames(shapes, "schema/down.json", "Frame from the server", &names_down()),
        asked(shapes, "schema/commands.json", "Commands: what each takes and answers", &commands()),
        asked(shapes, "schema/queries.json", "Queries: what each takes and answers", &queries()),
        events(shapes),
        entities(shapes),
    ]
}

fn commands() -> Vec<(&'static str, &'static str, String)> {
    Command::contents().iter().map(|content| (content.name, content.shape, "Done".to_owned())).collect()
}

fn queries() -> Vec<(&'static str, &'static str, String)> {
    Query::contents()
        .iter()
        .map(|content| (content.name, content.shape, format!("{}Ok", content.shape)))
        .collect()
}

fn frames(shapes: &Shapes, path: &'static str, title: &str, names: &[String]) -> Document {
    let options: Vec<Value> = names.iter().map(|name| reference(name)).collect();
    let definitions = shapes.needed_by(&options);
    let content = json!({ "$schema": DIALECT, "title": title, "oneOf": options, "$defs": definitions });
    Document { path, content }
}

/// A map from each name to its params and its answer.
fn asked(
    shapes: &Shapes,
    path: &'static str,
    title: &str,
    names: &[(&'static str, &'static str, String)],
) -> Document {
    let each = names.iter().map(|(name, params, ok)| {
        let fields = json!({ "params": reference(params), "ok": reference(ok) });
        (*name, json!({ "type": "object", "properties": fields, "required": ["params", "ok"] }))
    });
    by_name(shapes, path, title, each.collect())
}

fn events(shapes: &Shapes) -> Document {
    let contents = Fact::contents();
    let each = contents.iter().map(|content| (content.name, reference(content.shape))).collect();
    by_name(shapes, "schema/events.json", "Events: the data of each", each)
}

fn entities(shapes: &Shapes) -> Document {
    let each = shapes.nouns().into_iter().map(|noun| (noun, reference(noun))).collect();
    by_name(shapes, "schema/entities.json", "Nouns of frames and answers", each)
}

fn by_name(shapes: &Shapes, path: &'static str, title: &str, each: Vec<(&str, Value)>) -> Document {
    let names: Vec<&str> = each.iter().map(|(name, _)| *name).collect();
    let each: Map<String, Value> = each.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect();
    let definitions = shapes.needed_by(each.values());
    let content = json!({
        "$schema": DIALECT,
        "title": title,
        "description": "A map of all of them, for generators; no frame has this shape.",
        "type": "object",
        "required": names,
        "properties": each,
        "$defs": definitions,
    });
    Document { path, content }
}
