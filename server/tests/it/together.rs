//! Commands that come in one piece of a stream: they are read, decided and answered together, and each as if it had
//! come alone.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::Message;

use super::desk::{Desk, number};
use super::http::fresh_id;
use super::socket::{Heard, Socket, code};

/// As many as may wait for an answer.
const TOGETHER: usize = 64;

fn note(id: &str, conversation: &str, n: usize) -> Value {
    let params = json!({ "conversation_id": conversation, "text": format!("note {n}") });
    json!({ "type": "command", "command_id": id, "name": "note.add", "params": params })
}

fn message(frame: &Value) -> Message {
    Message::text(frame.to_string())
}

/// Every frame up to the answer of the last command.
async fn heard_until(socket: &mut Socket, last: &str) -> Vec<Value> {
    let mut frames = Vec::new();
    loop {
        let frame = socket.frame().await;
        let is_last = frame["command_id"] == last && frame["type"] == "reply";
        frames.push(frame);
        if is_last {
            return frames;
        }
    }
}

#[tokio::test]
async fn commands_that_come_together_are_answered_each_behind_its_event() {
    let (_house, _server, desk) = Desk::open().await;
    let conversation = desk.start(&number(1)).await;
    let mut socket = desk.enter(&desk.admin).await;
    let ids: Vec<String> = (0..TOGETHER).map(|_| fresh_id()).collect();
    let mut frames: Vec<_> =
        ids.iter().enumerate().map(|(n, id)| message(&note(id, &conversation, n))).collect();
    frames.insert(TOGETHER / 2, message(&json!({ "type": "dance" })));
    socket.send_together(frames).await;
    let heard = heard_until(&mut socket, &ids[TOGETHER - 1]).await;
    let (mut told, mut answered, mut refused) = (0, Vec::new(), Vec::new());
    for frame in &heard {
        match frame["type"].as_str() {
            Some("event") => told = frame["seq"].as_u64().expect("a seq"),
            Some("reply") if frame["error"].is_null() => {
                assert!(frame["ok"]["seq"].as_u64() <= Some(told), "{frame} is answered after {told}");
                answered.push(frame["command_id"].as_str().expect("an id").to_owned());
            }
            Some("reply") => refused.push(code(frame)),
            _ => {}
        }
    }
    assert_eq!((answered, refused), (ids, vec!["unknown_type"]));
}

#[tokio::test]
async fn what_comes_with_a_goodbye_does_not_keep_the_connection() {
    let (_house, _server, desk) = Desk::open().await;
    let conversation = desk.start(&number(1)).await;
    let mut socket = desk.enter(&desk.admin).await;
    let frames = [
        &note(&fresh_id(), &conversation, 1),
        &json!({ "type": "hello", "token": "x", "client": "attack/1" }),
    ];
    let late = note(&fresh_id(), &conversation, 2);
    socket.send_together(frames.into_iter().chain([&late]).map(message).collect()).await;
    let closed = loop {
        match socket.hear().await {
            Heard::Frame(frame) => assert_ne!(frame["command_id"], late["command_id"], "{frame}"),
            Heard::Closed(code) => break code,
        }
    };
    assert_eq!(closed, 4500, "hello comes once");
}
