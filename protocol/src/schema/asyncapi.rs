//! AsyncAPI 3.0 of the socket, as the server sees it: it receives what clients send and sends what they fold.
//! Shapes are those of the wire; the words are here.

use serde_json::{Map, Value, json};

use super::content::Content;
use super::frames::{names_down, names_up};
use super::shapes::{Shapes, reference, rerooted};
use crate::codec::Codec;
use crate::command::Command;
use crate::event::Fact;
use crate::query::Query;
use crate::watch::Watch;

const CLOSES: &str = include_str!("../../registry/closes.json");

const ABOUT: &str = "One WebSocket message holds one document: a map with text keys and a `type`. The subprotocol \
    parloir.v1.json carries it as JSON in text frames, parloir.v1.msgpack the same documents as MessagePack in \
    binary frames, structures as maps with text keys. `hello` is the first frame, once. Fields, types and events \
    that a client does not know are ignored. PROTOCOL.md is the specification: order, what a client folds, what \
    each error means.";

/// The whole document.
pub(super) fn document(shapes: &Shapes) -> Value {
    let names: Vec<String> = names_up().into_iter().chain(names_down()).collect();
    let frames: Vec<Value> = names.iter().map(|name| reference(name)).collect();
    let message = |name: &String| (name.clone(), message(name));
    let known = |name: &String| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") }));
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Parloir, live", "version": "1.0.0", "description": ABOUT, "license": { "name": "MIT" } },
        "defaultContentType": "application/json",
        "servers": { "parloir": server() },
        "channels": { "live": channel(&names.iter().map(known).collect()) },
        "operations": operations(),
        "components": {
            "correlationIds": correlations(),
            "messages": names.iter().map(message).collect::<Map<String, Value>>(),
            "schemas": rerooted(&Value::Object(shapes.needed_by(&frames)), "#/components/schemas/"),
        },
    })
}

fn server() -> Value {
    json!({
        "host": "{host}",
        "protocol": "wss",
        "description": "TLS is ended by a proxy in front of the server; beside it `ws` will do.",
        "variables": { "host": { "default": "localhost:8080", "description": "Where the server listens." } },
    })
}

fn channel(messages: &Map<String, Value>) -> Value {
    let subprotocols: Vec<&str> = Codec::ALL.iter().map(|codec| codec.subprotocol()).collect();
    let headers = json!({
        "type": "object",
        "required": ["Sec-WebSocket-Protocol"],
        "properties": {
            "Sec-WebSocket-Protocol": {
                "description": "The first one offered that the server knows is taken.",
                "type": "string",
                "enum": subprotocols,
            },
            "Origin": { "description": "When it is there, exactly that of this host.", "type": "string" },
            "Cookie": { "description": "The session of a browser; `hello` needs no token then.", "type": "string" },
        },
    });
    let closes: Value = serde_json::from_str(CLOSES).expect("the registry is JSON");
    json!({
        "address": "/v1/live",
        "title": "The live connection",
        "description": "A WebSocket of version 13. A token never stands in the address: it is sent in `hello`.",
        "servers": [{ "$ref": "#/servers/parloir" }],
        "messages": messages,
        "bindings": { "ws": { "method": "GET", "headers": headers } },
        "x-close-codes": closes,
    })
}

fn correlations() -> Value {
    json!({
        "command_id": { "description": "Made by the client.", "location": "$message.payload#/command_id" },
        "id": { "description": "Made by the client.", "location": "$message.payload#/id" },
    })
}

fn message(name: &str) -> Value {
    let correlation = |id: &str| json!({ "$ref": format!("#/components/correlationIds/{id}") });
    let mut message = json!({
        "name": name,
        "payload": { "$ref": format!("#/components/schemas/{name}") },
    });
    if name.ends_with("Command") {
        message["correlationId"] = correlation("command_id");
    } else if name.ends_with("Query")
        || name.ends_with("Watch")
        || name == "RefreshFrame"
        || name == "ChangeFrame"
    {
        message["correlationId"] = correlation("id");
    }
    message
}

fn operations() -> Value {
    let commands = shaped(&Command::contents(), "Command");
    let queries = shaped(&Query::contents(), "Query");
    let watches = shaped(&Watch::contents(), "Watch");
    let events = shaped(&Fact::contents(), "Event");
    let frames = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let reply = ["ReplyOkFrame", "ReplyErrorFrame"];
    json!({
        "hello": asked("Comes in, fresh or where the client stood.", &frames(&["HelloFrame"]), &["WelcomeFrame", "ResetFrame", "GoodbyeFrame"]),
        "command": asked("Changes something; the same `command_id` happens once.", &commands, &reply),
        "query": asked("Reads something.", &queries, &reply),
        "watch": asked("Reads, and is told what becomes of the list.", &watches, &reply),
        "refresh": asked("Goes on with another token of the same agent.", &frames(&["RefreshFrame"]), &reply),
        "unwatch": one_way("receive", "Ends a watch.", &frames(&["UnwatchFrame"])),
        "signal": one_way("receive", "Tells colleagues what the agent is doing.", &frames(&["SignalUpFrame"])),
        "pong": one_way("receive", "Answers `ping`.", &frames(&["PongFrame"])),
        "snapshot": one_way("send", "What a client begins with, in parts.", &frames(&["SnapshotFrame"])),
        "event": one_way("send", "Something happened; it is on stable storage.", &events),
        "change": one_way("send", "The list of a watch is another one now.", &frames(&["ChangeFrame"])),
        "told_signal": one_way("send", "What a colleague is doing.", &frames(&["SignalFrame"])),
        "counters": one_way("send", "One group's counters.", &frames(&["CountersFrame"])),
        "checkpoint": one_way("send", "Everything up to here was sent.", &frames(&["CheckpointFrame"])),
        "ping": replied("send", "A sign of life.", &frames(&["PingFrame"]), &["PongFrame"]),
        "reset": one_way("send", "Forget everything that was folded.", &frames(&["ResetFrame"])),
        "goodbye": one_way("send", "The connection ends, and why.", &frames(&["GoodbyeFrame"])),
    })
}

fn shaped(contents: &[Content], kind: &str) -> Vec<String> {
    contents.iter().map(|content| format!("{}{kind}", content.shape)).collect()
}

fn asked(about: &str, messages: &[String], answers: &[&str]) -> Value {
    replied("receive", about, messages, answers)
}

fn replied(action: &str, about: &str, messages: &[String], answers: &[&str]) -> Value {
    let answers: Vec<Value> = answers.iter().map(|name| of_channel(name)).collect();
    let mut operation = one_way(action, about, messages);
    operation["reply"] = json!({ "channel": { "$ref": "#/channels/live" }, "messages": answers });
    operation
}

fn one_way(action: &str, about: &str, messages: &[String]) -> Value {
    let messages: Vec<Value> = messages.iter().map(|name| of_channel(name)).collect();
    json!({ "action": action, "summary": about, "channel": { "$ref": "#/channels/live" }, "messages": messages })
}

fn of_channel(name: &str) -> Value {
    json!({ "$ref": format!("#/channels/live/messages/{name}") })
}
