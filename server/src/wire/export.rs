//! The log as `GET /v1/log` hands it out: one commit a line, nothing that the wire does not publish.

use parloir_desk::answer::last_seq;
use parloir_protocol::entity::Actor;
use parloir_protocol::ids::CommandId;
use parloir_protocol::time::Time;
use serde::Serialize;
use serde_json::Value;

use super::entity;
use super::fact::{Told, frame, told};
use crate::record::Opened;

#[derive(Serialize)]
struct Line {
    seq: u64,
    at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    command_id: Option<CommandId>,
    actor: Actor,
    events: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    seq: u64,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

/// One commit of a record made at `at`, as a line of JSON with its end. Its seq is that of its last event;
/// events that nobody is told of have a name and no data.
pub fn line(opened: &Opened, at: Time) -> Vec<u8> {
    let commit = &opened.commit;
    let entry = |(event, seq)| match told(event, seq, commit.actor) {
        Told::Kept(name) => Entry { seq, name, data: None },
        Told::Fact(fact) => {
            let name = fact.name();
            let frame = serde_json::to_value(frame(commit, *fact, seq, at)).expect("a frame of ours is JSON");
            Entry { seq, name, data: frame.get("data").cloned() }
        }
    };
    let line = Line {
        seq: last_seq(commit, opened.first_seq),
        at,
        command_id: entity::command_id(&commit.key),
        actor: entity::actor(commit.actor),
        events: commit.events.iter().zip(opened.first_seq..).map(entry).collect(),
    };
    let mut bytes = serde_json::to_vec(&line).expect("a line of ours is JSON");
    bytes.push(b'\n');
    bytes
}
