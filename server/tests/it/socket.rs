//! A WebSocket that speaks frames as JSON, with nothing of our client in it: it sends what it is told, also
//! what no client would, and tells what comes.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::{Bytes, Error};

use super::http::fresh_id;
use super::server::soon;

pub(crate) const JSON: &str = "parloir.v1.json";
pub(crate) const MSGPACK: &str = "parloir.v1.msgpack";

/// What comes on a connection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Frame(Value),
    /// The close frame's code; 1006 when there was none.
    Closed(u16),
}

/// One connection.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// `welcome`, once it came.
    pub(crate) welcome: Value,
    /// The newest cursor.
    pub(crate) cursor: Value,
}

/// A handshake with this subprotocol.
pub(crate) fn handshake(address: SocketAddr, subprotocol: Option<&str>) -> Request {
    let mut request = format!("ws://{address}/v1/live").into_client_request().expect("a request");
    if let Some(subprotocol) = subprotocol {
        let value = HeaderValue::from_str(subprotocol).expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", value);
    }
    request
}

impl Socket {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, handshake(address, Some(JSON))).await.expect("an upgrade")
    }

    pub(crate) async fn open_with(address: SocketAddr, request: Request) -> Result<Self, Error> {
        let tcp = TcpStream::connect(address).await.expect("the server is there");
        Self::over(tcp, request).await
    }

    pub(crate) async fn over(tcp: TcpStream, request: Request) -> Result<Self, Error> {
        tcp.set_nodelay(true).expect("a socket");
        let (stream, _) = soon(tokio_tungstenite::client_async(request, tcp)).await?;
        Ok(Self { stream, welcome: Value::Null, cursor: Value::Null })
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_raw(Message::text(frame.to_string())).await;
    }

    /// Anything; the server may have closed already.
    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.ok();
    }

    /// Several in one write.
    pub(crate) async fn send_together(&mut self, messages: Vec<Message>) {
        self.try_send_together(messages).await.expect("the connection stands");
    }

    /// The same where the server may have closed already.
    pub(crate) async fn try_send_together(&mut self, messages: Vec<Message>) -> Result<(), Error> {
        for message in messages {
            self.stream.feed(message).await?;
        }
        self.stream.flush().await
    }

    /// Bytes below WebSocket.
    pub(crate) fn wire(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            let value = match soon(self.stream.next()).await {
                Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("a frame is JSON"),
                Some(Ok(Message::Binary(bytes))) => rmp_serde::from_slice(&bytes).expect("a document"),
                Some(Ok(Message::Close(frame))) => {
                    return Heard::Closed(frame.map_or(1006, |f| f.code.into()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Err(_)) | None => return Heard::Closed(1006),
            };
            self.note(&value).await;
            return Heard::Frame(value);
        }
    }

    async fn note(&mut self, frame: &Value) {
        match frame["type"].as_str() {
            Some("welcome") => self.welcome = frame.clone(),
            Some("ping") => self.send(&json!({ "type": "pong" })).await,
            _ => {}
        }
        if frame["cursor"].is_string() {
            self.cursor = frame["cursor"].clone();
        }
    }

    /// The next frame; the connection must stand.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.hear().await {
            Heard::Frame(frame) => frame,
            Heard::Closed(code) => panic!("the connection ended with {code}"),
        }
    }

    /// The next frame of this type; others pass.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        soon(async {
            loop {
                let frame = self.frame().await;
                if frame["type"] == kind {
                    return frame;
                }
            }
        })
        .await
    }

    /// The close code, and every frame before it.
    pub(crate) async fn end(&mut self) -> (u16, Vec<Value>) {
        let mut frames = Vec::new();
        let ended = async {
            loop {
                match self.hear().await {
                    Heard::Frame(frame) => frames.push(frame),
                    Heard::Closed(code) => return code,
                }
            }
        };
        (soon(ended).await, frames)
    }

    /// The close code.
    pub(crate) async fn close_code(&mut self) -> u16 {
        self.end().await.0
    }

    pub(crate) async fn hello(&mut self, token: &str, cursor: Option<&Value>) {
        let mut hello = json!({ "type": "hello", "token": token, "client": "attack/1" });
        if let Some(cursor) = cursor {
            hello["resume"] = json!({ "cursor": cursor });
        }
        self.send(&hello).await;
    }

    /// Comes in and takes the snapshot: its parts.
    pub(crate) async fn enter(&mut self, token: &str) -> Vec<Value> {
        self.hello(token, None).await;
        assert_eq!(self.frame().await["type"], "welcome");
        self.snapshot().await
    }

    /// The parts of the snapshot that comes now.
    pub(crate) async fn snapshot(&mut self) -> Vec<Value> {
        let mut parts = Vec::new();
        loop {
            let part = self.frame().await;
            assert_eq!(part["type"], "snapshot", "{part}");
            let last = part["last"] == true;
            parts.push(part);
            if last {
                return parts;
            }
        }
    }

    /// Frames up to the event of this seq or a checkpoint at or behind it.
    pub(crate) async fn until(&mut self, seq: u64) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = self.frame().await;
            let is_there = matches!(frame["type"].as_str(), Some("event" | "checkpoint"))
                && frame["seq"].as_u64() >= Some(seq);
            frames.push(frame);
            if is_there {
                return frames;
            }
        }
    }

    /// Sends a command; its id.
    pub(crate) async fn ask(&mut self, name: &str, params: Value) -> String {
        let id = fresh_id();
        self.ask_as(&id, name, params, None).await;
        id
    }

    pub(crate) async fn ask_as(&mut self, id: &str, name: &str, params: Value, expected: Option<Value>) {
        let mut frame = json!({ "type": "command", "command_id": id, "name": name, "params": params });
        if let Some(expected) = expected {
            frame["expected"] = expected;
        }
        self.send(&frame).await;
    }

    /// The answer to a command; other frames pass.
    pub(crate) async fn answer(&mut self, id: &str) -> Value {
        loop {
            let reply = self.next("reply").await;
            if reply["command_id"] == id {
                return reply;
            }
        }
    }

    pub(crate) async fn command(&mut self, name: &str, params: Value) -> Value {
        let id = self.ask(name, params).await;
        self.answer(&id).await
    }

    /// The answer to a query.
    pub(crate) async fn query(&mut self, name: &str, params: Value) -> Value {
        self.send(&json!({ "type": "query", "id": 7, "name": name, "params": params })).await;
        loop {
            let reply = self.next("reply").await;
            if reply["id"] == 7 {
                return reply;
            }
        }
    }
}

/// The seqs of the notes among frames.
pub(crate) fn notes(frames: &[Value]) -> Vec<u64> {
    let notes = frames.iter().filter(|frame| frame["name"] == "note.added");
    notes.map(|note| note["seq"].as_u64().expect("a seq")).collect()
}

/// The names of the events among frames.
pub(crate) fn names(frames: &[Value]) -> Vec<&str> {
    frames
        .iter()
        .filter(|frame| frame["type"] == "event")
        .filter_map(|event| event["name"].as_str())
        .collect()
}

/// The code of a reply that refuses.
#[track_caller]
pub(crate) fn code(reply: &Value) -> &str {
    reply["error"]["code"].as_str().unwrap_or_else(|| panic!("a refusal, not {reply}"))
}

/// A binary message.
pub(crate) fn binary(bytes: Vec<u8>) -> Message {
    Message::Binary(Bytes::from(bytes))
}
