//! Every frame as one shape with its tag merged in, so that generators keep every field. A frame that is missing
//! here is missed by the golden ones.

use serde_json::{Map, Value, json};

use super::content::{Content, made};
use super::shapes::{Side, reference};
use crate::command::{Command, Expected};
use crate::down::{Checkpoint, Goodbye, Ping, Reset, Signal, Snapshot, Welcome};
use crate::entity::{Actor, Counters};
use crate::error::ErrorBody;
use crate::event::Fact;
use crate::ids::CommandId;
use crate::query::Query;
use crate::time::Time;
use crate::up::{Hello, Refresh, SignalUp};
use crate::watch::{Change, Unwatch, Watch};

/// The largest whole number that every language reads exactly.
const WHOLE_MAX: u64 = (1 << 53) - 1;

/// The names of the shapes of all commands, as frames.
pub(super) fn names_of_commands() -> Vec<String> {
    Command::contents().iter().map(|content| format!("{}Command", content.shape)).collect()
}

/// The names of the shapes of all queries, as frames.
pub(super) fn names_of_queries() -> Vec<String> {
    Query::contents().iter().map(|content| format!("{}Query", content.shape)).collect()
}

/// The names of the shapes of all frames up, in the order of the specification.
pub(super) fn names_up() -> Vec<String> {
    let mut names = vec!["HelloFrame".to_owned()];
    names.extend(names_of_commands());
    names.extend(names_of_queries());
    names.extend(Watch::contents().iter().map(|content| format!("{}Watch", content.shape)));
    names.extend(["UnwatchFrame", "SignalUpFrame", "RefreshFrame", "PongFrame"].map(str::to_owned));
    names
}

/// The names of the shapes of all frames down, in the order of the specification.
pub(super) fn names_down() -> Vec<String> {
    let mut names = vec!["WelcomeFrame".to_owned(), "SnapshotFrame".to_owned()];
    names.extend(Fact::contents().iter().map(|content| format!("{}Event", content.shape)));
    let rest = [
        "ReplyOkFrame",
        "ReplyErrorFrame",
        "ChangeFrame",
        "SignalFrame",
        "CountersFrame",
        "CheckpointFrame",
        "PingFrame",
        "ResetFrame",
        "GoodbyeFrame",
    ];
    names.extend(rest.map(str::to_owned));
    names
}

pub(super) fn up(side: &mut Side) {
    tagged(side, "HelloFrame", "hello", made::<Hello>());
    commands(side);
    queries(side);
    watches(side);
    tagged(side, "UnwatchFrame", "unwatch", made::<Unwatch>());
    tagged(side, "SignalUpFrame", "signal", made::<SignalUp>());
    tagged(side, "RefreshFrame", "refresh", made::<Refresh>());
    let pong = frame("pong", "`pong`: answers `ping`.", Map::new(), &[]);
    side.whole("PongFrame", pong);
}

pub(super) fn down(side: &mut Side) {
    tagged(side, "WelcomeFrame", "welcome", made::<Welcome>());
    tagged(side, "SnapshotFrame", "snapshot", made::<Snapshot>());
    events(side);
    replies(side);
    tagged(side, "ChangeFrame", "change", made::<Change>());
    tagged(side, "SignalFrame", "signal", made::<Signal>());
    tagged(side, "CountersFrame", "counters", made::<Counters>());
    tagged(side, "CheckpointFrame", "checkpoint", made::<Checkpoint>());
    tagged(side, "PingFrame", "ping", made::<Ping>());
    tagged(side, "ResetFrame", "reset", made::<Reset>());
    tagged(side, "GoodbyeFrame", "goodbye", made::<Goodbye>());
}

/// A frame whose fields are those of a type.
fn tagged(side: &mut Side, name: &str, kind: &str, make: super::content::Make) {
    let mut shape = side.inline(make);
    let fields = shape.entry("properties").or_insert_with(|| json!({}));
    fields.as_object_mut().expect("fields are a map").insert("type".to_owned(), tag(kind));
    let required = shape.entry("required").or_insert_with(|| json!([]));
    required.as_array_mut().expect("what is required is a list").insert(0, json!("type"));
    side.whole(name, shape);
}

