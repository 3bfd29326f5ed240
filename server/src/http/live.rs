//! The upgrade to a WebSocket: who may try, which subprotocol, then the raw socket goes to `socket`.

use std::sync::{Arc, Mutex};

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use parloir_protocol::close::Close;
use parloir_protocol::codec::Codec;
use parloir_protocol::error::Code;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use super::Edge;
use super::cookie;
use super::origin::{self, Origin};
use super::problem::Problem;
use crate::locks::locked;
use crate::node::Node;
use crate::socket::{Connection, config};

/// Who is let in to stay, until the answer that says so is out: then the same socket is his.
#[derive(Clone, Default)]
pub struct Doorstep(Arc<Mutex<Option<Entrance>>>);

/// What a connection begins with.
pub struct Entrance {
    edge: Arc<Edge>,
    /// None for who speaks none of our versions.
    codec: Option<Codec>,
    cookie: Option<String>,
    place: OwnedSemaphorePermit,
}

/// `GET /v1/live`.
pub(super) async fn live(
    State(edge): State<Arc<Edge>>,
    Extension(doorstep): Extension<Doorstep>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let headers = request.headers();
    if request.uri().query().is_some_and(|query| query.contains("token=")) {
        return Err(Problem::new(Code::InvalidParams, "a token never stands in a URL: send it in `hello`"));
    }
    let accept = accept_value(key_of(request.version(), headers)?);
    origin::check(&edge.node, headers)?;
    let cookie = signed_in(&edge, headers);
    let codec = codec_of(headers);
    let place = Arc::clone(&edge.places).try_acquire_owned();
    let place = place.map_err(|_| Problem::new(Code::Busy, "all places for connections are taken"))?;
    doorstep.put(Entrance { edge, codec, cookie, place });
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONNECTION, header::HeaderValue::from_static("upgrade"));
    answer.insert(header::UPGRADE, header::HeaderValue::from_static("websocket"));
    answer.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    if let Some(codec) = codec {
        let protocol = header::HeaderValue::from_static(codec.subprotocol());
        answer.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    Ok(response)
}

impl Doorstep {
    fn put(&self, entrance: Entrance) {
        *locked(&self.0) = Some(entrance);
    }

    /// Whoever was let in, once.
    pub fn take(&self) -> Option<Entrance> {
        locked(&self.0).take()
    }
}

impl Entrance {
    /// Serves what comes on `stream`, of which `early` was read already.
    pub async fn open(self, stream: TcpStream, early: Vec<u8>) {
        let Self { edge, codec, cookie, place } = self;
        let (node, stopping) = (Arc::clone(&edge.node), edge.stopping.clone());
        let Some(codec) = codec else { return turn_away(&node, stream, early).await };
        let connection = Connection::open(node, codec, cookie, (stream, early), stopping).await;
        // A task of its own: that of the handshake has room for more than a connection needs.
        tokio::spawn(async move {
            connection.run().await;
            drop(place);
        });
    }
}

/// Who speaks none of our versions learns it from the close frame, if it still reads.
async fn turn_away(node: &Node, stream: TcpStream, early: Vec<u8>) {
    let config = Some(config(node.limits.wire.frame_bytes_max));
    let mut socket = WebSocketStream::from_partially_read(stream, early, Role::Server, config).await;
    let close = Close::UnsupportedVersion;
    let frame = CloseFrame { code: close.code().into(), reason: close.name().into() };
    let _gone = futures_util::SinkExt::send(&mut socket, Message::Close(Some(frame))).await;
}

/// The secret of a signed-in browser; it counts for pages of this host alone.
fn signed_in(edge: &Edge, headers: &HeaderMap) -> Option<String> {
    let secret = cookie::secret(headers).filter(|_| origin::of(&edge.node, headers) == Origin::Own);
    secret.map(str::to_owned)
}

/// The client's key, when this is a WebSocket handshake of the version that there is.
fn key_of(version: Version, headers: &HeaderMap) -> Result<&str, Problem> {
    let has = |name: header::HeaderName, word: &str| {
        let values = headers.get_all(name);
        let words = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        words.into_iter().any(|found| found.trim().eq_ignore_ascii_case(word))
    };
    let is_upgrade = version >= Version::HTTP_11
        && has(header::CONNECTION, "upgrade")
        && has(header::UPGRADE, "websocket");
    let is_version = has(header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY).and_then(|key| key.to_str().ok());
    match key {
        Some(key) if is_upgrade && is_version => Ok(key),
        Some(_) | None => {
            Err(Problem::new(Code::BadFrame, "this path takes WebSocket handshakes of version 13"))
        }
    }
}

fn codec_of(headers: &HeaderMap) -> Option<Codec> {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let names = offered.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    names.into_iter().find_map(|name| Codec::of_subprotocol(name.trim()))
}

fn accept_value(key: &str) -> header::HeaderValue {
    header::HeaderValue::from_str(&derive_accept_key(key.as_bytes())).expect("base64 is a header value")
}
