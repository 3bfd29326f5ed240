//! The adapter of the Rust client for the conformance runner: a request a line on the standard input, an answer a
//! line on the standard output. It only says what the client says.

use std::io::{BufRead, Write};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

mod clients;
mod connect;
mod frames;
mod picture;
mod requests;
mod texts;

use clients::Clients;

/// Lines that wait to be taken or written.
const LINES_MAX: usize = 1_024;

/// A request with its own text, since the order of a document's keys counts.
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) parts: Map<String, Value>,
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct Head {
    id: u64,
    #[serde(rename = "do")]
    name: String,
}

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) details: Value,
}

impl Wrong {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), details: Value::Null }
    }
}

#[tokio::main]
async fn main() {
    let (sender, mut lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let (answers, mut written) = mpsc::channel::<String>(LINES_MAX);
    std::thread::spawn(move || {
        while let Some(answer) = written.blocking_recv() {
            let mut out = std::io::stdout().lock();
            if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
                return;
            }
        }
    });
    let clients = Arc::new(Clients::default());
    while let Some(line) = lines.recv().await {
        let (clients, answers) = (Arc::clone(&clients), answers.clone());
        let Some((id, request)) = read(line) else { continue };
        // What changes a client's place in the order of things is begun before the next line is looked at.
        let begun = requests::begin(&clients, request).await;
        tokio::spawn(async move {
            let answer = match requests::finish(&clients, begun).await {
                Ok(ok) => json!({ "id": id, "ok": ok }),
                Err(Wrong { code, message, details }) => {
                    json!({ "id": id, "error": { "code": code, "message": message, "details": details } })
                }
            };
            answers.send(answer.to_string()).await.ok();
        });
    }
}

fn read(line: String) -> Option<(u64, Request)> {
    let head: Head = serde_json::from_str(&line).ok()?;
    let parts: Map<String, Value> = serde_json::from_str(&line).ok()?;
    Some((head.id, Request { name: head.name, parts, text: line }))
}
