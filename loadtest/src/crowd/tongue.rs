//! What each server wants to hear before it delivers, and how a message is handed to it. Data only: nothing here
//! opens a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parloir_client::protocol::command::{Command, CommandFrame};
use parloir_client::protocol::cursor::Cursor;
use parloir_client::protocol::down::Down;
use parloir_client::protocol::ids::CommandId;
use parloir_client::protocol::up::{Hello, Resume, Up};
use uuid::Uuid;

use crate::fill;
use crate::house::Desk;
use crate::raw::{self, CODEC};
use crate::socket::{Door, Kind};

/// One step of a conversation at the door.
#[derive(Debug)]
pub(crate) enum Step {
    Say(Kind, Vec<u8>),
    /// Read on until a message holds this.
    Hear(Vec<u8>),
}

/// What a connection learnt at the door.
#[derive(Debug, Default, Clone)]
pub(crate) struct Joined {
    pub(crate) cursor: Option<Cursor>,
    pub(crate) is_resumed: bool,
    /// What came right behind the last thing that was waited for.
    pub(crate) rest: Vec<u8>,
}

/// How a server is spoken to.
#[derive(Debug, Clone)]
pub(crate) enum Tongue {
    /// A socket at one path listens, a socket at another one publishes.
    Plain,
    Nats,
    Mqtt,
    SocketIo,
    Centrifugo,
    Ours(Ours),
}

/// Our own server: agents listen, the first admin writes notes.
#[derive(Debug, Clone)]
pub(crate) struct Ours {
    pub(crate) desk: Arc<Desk>,
    pub(crate) turn: Arc<AtomicUsize>,
}

