//! OpenAPI 3.1 of everything over HTTP: the paths as they were written by hand in `openapi/`, with bodies and
//! answers of the wire's own shapes. A test of the fixtures holds the paths to the server's.

use serde_json::{Map, Value, json};

use super::frames::{names_of_commands, names_of_queries};
use super::shapes::{Shapes, reference, rerooted};
use crate::query::Query;

const WORK: &str = include_str!("openapi/work.json");
const EDGES: &str = include_str!("openapi/edges.json");
const BODIES: &str = include_str!("openapi/bodies.json");

const ABOUT: &str = "Programs that need no live connection work the queue with commands and queries, which are those \
    of the socket. Errors are problem documents (RFC 9457) with the codes of the socket. PROTOCOL.md is the \
    specification.";

/// What stands for each status that carries a problem.
const PROBLEMS: &str = "x-problems";

/// The whole document.
pub(super) fn document(shapes: &Shapes) -> Value {
    let mut paths = read(WORK);
    paths.extend(read(EDGES));
    paths.values_mut().for_each(expand);
    let paths = Value::Object(paths);
    let bodies = bodies();
    let named: Vec<Value> = bodies.keys().map(|name| reference(name)).collect();
    let mut schemas = shapes.extended(bodies).needed_by(named.iter().chain([&paths]));
    schemas.values_mut().for_each(leave_type_out);
    rerooted(
        &json!({
            "openapi": "3.1.0",
            "info": { "title": "Parloir", "version": "1.0.0", "description": ABOUT, "license": { "name": "MIT", "identifier": "MIT" } },
            "servers": [{ "url": "/" }],
            "tags": tags(),
            "paths": paths,
            "components": {
                "parameters": parameters(),
                "responses": { "Problem": problem() },
                "securitySchemes": security(),
                "schemas": schemas,
            },
        }),
        "#/components/schemas/",
    )
}

fn read(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("what stands in `openapi/` is a map")
}

/// A problem for each status that an operation names.
fn expand(path: &mut Value) {
    let operations = path.as_object_mut().expect("a path is a map of operations");
    for operation in operations.values_mut().filter_map(Value::as_object_mut) {
        let Some(Value::Array(statuses)) = operation.remove(PROBLEMS) else { continue };
        let answers = operation["responses"].as_object_mut().expect("an operation has answers");
        for status in statuses {
            answers.insert(status.to_string(), json!({ "$ref": "#/components/responses/Problem" }));
        }
    }
}

fn bodies() -> Map<String, Value> {
    let mut bodies = read(BODIES);
    let options = |names: Vec<String>| names.iter().map(|name| reference(name)).collect::<Vec<_>>();
    bodies.insert("AnyCommand".to_owned(), json!({ "oneOf": options(names_of_commands()) }));
    bodies.insert("AnyQuery".to_owned(), json!({ "oneOf": options(names_of_queries()) }));
    let answers = Query::contents().iter().map(|query| format!("{}Ok", query.shape)).collect();
    let reply = json!({
        "description": "The answer's shape is that of what was asked.",
        "type": "object",
        "required": ["type", "id", "ok"],
        "properties": {
            "type": { "type": "string", "const": "reply" },
            "id": { "type": "integer", "minimum": 0 },
            "ok": { "anyOf": options(answers) },
        },
    });
    bodies.insert("QueryReply".to_owned(), reply);
    bodies
}

/// Over HTTP the path says what a frame is.
fn leave_type_out(shape: &mut Value) {
    let kind = shape.pointer("/properties/type/const").and_then(Value::as_str);
    if matches!(kind, Some("command" | "query"))
        && let Some(Value::Array(required)) = shape.get_mut("required")
    {
        required.retain(|name| name != "type");
    }
}

fn tags() -> Value {
    json!([
        { "name": "work", "description": "What agents and programs do." },
        { "name": "session", "description": "How a browser signs in." },
        { "name": "attachments", "description": "Files on their way in, and reading them." },
        { "name": "providers", "description": "Webhooks of providers." },
        { "name": "links", "description": "Files that went as links." },
        { "name": "server", "description": "How the server is, and what it speaks." },
        { "name": "desk", "description": "The desk's own parts." },
        { "name": "demonstration", "description": "Only where a demonstration runs." },
    ])
}

fn parameters() -> Value {
    json!({
        "attachment": { "name": "id", "in": "path", "required": true, "schema": reference("AttachmentId") },
        "channel": { "name": "channel", "in": "path", "required": true, "schema": reference("ChannelId") },
        "code": {
            "name": "code",
            "in": "path",
            "required": true,
            "description": "128 random bits in base64url.",
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{22}$" },
        },
        "range": { "name": "Range", "in": "header", "description": "One range of bytes.", "schema": { "type": "string" } },
    })
}

fn problem() -> Value {
    json!({
        "description": "Why not.",
        "headers": {
            "Retry-After": { "description": "`retry_after_ms` in whole seconds, rounded up.", "schema": { "type": "integer" } },
        },
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    })
}

fn security() -> Value {
    json!({
        "token": { "type": "http", "scheme": "bearer", "description": "`plr_…`, opaque." },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-parloir",
            "description": "A signed-in browser. What is neither GET nor HEAD needs the `Origin` of this very host.",
        },
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Hub-Signature-256",
            "description": "The proof of the channel's provider, over the bytes as they came; each has a header of its own, or a secret in the path.",
        },
    })
}
