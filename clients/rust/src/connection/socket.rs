//! One WebSocket with bounded buffers and a codec: frames as bytes, and why it ended. It knows nothing of
//! what the frames say.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use parloir_protocol::close::Close;
use parloir_protocol::codec::Codec;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::options::Door;
use crate::wire::Wire;

/// A page of 200 rows or lines with the longest texts is far below it.
const FRAME_BYTES_MAX: usize = 16 << 20;
const BUFFER_BYTES: usize = 4 << 10;
const WRITE_BUFFER_BYTES_MAX: usize = 1 << 20;

/// What the end of a connection without a close frame is called.
pub(crate) const ABNORMAL: u16 = 1006;
const NORMAL: u16 = 1000;
const NO_STATUS: u16 = 1005;

/// Why there is no connection (any more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loss {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Loss {
    pub(crate) fn abnormal(reason: impl Into<String>) -> Self {
        Self { code: ABNORMAL, reason: reason.into() }
    }

    pub(crate) fn of(close: Close, reason: impl Into<String>) -> Self {
        Self { code: close.code(), reason: reason.into() }
    }
}

#[derive(Debug)]
pub(crate) struct Socket {
    stream: WebSocketStream<Wire>,
    codec: Codec,
}

impl Socket {
    pub(crate) async fn open(door: &Door, codec: Codec) -> Result<Self, Loss> {
        let wire = Wire::open(door).await.map_err(|error| Loss::abnormal(error.to_string()))?;
        let mut request = door.live.as_str().into_client_request().map_err(refused)?;
        let subprotocol = HeaderValue::from_static(codec.subprotocol());
        request.headers_mut().insert("sec-websocket-protocol", subprotocol);
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        let (stream, _) = client_async_with_config(request, wire, Some(config)).await.map_err(refused)?;
        Ok(Self { stream, codec })
    }

    /// The next frame's bytes.
    pub(crate) async fn read(&mut self) -> Result<Bytes, Loss> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Binary(bytes))) => return Ok(bytes),
                Some(Ok(Message::Text(text))) => return Ok(text.into()),
                Some(Ok(Message::Close(frame))) => return Err(closed(frame)),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(Loss::abnormal(error.to_string())),
                None => return Err(Loss::abnormal("the connection was cut")),
            }
        }
    }

    pub(crate) async fn write(&mut self, frame: &[u8]) -> Result<(), Loss> {
        let message = match self.codec {
            Codec::Msgpack => Message::binary(frame.to_vec()),
            Codec::Json => Message::text(String::from_utf8_lossy(frame).into_owned()),
        };
        self.stream.feed(message).await.map_err(|error| Loss::abnormal(error.to_string()))
    }

    pub(crate) async fn flush(&mut self) -> Result<(), Loss> {
        self.stream.flush().await.map_err(|error| Loss::abnormal(error.to_string()))
    }

    pub(crate) async fn close(mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        // The connection ends either way.
        self.stream.close(Some(frame)).await.ok();
    }
}

fn closed(frame: Option<CloseFrame>) -> Loss {
    match frame.map(|frame| (u16::from(frame.code), frame.reason.to_string())) {
        Some((NORMAL | NO_STATUS, reason)) => Loss::abnormal(reason),
        Some((code, reason)) => Loss { code, reason },
        None => Loss::abnormal("the server closed the connection"),
    }
}

/// An HTTP answer instead of a WebSocket: what will not change by trying again is final.
fn refused(error: WsError) -> Loss {
    let WsError::Http(answer) = error else { return Loss::abnormal(error.to_string()) };
    let status = answer.status();
    let reason = format!("the server answered {status}");
    match status.as_u16() {
        401 => Loss::of(Close::Unauthenticated, reason),
        403 => Loss::of(Close::Forbidden, reason),
        408 | 425 | 429 => Loss::abnormal(reason),
        400..=499 => Loss::of(Close::UnsupportedVersion, reason),
        _ => Loss::abnormal(reason),
    }
}