impl Tongue {
    pub(crate) fn ours(desk: Arc<Desk>) -> Self {
        Self::Ours(Ours { desk, turn: Arc::new(AtomicUsize::new(0)) })
    }

    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Ours(_))
    }

    pub(crate) fn listening(&self) -> Door {
        match self {
            Self::Plain => Door { path: "/sub", subprotocol: None },
            Self::Nats => Door { path: "/", subprotocol: None },
            Self::Mqtt => Door { path: "/mqtt", subprotocol: Some("mqtt") },
            Self::SocketIo => Door { path: "/socket.io/?EIO=4&transport=websocket", subprotocol: None },
            Self::Centrifugo => Door { path: "/connection/websocket", subprotocol: None },
            Self::Ours(_) => Door { path: "/v1/live", subprotocol: Some(CODEC.subprotocol()) },
        }
    }

    pub(crate) fn publishing(&self) -> Door {
        match self {
            Self::Plain => Door { path: "/pub", subprotocol: None },
            Self::Nats | Self::Mqtt | Self::SocketIo | Self::Centrifugo | Self::Ours(_) => self.listening(),
        }
    }

    /// What the `n`th listener says and hears.
    pub(crate) fn join(&self, n: usize, before: Option<&Joined>) -> Vec<Step> {
        let text = |words: &str| Step::Say(Kind::Text, words.as_bytes().to_vec());
        let hear = |words: &str| Step::Hear(words.as_bytes().to_vec());
        match self {
            Self::Plain => Vec::new(),
            Self::Nats => vec![
                hear("INFO"),
                Step::Say(Kind::Binary, [NATS_CONNECT, b"SUB e 1\r\nPING\r\n"].concat()),
                hear("PONG"),
            ],
            Self::Mqtt => vec![
                Step::Say(Kind::Binary, mqtt_connect(&format!("l{n}"))),
                Step::Hear(MQTT_CONNACK.to_vec()),
                Step::Say(Kind::Binary, MQTT_SUBSCRIBE.to_vec()),
                Step::Hear(MQTT_SUBACK.to_vec()),
            ],
            Self::SocketIo => vec![hear("0{"), text("40"), hear("40{")],
            Self::Centrifugo => vec![
                text(r#"{"id":1,"connect":{}}"#),
                hear("\"id\":1"),
                text(r#"{"id":2,"subscribe":{"channel":"e"}}"#),
                hear("\"id\":2"),
            ],
            Self::Ours(ours) => ours.join(n, before.and_then(|joined| joined.cursor)),
        }
    }

    /// What a publisher says and hears.
    pub(crate) fn greet(&self) -> Vec<Step> {
        match self {
            Self::Plain => Vec::new(),
            Self::Nats => vec![
                Step::Hear(b"INFO".to_vec()),
                Step::Say(Kind::Binary, [NATS_CONNECT, b"PING\r\n"].concat()),
                Step::Hear(b"PONG".to_vec()),
            ],
            Self::Mqtt => {
                vec![Step::Say(Kind::Binary, mqtt_connect("p")), Step::Hear(MQTT_CONNACK.to_vec())]
            }
            Self::Centrifugo => {
                let connect = br#"{"id":1,"connect":{}}"#.to_vec();
                vec![Step::Say(Kind::Text, connect), Step::Hear(b"\"id\":1".to_vec())]
            }
            Self::SocketIo => self.join(0, None),
            Self::Ours(ours) => vec![hello(&ours.desk.admin, None), Step::Hear(SNAPSHOT_END.to_vec())],
        }
    }

    /// A text as it is handed to the server.
    pub(crate) fn say(&self, text: &str) -> (Kind, Vec<u8>) {
        match self {
            Self::Plain => (Kind::Text, text.as_bytes().to_vec()),
            Self::Nats => (Kind::Binary, format!("PUB e {}\r\n{text}\r\n", text.len()).into_bytes()),
            Self::Mqtt => (Kind::Binary, mqtt_publish(text.as_bytes())),
            Self::SocketIo => (Kind::Text, format!("42[\"e\",\"{text}\"]").into_bytes()),
            Self::Centrifugo => {
                let publish = format!(r#"{{"id":3,"publish":{{"channel":"e","data":"{text}"}}}}"#);
                (Kind::Text, publish.into_bytes())
            }
            Self::Ours(ours) => (Kind::Binary, ours.note(text)),
        }
    }

    /// Takes from a message what a later visit needs.
    pub(crate) fn learn(&self, message: &[u8], joined: &mut Joined) {
        let tells = [b"welcome".as_slice(), b"checkpoint"].iter().any(|kind| raw::is(message, kind));
        if !self.is_ours() || !tells {
            return;
        }
        match Down::read(CODEC, message) {
            Ok(Down::Welcome(welcome)) => {
                (joined.cursor, joined.is_resumed) = (Some(welcome.cursor), welcome.resumed);
            }
            Ok(Down::Checkpoint(checkpoint)) => joined.cursor = Some(checkpoint.cursor),
            Ok(_) | Err(_) => {}
        }
    }
}

/// `"last": true` of a snapshot's last part.
const SNAPSHOT_END: &[u8] = b"\xa4last\xc3";

impl Ours {
    fn join(&self, n: usize, cursor: Option<Cursor>) -> Vec<Step> {
        let token = &self.desk.agents[n % self.desk.agents.len()];
        let needle = if cursor.is_some() { b"welcome".as_slice() } else { SNAPSHOT_END };
        vec![hello(token, cursor), Step::Hear(needle.to_vec())]
    }

    fn note(&self, text: &str) -> Vec<u8> {
        let conversations = &self.desk.conversations;
        let conversation = conversations[self.turn.fetch_add(1, Ordering::Relaxed) % conversations.len()];
        command(CommandId(Uuid::now_v7()), fill::note(conversation, text.to_owned()))
    }
}

/// A command's frame.
pub(crate) fn command(command_id: CommandId, command: Command) -> Vec<u8> {
    Up::Command(CommandFrame { command_id, expected: None, command }).write(CODEC)
}

pub(crate) fn hello(token: &str, cursor: Option<Cursor>) -> Step {
    let hello = Hello {
        token: Some(token.to_owned()),
        client: "parloir-loadtest".to_owned(),
        resume: cursor.map(|cursor| Resume { cursor }),
        view: None,
    };
    Step::Say(Kind::Binary, Up::Hello(hello).write(CODEC))
}

const NATS_CONNECT: &[u8] = b"CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n";
const MQTT_CONNACK: &[u8] = &[0x20, 2, 0, 0];
/// To the topic `e`, without acknowledgements.
const MQTT_SUBSCRIBE: &[u8] = &[0x82, 6, 0, 1, 0, 1, b'e', 0];
const MQTT_SUBACK: &[u8] = &[0x90, 3, 0, 1, 0];

/// Version 3.1.1, a clean session, never a heartbeat.
fn mqtt_connect(client: &str) -> Vec<u8> {
    let mut rest = b"\0\x04MQTT\x04\x02\0\0".to_vec();
    rest.extend_from_slice(&(client.len() as u16).to_be_bytes());
    rest.extend_from_slice(client.as_bytes());
    mqtt_packet(0x10, &rest)
}

fn mqtt_publish(payload: &[u8]) -> Vec<u8> {
    mqtt_packet(0x30, &[b"\0\x01e", payload].concat())
}

fn mqtt_packet(kind: u8, rest: &[u8]) -> Vec<u8> {
    let (mut packet, mut length) = (vec![kind], rest.len());
    while length >= 0x80 {
        packet.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    packet.push(length as u8);
    packet.extend_from_slice(rest);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_says_its_length_in_sevens_of_bits() {
        assert_eq!(mqtt_publish(b"hi"), [&[0x30, 5, 0, 1][..], b"ehi"].concat());
        assert_eq!(mqtt_publish(&[b'x'; 220])[..3], [0x30, 0xdf, 1]);
        assert_eq!(mqtt_connect("l7").len(), 16);
    }
}