fn commands(side: &mut Side) {
    let (id, expected) = (side.noun::<CommandId>(), side.noun::<Expected>());
    for content in Command::contents() {
        let mut fields = named(&content, "params");
        fields.insert(
            "command_id".to_owned(),
            described(id.clone(), "Made by the client; the same again happens once."),
        );
        fields.insert("expected".to_owned(), described(expected.clone(), "What the author had on screen."));
        let about = format!("`command` of the name `{}`.", content.name);
        let shape = frame("command", &about, fields, &["command_id", "name", "params"]);
        side.whole(format!("{}Command", content.shape), shape);
    }
}

fn queries(side: &mut Side) {
    for content in Query::contents() {
        let mut fields = named(&content, "params");
        fields.insert("id".to_owned(), whole("Made by the client; the answer carries it. 0 when left out."));
        fields.insert("at_least".to_owned(), whole("A seq that the answer must include."));
        let about = format!("`query` of the name `{}`.", content.name);
        let shape = frame("query", &about, fields, &["name", "params"]);
        side.whole(format!("{}Query", content.shape), shape);
    }
}

fn watches(side: &mut Side) {
    for content in Watch::contents() {
        let mut fields = named(&content, "params");
        fields.insert(
            "id".to_owned(),
            whole("Made by the client: of the reply, of each change, and of `unwatch`."),
        );
        let about = format!("`watch` of the name `{}`.", content.name);
        let shape = frame("watch", &about, fields, &["id", "name", "params"]);
        side.whole(format!("{}Watch", content.shape), shape);
    }
}

fn events(side: &mut Side) {
    let (at, actor, id) = (side.noun::<Time>(), side.noun::<Actor>(), side.noun::<CommandId>());
    for content in Fact::contents() {
        let mut fields = named(&content, "data");
        fields.insert("seq".to_owned(), whole("Its place in the workspace's log."));
        fields.insert("at".to_owned(), described(at.clone(), "When it was recorded."));
        fields.insert("actor".to_owned(), described(actor.clone(), "Who did it."));
        fields.insert("command_id".to_owned(), described(id.clone(), "The client's command that led to it."));
        let about = format!("`event` of the name `{}`.", content.name);
        let shape = frame("event", &about, fields, &["seq", "at", "actor", "name", "data"]);
        side.whole(format!("{}Event", content.shape), shape);
    }
}

/// A reply names what it answers by one of two ids, or by none.
fn replies(side: &mut Side) {
    let (id, error) = (side.noun::<CommandId>(), side.noun::<ErrorBody>());
    let mut fields = Map::new();
    fields.insert("command_id".to_owned(), described(id, "Of the command that it answers."));
    fields.insert("id".to_owned(), whole("Of the query, watch or refresh that it answers."));
    let mut refused = fields.clone();
    let ok = json!({ "type": "object", "description": "What was made or read; its shape is that of what was asked." });
    fields.insert("ok".to_owned(), ok);
    side.whole("ReplyOkFrame", frame("reply", "`reply`: it was accepted.", fields, &["ok"]));
    refused.insert("error".to_owned(), described(error, "Why not."));
    side.whole("ReplyErrorFrame", frame("reply", "`reply`: it was not accepted.", refused, &["error"]));
}

fn named(content: &Content, key: &str) -> Map<String, Value> {
    let name = json!({ "type": "string", "const": content.name });
    [("name".to_owned(), name), (key.to_owned(), reference(content.shape))].into_iter().collect()
}

fn frame(kind: &str, about: &str, mut fields: Map<String, Value>, required: &[&str]) -> Value {
    fields.insert("type".to_owned(), tag(kind));
    let required: Vec<&str> = std::iter::once("type").chain(required.iter().copied()).collect();
    json!({ "description": about, "type": "object", "properties": fields, "required": required })
}

fn tag(kind: &str) -> Value {
    json!({ "type": "string", "const": kind })
}

fn whole(about: &str) -> Value {
    json!({ "description": about, "type": "integer", "format": "uint64", "minimum": 0, "maximum": WHOLE_MAX })
}

fn described(mut shape: Value, about: &str) -> Value {
    shape["description"] = json!(about);
    shape
}
