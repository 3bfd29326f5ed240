//! Joins a workspace with another program over lines of JSON: each message that comes in is a line on the standard
//! output, `{"seq", "conversation_id", "text"}`; each line on the standard input, `{"conversation_id", "text"}`, is
//! sent once, also when this program is killed meanwhile. What cannot be sent is a line with `error`.
//! `cargo run -p parloir-client --example bridge -- http://127.0.0.1:8080 plr_… bridge.outbox`

use std::io::{BufRead, Write};
use std::sync::Arc;

use parloir_client::protocol::command::{Command, message};
use parloir_client::protocol::down::Down;
use parloir_client::protocol::event::Fact;
use parloir_client::protocol::ids::ConversationId;
use parloir_client::{Client, Events, FileOutbox, Options, Told};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Lines that were read and are not given yet.
const LINES_MAX: usize = 64;

#[derive(Deserialize)]
struct Line {
    conversation_id: ConversationId,
    text: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let token = args.next().unwrap_or_default();
    let outbox = args.next().unwrap_or_else(|| "bridge.outbox".to_owned());
    let options = Options { outbox: Some(Arc::new(FileOutbox::open(outbox)?)), ..Options::new(url, token) };
    let client = Client::connect(options)?;
    tokio::spawn(inwards(client.events().await));
    client.live().await?;
    let (sender, mut lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        if let Err(why) = send(&client, &line).await {
            say(&json!({ "error": why, "line": line }));
        }
    }
    client.leave().await;
    Ok(())
}

async fn inwards(mut events: Events) {
    while let Some(told) = events.next().await {
        if let Told::Gap(gap) = told {
            say(&json!({ "error": "gap", "after": gap.after, "seq": gap.seq }));
        } else if let Some(Down::Event(event)) = told.frame()
            && let Fact::MessageReceived(fact) = &event.fact
        {
            let (id, text) = (fact.conversation.conversation_id, &fact.message.text);
            say(&json!({ "seq": event.seq, "conversation_id": id, "text": text }));
        }
    }
}

async fn send(client: &Client, line: &str) -> Result<(), String> {
    let Line { conversation_id, text } = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let send = Command::MessageSend(message::Send::text(conversation_id, text));
    client.command(send).await.map(drop).map_err(|error| error.to_string())
}

fn say(line: &Value) {
    // Without a reader there is nothing to say.
    writeln!(std::io::stdout(), "{line}").ok();
}
