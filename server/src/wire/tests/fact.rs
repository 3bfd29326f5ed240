//! Every logged event is told under its own name, or kept; erased values are nothing.

use std::collections::BTreeSet;

use parloir_desk::audience::{Audience, audience};
use parloir_desk::commit::{Actor, Commit, Key};
use parloir_protocol::codec::Codec;
use parloir_protocol::down::Down;
use parloir_protocol::event::Fact;
use serde_json::{Value, json};

use crate::log::{Hash, SubjectId};
use crate::record::{self, Opened};
use crate::samples::{self, AGENT, AT, CANARY, MESSAGE};
use crate::wire::export::line;
use crate::wire::fact::{Told, fact, frame, told};

const KEPT: [&str; 8] = [
    "command.noted",
    "epoch.started",
    "receipt.kept",
    "token.created",
    "token.revoked",
    "webhook.advanced",
    "workspace.created",
    "workspace.registered",
];

fn frames(commits: &[Commit]) -> Vec<Value> {
    let told = commits.iter().filter_map(|commit| {
        fact(&commit.events[0], 40, commit.actor).map(|fact| frame(commit, fact, 40, AT))
    });
    told.map(|event| serde_json::to_value(event).expect("a frame is JSON")).collect()
}

fn erased() -> Vec<Commit> {
    let record =
        record::seal(samples::WORKSPACE, 7, 1, Hash::default(), AT, &samples::commits(), &mut || [0; 16]);
    let subjects = BTreeSet::from([SubjectId(samples::SUBJECT.0)]);
    let opened = record::open(&record.without(&subjects).expect("there are payloads")).expect("it opens");
    opened.into_iter().map(|opened| opened.commit).collect()
}

fn named<'a>(frames: &'a [Value], name: &str) -> &'a Value {
    frames.iter().find(|frame| frame["name"] == name).expect("a frame of this name")
}

#[test]
fn every_event_has_its_name() {
    let (mut facts, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for event in samples::events() {
        match told(&event, 40, Actor::System) {
            Told::Fact(fact) => {
                assert_ne!(audience(&event), Audience::None, "{event:?}");
                facts.insert(fact.name());
            }
            Told::Kept(name) => {
                kept.insert(name);
            }
        }
    }
    let of_moves = ["conversation.entered", "conversation.left"];
    let expected = Fact::NAMES.iter().copied().filter(|name| !of_moves.contains(name)).collect();
    assert_eq!(facts, expected);
    assert_eq!(kept, BTreeSet::from(KEPT));
}

#[test]
fn every_frame_is_read_by_a_client() {
    for commit in samples::commits() {
        let Some(fact) = fact(&commit.events[0], 40, commit.actor) else { continue };
        let frame = frame(&commit, fact, 40, AT);
        for codec in Codec::ALL {
            let read = Down::read(codec, &codec.write(&frame)).expect("a client reads it");
            assert_eq!(read, Down::Event(Box::new(frame.clone())));
        }
    }
}

#[test]
fn a_frame_says_what_happened() {
    let mut commits = samples::commits();
    for commit in &mut commits {
        (commit.key, commit.actor) = (Key::Client(AGENT, samples::COMMAND), Actor::Agent(AGENT));
    }
    let frames = frames(&commits);
    let frame = named(&frames, "message.queued");
    assert_eq!(frame["command_id"], json!(samples::COMMAND));
    assert_eq!(frame["actor"], json!({"kind": "agent", "agent_id": AGENT}));
    assert_eq!(frame["at"], "2026-11-03T09:15:02.123Z");
    assert_eq!(
        frame["data"]["message"],
        json!({
            "message_id": MESSAGE, "direction": "outbound", "text": "canary-out", "author": AGENT,
            "seen_seq": 38, "delivery": "queued", "attempt": 1,
        })
    );
    assert_eq!(frame["data"]["conversation"]["waiting_seq"], 40);
}

#[test]
fn a_contact_has_the_version_of_its_event() {
    let frames = frames(&samples::commits());
    assert_eq!(named(&frames, "contact.saved")["data"]["contact"]["seq"], 40);
    assert_eq!(named(&frames, "contact.saved")["data"]["contact"]["card"]["name"], "canary-saved");
    assert_eq!(named(&frames, "contact.merged")["data"]["survivor"]["card"]["name"], "canary-merged");
    assert_eq!(named(&frames, "job.started")["data"]["job"]["total"], 250);
}

#[test]
fn what_was_erased_is_nothing() {
    let frames = frames(&erased());
    assert!(frames.iter().all(|frame| !frame.to_string().contains(CANARY)));
    assert_eq!(named(&frames, "message.received")["data"]["message"]["text"], Value::Null);
    assert_eq!(named(&frames, "conversation.started")["data"]["address"], Value::Null);
    assert_eq!(named(&frames, "contact.saved")["data"]["contact"]["card"], Value::Null);
}

#[test]
fn a_line_of_the_log_is_one_commit() {
    let mut commit = samples::commits().remove(0);
    commit.events = samples::events();
    let events = commit.events.len();
    let text = line(&Opened { commit, first_seq: 40 }, AT);
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 1);
    let line: Value = serde_json::from_slice(&text).expect("a line is JSON");
    assert_eq!(line["seq"], 40 + events as u64 - 1);
    assert_eq!(line["command_id"], json!(samples::COMMAND));
    let listed = line["events"].as_array().expect("a list");
    assert_eq!(listed.len(), events);
    for (event, seq) in listed.iter().zip(40_u64..) {
        assert_eq!(event["seq"], seq);
        let kept = KEPT.iter().any(|name| event["name"] == *name);
        assert_eq!(event.get("data").is_none(), kept, "{event}");
    }
}
