//! Plays every transcript of `fixtures/transcripts`: commands in, events or refusals out, as data. A new rule
//! is a new file there; README.md beside them says how one is written.

mod asked;
mod compare;
mod content;
mod fields;
mod look;
mod names;
mod stage;
mod step;
mod webhook;

use std::collections::BTreeSet;

use parloir_desk::limits::Limits;
use serde_json::{Value, json};

use stage::Stage;

/// The numbered statements of the product that the rules decide.
const STATEMENTS: [&str; 26] = [
    "Q1", "Q2", "Q3", "C1", "C2", "S2", "S3", "S4", "K1", "K2", "K3", "K4", "G1", "R1", "R2", "R3", "W1",
    "D1", "D2", "S6", "T1", "T2", "A2", "A3", "words", "errors",
];

#[test]
fn every_transcript_holds() {
    let world = parloir_fixtures::json("world.json");
    let world = world.as_array().expect("the world is a list of steps");
    let transcripts = parloir_fixtures::transcripts();
    assert!(!transcripts.is_empty(), "there are no transcripts");
    let failures: Vec<_> = transcripts.iter().filter_map(|(name, text)| failure(world, name, text)).collect();
    assert!(
        failures.is_empty(),
        "{} of {} differ\n\n{}",
        failures.len(),
        transcripts.len(),
        failures.join("\n\n")
    );
}

#[test]
fn every_statement_that_the_rules_decide_has_a_transcript() {
    let mut proven = BTreeSet::new();
    for (name, transcript) in parloir_fixtures::transcripts() {
        let proves = proves(&transcript);
        let file = name.rsplit('/').next().unwrap_or(&name);
        let first = file.split('-').next().unwrap_or(file);
        assert!(proves.contains(first), "{name}: the name begins with a statement that 'proves' lists");
        proven.extend(proves);
    }
    let listed = STATEMENTS.iter().map(|statement| (*statement).to_owned()).collect();
    assert_eq!(proven, listed, "proven by transcripts (left) and decided by the rules (right)");
}

#[test]
fn a_transcript_that_does_not_hold_says_where() {
    let world = parloir_fixtures::json("world.json");
    let world = world.as_array().expect("the world is a list of steps");
    let start = json!({"by": "lea", "Start": {"channel_id": "shop", "to": "+33611111111"}});
    let wrong = |field: &str, value: Value| {
        let mut step = start.clone();
        step[field] = value;
        play(world, &json!({"when": [step]})).expect_err("the step does not hold")
    };
    for (field, value, told) in [
        ("then", json!([{"ConversationStarted": {"unread": true}}]), "unread: expected true, got false"),
        ("then", json!(["ConversationClosed"]), "then[0].ConversationClosed: there is no such field"),
        ("then", json!([]), "then: expected [], got [{"),
        ("refused", json!("OwnNumber"), "expected a refusal, got events"),
        ("repeated", json!(true), "expected the same answer again, got events"),
        ("answer", json!({"seq": 102}), "answer.seq: expected 102, got 101"),
        ("new", json!({"m1": "message_id"}), "the answer has no \"message_id\" to call 'm1'"),
        ("new", json!({"lea": "conversation_id"}), "the name 'lea' is already given"),
        ("thne", json!([]), "a step knows no 'thne'"),
        ("Start", json!({"channel_id": "shop", "too": "+33611111111"}), "to: invalid type: null"),
    ] {
        let said = wrong(field, value);
        assert!(said.starts_with("when 1: ") && said.contains(told), "'{said}' does not say '{told}'");
    }
}

fn failure(world: &[Value], name: &str, transcript: &Value) -> Option<String> {
    play(world, transcript).err().map(|told| format!("{name}, {told}"))
}

fn play(world: &[Value], transcript: &Value) -> Result<(), String> {
    let mut stage = Stage::new(world, limits(transcript)?)?;
    for part in ["given", "when"] {
        for (i, step) in steps(transcript, part).iter().enumerate() {
            stage.play(step).map_err(|told| format!("{part} {}: {step}\n  {told}", i + 1))?;
        }
    }
    stage.check_replay(&words(transcript, "forgotten"))
}

fn steps<'a>(transcript: &'a Value, part: &str) -> &'a [Value] {
    transcript.get(part).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn limits(transcript: &Value) -> Result<Limits, String> {
    match transcript.get("limits").and_then(Value::as_str) {
        None => Ok(Limits::DEFAULT),
        Some("tiny") => Ok(Limits::tiny()),
        Some(other) => Err(format!("there are no limits called '{other}'")),
    }
}

fn proves(transcript: &Value) -> BTreeSet<String> {
    words(transcript, "proves").into_iter().map(str::to_owned).collect()
}

fn words<'a>(transcript: &'a Value, field: &str) -> Vec<&'a str> {
    let words = transcript.get(field).and_then(Value::as_array).into_iter().flatten();
    words.filter_map(Value::as_str).collect()
}
