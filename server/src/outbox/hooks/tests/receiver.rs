//! A receiver over real sockets that answers as it is told: well, badly, late, half, or not at all. It checks
//! nothing; it notes what it heard and in which order.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::stage::PATIENCE;

/// How one request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Status(u16),
    /// With this head line beside it.
    With(u16, &'static str),
    /// Takes it and says so late.
    Late(Duration),
    /// Says nothing.
    Hang,
    /// Closes without a word.
    Close,
    /// Begins to say 200 and closes.
    Half,
    /// Says 200 and goes on for ever.
    Endless,
}

impl Answer {
    /// Whether the event counts as taken.
    pub(super) fn takes(&self) -> bool {
        matches!(self, Self::Status(200..=299) | Self::Late(_) | Self::Endless)
    }
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) raw: Vec<u8>,
    pub(super) body: Value,
    pub(super) answer: Answer,
}

impl Heard {
    pub(super) fn seq(&self) -> u64 {
        self.body["seq"].as_u64().expect("a seq")
    }

    pub(super) fn name(&self) -> &str {
        self.body["name"].as_str().expect("a name")
    }

    pub(super) fn conversation(&self) -> Option<String> {
        let data = &self.body["data"];
        let of = |place: &Value| place["conversation_id"].as_str().map(str::to_owned);
        of(&data["conversation"]).or_else(|| of(data))
    }
}

/// What is answered to an event, told by it and by how often it came before.
type Script = dyn Fn(&Value, usize) -> Answer + Send + Sync;

#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    count: watch::Sender<usize>,
    script: Arc<Mutex<Arc<Script>>>,
}

impl Receiver {
    pub(super) async fn open(script: impl Fn(&Value, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let script: Arc<Script> = Arc::new(script);
        let (heard, count) = (Arc::default(), watch::Sender::new(0));
        let receiver = Self { url, heard, count, script: Arc::new(Mutex::new(script)) };
        let listening = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = listening.clone();
                tokio::spawn(async move {
                    // Whoever calls may go away at any moment.
                    let _gone = receiver.serve(stream).await.is_none();
                });
            }
        });
        receiver
    }

    /// Answers otherwise from now on.
    pub(super) fn answer(&self, script: impl Fn(&Value, usize) -> Answer + Send + Sync + 'static) {
        *self.script.lock().expect("no panic") = Arc::new(script);
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no panic").clone()
    }

    /// The seqs of what was taken, in order.
    pub(super) fn taken(&self) -> Vec<u64> {
        self.heard().iter().filter(|heard| heard.answer.takes()).map(Heard::seq).collect()
    }

    /// Waits until what was heard is so.
    pub(super) async fn until(&self, holds: impl Fn(&[Heard]) -> bool) {
        let mut count = self.count.subscribe();
        let wait = async {
            while !holds(&self.heard()) {
                count.changed().await.expect("it lives");
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| {
            let heard: Vec<_> =
                self.heard().iter().map(|heard| (heard.seq(), heard.answer.clone())).collect();
            panic!("it never heard that, but {heard:?}")
        });
    }

    async fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut bytes = Vec::new();
        loop {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&piece[..read]);
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length: usize = field(&head, "content-length").parse().expect("a length");
            if bytes.len() < end + 4 + length {
                continue;
            }
            let raw = bytes[end + 4..end + 4 + length].to_vec();
            bytes.clear();
            let answer = self.note(&head, raw);
            respond(&mut stream, &answer).await?;
        }
    }

    fn note(&self, head: &str, raw: Vec<u8>) -> Answer {
        assert!(head.starts_with("POST /hook HTTP/1.1"), "{head}");
        assert_eq!(field(head, "content-type"), "application/json");
        assert!(field(head, "user-agent").starts_with("parloir/"), "{head}");
        let body: Value = serde_json::from_slice(&raw).expect("JSON");
        let id = field(head, "webhook-id");
        let script = Arc::clone(&self.script.lock().expect("no panic"));
        let mut heard = self.heard.lock().expect("no panic");
        let before = heard.iter().filter(|heard| heard.id == id).count();
        let answer = script(&body, before);
        heard.push(Heard {
            id,
            timestamp: field(head, "webhook-timestamp"),
            signature: field(head, "webhook-signature"),
            raw,
            body,
            answer: answer.clone(),
        });
        self.count.send_modify(|count| *count += 1);
        answer
    }
}

async fn respond(stream: &mut TcpStream, answer: &Answer) -> Option<()> {
    match answer {
        Answer::Status(status) => plain(stream, *status, "x-nothing: 0").await,
        Answer::With(status, line) => plain(stream, *status, line).await,
        Answer::Late(wait) => {
            tokio::time::sleep(*wait).await;
            plain(stream, 200, "x-nothing: 0").await
        }
        Answer::Hang => std::future::pending().await,
        Answer::Close => None,
        Answer::Half => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal").await.ok()?;
            None
        }
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(&[b'x'; 1024]).await.ok()?;
            }
        }
    }
}

async fn plain(stream: &mut TcpStream, status: u16, line: &str) -> Option<()> {
    let answer = format!("HTTP/1.1 {status} x\r\n{line}\r\ncontent-length: 2\r\n\r\nok");
    stream.write_all(answer.as_bytes()).await.ok()
}

fn field(head: &str, name: &str) -> String {
    let found = head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    });
    found.unwrap_or_else(|| panic!("there is no {name} in {head}"))
}
