//! A socket that only counts: it says hello, answers pings and looks at nothing else, so that what is measured
//! is the server.

use anyhow::Context;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::up::{Hello, Up};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::plan::Target;

pub(crate) const CODEC: Codec = Codec::Msgpack;
const BUFFER_BYTES: usize = 4 << 10;

pub(crate) struct Raw {
    stream: WebSocketStream<TcpStream>,
}

impl Raw {
    pub(crate) async fn open(target: &Target) -> anyhow::Result<Self> {
        let authority = target.url.split_once("://").map_or(target.url.as_str(), |(_, rest)| rest);
        let authority = authority.trim_end_matches('/');
        let tcp =
            TcpStream::connect(authority).await.with_context(|| format!("cannot connect to {authority}"))?;
        tcp.set_nodelay(true)?;
        let mut request = format!("ws://{authority}/v1/live").into_client_request()?;
        let subprotocol = HeaderValue::from_static(CODEC.subprotocol());
        request.headers_mut().insert("sec-websocket-protocol", subprotocol);
        let config =
            WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
        let (stream, _) = client_async_with_config(request, tcp, Some(config)).await?;
        let mut raw = Self { stream };
        let hello = Hello {
            token: Some(target.token.clone()),
            client: "parloir-loadtest".to_owned(),
            resume: None,
            view: None,
        };
        raw.stream.send(Message::binary(Up::Hello(hello).write(CODEC))).await?;
        raw.until(|frame| is(frame, b"snapshot") && contains(frame, b"\xa4last\xc3")).await?;
        Ok(raw)
    }

    /// Reads on until `wanted` says so; the number of events on the way.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&[u8]) -> bool) -> anyhow::Result<u64> {
        let mut events = 0;
        loop {
            let frame = self.next().await?;
            events += u64::from(is(&frame, b"event"));
            if wanted(&frame) {
                return Ok(events);
            }
        }
    }

    /// Hands one frame to the kernel.
    pub(crate) async fn send(&mut self, frame: Vec<u8>) -> anyhow::Result<()> {
        Ok(self.stream.send(Message::binary(frame)).await?)
    }

    /// Keeps one frame for the next [`Raw::flush`].
    pub(crate) async fn feed(&mut self, frame: Vec<u8>) -> anyhow::Result<()> {
        Ok(self.stream.feed(Message::binary(frame)).await?)
    }

    pub(crate) async fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.stream.flush().await?)
    }

    /// The next answer; what else comes is passed over.
    pub(crate) async fn reply(&mut self) -> anyhow::Result<Bytes> {
        loop {
            let frame = self.next().await?;
            if is(&frame, b"reply") {
                return Ok(frame);
            }
        }
    }

    async fn next(&mut self) -> anyhow::Result<Bytes> {
        loop {
            match self.stream.next().await.context("the server closed a connection")?? {
                Message::Binary(frame) if is(&frame, b"ping") => {
                    self.stream.send(Message::binary(Up::Pong.write(CODEC))).await?;
                }
                Message::Binary(frame) => return Ok(frame),
                Message::Close(frame) => anyhow::bail!("the server closed a connection: {frame:?}"),
                Message::Text(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}

/// A frame begins with its type: a map's first byte, `type`, and the name.
pub(crate) fn is(frame: &[u8], kind: &[u8]) -> bool {
    frame.iter().take(16).position(|byte| *byte == b't').is_some_and(|at| {
        let rest = &frame[at..];
        rest.starts_with(b"type") && rest.get(5..5 + kind.len()) == Some(kind)
    })
}

/// The answer to a ping.
pub(crate) fn pong() -> Vec<u8> {
    Up::Pong.write(CODEC)
}

pub(crate) fn contains(frame: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(frame, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_known_by_its_first_bytes() {
        let pong = Up::Pong.write(CODEC);
        assert!(is(&pong, b"pong"));
        assert!(!is(&pong, b"ping"));
    }
}
