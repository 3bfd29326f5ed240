//! A server for one test: it speaks frames and does only what the test tells it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::cursor::{Cursor, Epoch};
use parloir_client::protocol::down::{Down, Snapshot, Welcome};
use parloir_client::protocol::entity::*;
use parloir_client::protocol::event::{Event, Fact, group as groups};
use parloir_client::protocol::ids::WorkspaceId;
use parloir_client::protocol::limits::Limits;
use parloir_client::protocol::time::Time;
use parloir_client::protocol::up::{Hello, Up};
use parloir_client::{Backoff, Client, Options};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

use super::model::{agent, group};

/// So long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("it should have happened by now")
}

pub(crate) struct Desk {
    listener: TcpListener,
    pub(crate) codec: Codec,
    pub(crate) limits: Limits,
}

pub(crate) struct Peer {
    stream: WebSocketStream<TcpStream>,
    codec: Codec,
}

impl Desk {
    pub(crate) async fn open(codec: Codec) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self { listener, codec, limits: Limits::load() }
    }

    pub(crate) fn options(&self) -> Options {
        let address = self.listener.local_addr().expect("it listens");
        Options {
            codec: self.codec,
            backoff: Backoff::new(Duration::from_millis(1), Duration::from_millis(5)),
            ..Options::new(format!("http://{address}"), "secret")
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.options()).expect("a good address")
    }

    pub(crate) async fn accept(&self) -> (Peer, Hello) {
        let (tcp, _) = soon(self.listener.accept()).await.expect("a connection");
        let name = self.codec.subprotocol();
        #[allow(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
        let choose = |request: &Request, mut response: Response| {
            let wanted = request.headers().get("sec-websocket-protocol");
            assert_eq!(wanted.and_then(|wanted| wanted.to_str().ok()), Some(name));
            response.headers_mut().insert("sec-websocket-protocol", name.parse().expect("a header"));
            Ok(response)
        };
        let stream = soon(tokio_tungstenite::accept_hdr_async(tcp, choose)).await.expect("a handshake");
        let mut peer = Peer { stream, codec: self.codec };
        match peer.read().await {
            Some(Up::Hello(hello)) => (peer, hello),
            other => panic!("a hello was due, not {other:?}"),
        }
    }

    /// Accepts a client and gives it an empty snapshot at `seq`.
    pub(crate) async fn welcome(&self, seq: u64) -> (Peer, Hello) {
        let (mut peer, hello) = self.accept().await;
        peer.send(&self.welcome_frame(seq, false)).await;
        let part = Snapshot { last: true, seq, ..Snapshot::default() };
        peer.send(&Down::Snapshot(Box::new(part))).await;
        (peer, hello)
    }

    pub(crate) fn welcome_frame(&self, seq: u64, resumed: bool) -> Down {
        let me = Agent {
            agent_id: agent(1),
            name: "Ada".to_owned(),
            role: Role::Agent,
            groups: None,
            status: AgentStatus::Active,
            availability: Availability::Online,
            seq: 0,
        };
        let workspace = Workspace {
            workspace_id: WorkspaceId::from_bytes([1; 16]),
            name: "Desk".to_owned(),
            country: "FR".to_owned(),
            unread_until: "opened".to_owned(),
            default_group: group(0),
            hold_ms: 0,
            link_days: 7,
            seq: 0,
        };
        Down::Welcome(Box::new(Welcome {
            workspace,
            agent: me,
            epoch: Epoch(1),
            cursor: cursor(seq),
            seq,
            resumed,
            signals_kept: false,
            limits: self.limits.clone(),
            server: "desk".to_owned(),
        }))
    }
}

impl Peer {
    pub(crate) async fn send(&mut self, frame: &Down) {
        self.send_bytes(frame.write(self.codec)).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: Vec<u8>) {
        let message = match self.codec {
            Codec::Msgpack => Message::binary(bytes),
            Codec::Json => Message::text(String::from_utf8(bytes).expect("JSON is text")),
        };
        soon(self.stream.send(message)).await.expect("the client is there");
    }

    /// The next frame; nothing when the client is gone.
    pub(crate) async fn read(&mut self) -> Option<Up> {
        match soon(self.stream.next()).await {
            Some(Ok(message @ (Message::Binary(_) | Message::Text(_)))) => {
                Some(Up::read(self.codec, &message.into_data()).expect("a frame"))
            }
            _ => None,
        }
    }

    pub(crate) async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "the test says so".into() };
        soon(self.stream.close(Some(frame))).await.expect("the client is there");
        while self.read().await.is_some() {}
    }
}

pub(crate) fn cursor(seq: u64) -> Cursor {
    Cursor { epoch: Epoch(1), seq, hash_prefix: [0; 8], agent: agent(1), signals: None }
}

/// An event that shows in the directory.
pub(crate) fn event(seq: u64) -> Down {
    let created =
        Group { group_id: group(seq as u8), name: format!("group {seq}"), status: GroupStatus::Active, seq };
    let fact = Fact::GroupCreated(groups::Created { group: created });
    Down::Event(Box::new(Event { seq, at: Time(0), actor: Actor::System, command_id: None, fact }))
}
