//! The server against the message centre of `smpp34`: a line of JSON for what it hears, and for what it is to say.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::parloir::{OURS, PHONE, Parloir};
use super::{PATIENCE, Running, free_port, until};

/// Lines that wait to be looked at.
const LINES_MAX: usize = 1_024;

/// The centre's process; it ends when it is dropped.
struct Centre {
    port: u16,
    hear: mpsc::Receiver<String>,
    say: ChildStdin,
    _running: Running,
}

impl Centre {
    async fn start() -> Self {
        let python = std::env::var("PARLOIR_SMPP34").expect("PARLOIR_SMPP34 names a Python that has smpp34");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smpp_peers/centre.py");
        let port = free_port();
        let mut child = Command::new(python)
            .args([script, &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the centre starts");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        let (lines, hear) = mpsc::channel(LINES_MAX);
        std::thread::spawn(move || {
            said.lines().map_while(Result::ok).try_for_each(|line| lines.blocking_send(line)).ok()
        });
        let say = child.stdin.take().expect("piped");
        let mut centre = Self { port, hear, say, _running: Running(child) };
        assert_eq!(centre.next().await["is"], "ready");
        centre
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.hear.recv()).await;
        let line = line.expect("it says something").expect("it lives");
        serde_json::from_str(&line).expect("a line is JSON")
    }

    /// What it says next of this kind.
    async fn heard(&mut self, kind: &str) -> Value {
        loop {
            let said = self.next().await;
            if said["is"] == kind {
                return said;
            }
        }
    }

    fn say(&mut self, what: &Value) {
        self.say.write_all(format!("{what}\n").as_bytes()).expect("it listens");
    }
}

fn octets(text: &str) -> String {
    text.encode_utf16().flat_map(u16::to_be_bytes).map(|byte| format!("{byte:02x}")).collect()
}

async fn until_delivery(parloir: &Parloir, message: &str, wanted: &str) {
    until(wanted, async || parloir.delivery(message).await.filter(|now| now == wanted)).await;
}

#[tokio::test]
async fn messages_leave_and_come_in_through_a_foreign_message_centre() {
    let mut centre = Centre::start().await;
    let parloir = Parloir::start(centre.port).await;
    assert_eq!(centre.heard("bound").await["system_id"], "desk");
    until("the account is up", async || (parloir.status().await == "up").then_some(())).await;

    let message = parloir.send("Bonjour à vous, c'est payé").await;
    let heard = centre.heard("submit").await;
    assert_eq!((&heard["to"], &heard["from"]), (&json!("33639980123"), &json!("33600000099")));
    assert_eq!((&heard["data_coding"], &heard["registered"]), (&json!(0), &json!(1)));
    assert_eq!((&heard["ton"], &heard["npi"]), (&json!(1), &json!(1)));
    until_delivery(&parloir, &message, "delivered").await;

    let wave = "\u{1f44b}".repeat(80);
    let message = parloir.send(&wave).await;
    // Parts leave together; each says which it is.
    let mut parts = BTreeMap::new();
    for _ in 0..3 {
        let part = centre.heard("submit").await;
        let hex = part["hex"].as_str().expect("octets").to_owned();
        assert_eq!(&hex[..6], "050003", "{part}");
        parts.insert(hex[8..12].to_owned(), hex[12..].to_owned());
    }
    assert_eq!(parts.keys().collect::<Vec<_>>(), ["0301", "0302", "0303"]);
    assert_eq!(parts.into_values().collect::<String>(), octets(&wave));
    until_delivery(&parloir, &message, "delivered").await;

    let said = json!({ "from": &PHONE[1..], "to": &OURS[1..], "hex": octets("Merci 👋"), "data_coding": 8 });
    centre.say(&said);
    assert_eq!(centre.heard("answered").await["status"], 0);
    assert_eq!(parloir.received().await, ["Merci 👋"], "it was safe before it was answered");
    let part = |number: u8, words: &str| {
        let hex = format!("050003070{}0{number}{}", 2, octets(words));
        json!({ "from": &PHONE[1..], "to": &OURS[1..], "hex": hex, "data_coding": 8, "esm_class": 0x40 })
    };
    for (number, words) in [(2, "à demain"), (1, "D'accord, ")] {
        centre.say(&part(number, words));
        assert_eq!(centre.heard("answered").await["status"], 0);
    }
    assert_eq!(parloir.received().await, ["Merci 👋", "D'accord, à demain"]);

    centre.say(&json!({ "refuse": 0x58 }));
    let message = parloir.send("Encore").await;
    centre.heard("submit").await;
    centre.say(&json!({ "refuse": 0 }));
    until_delivery(&parloir, &message, "delivered").await;
}
