//! The few HTTP requests of an upload, over one connection that is made again when it broke. It repeats nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use parloir_protocol::codec::Codec;
use parloir_protocol::error::ErrorBody;
use serde::Deserialize;
use tokio::time::timeout;

use crate::options::Door;
use crate::wire::Wire;

/// From a request to its whole answer: a piece over a slow line.
const ANSWER: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
pub(super) enum Method {
    Post,
    Patch,
    Head,
    Delete,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Head => "HEAD",
            Self::Delete => "DELETE",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Post | Self::Head | Self::Delete => "application/json",
            Self::Patch => "application/offset+octet-stream",
        }
    }
}

/// A request.
pub(super) struct Asked {
    pub(super) method: Method,
    /// After `/v1/attachments`.
    pub(super) path: String,
    pub(super) token: String,
    pub(super) offset: Option<u64>,
    pub(super) body: Bytes,
}

/// An answer.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) offset: Option<u64>,
    pub(super) body: Bytes,
}

/// An error over HTTP: its sentence is in `detail`.
#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    temporary: bool,
    #[serde(default)]
    retry_after_ms: Option<u64>,
    #[serde(default)]
    details: BTreeMap<String, serde_json::Value>,
}

impl Answered {
    /// Why it was refused, when it was.
    pub(super) fn problem(&self) -> Option<ErrorBody> {
        let Problem { code, detail: message, temporary, retry_after_ms, details } =
            Codec::Json.read(&self.body).ok().filter(|_| self.status >= 300)?;
        Some(ErrorBody { code, message, temporary, retry_after_ms, details })
    }

    /// Where the server is, when it refused a piece that begins elsewhere.
    pub(super) fn other_offset(&self) -> Option<u64> {
        self.problem()?.details.get("offset").and_then(serde_json::Value::as_u64)
    }
}

#[derive(Debug)]
pub(super) struct Http {
    door: Door,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Http {
    pub(super) fn to(door: Door) -> Self {
        Self { door, sender: None }
    }

    /// Asks once; a sentence that says why there is no answer.
    pub(super) async fn ask(&mut self, asked: Asked) -> Result<Answered, String> {
        let request = self.request(asked)?;
        let answer = timeout(ANSWER, self.carried(request)).await;
        let answer = answer.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    fn request(&self, asked: Asked) -> Result<Request<Full<Bytes>>, String> {
        let request = Request::builder()
            .method(asked.method.name())
            .uri(format!("{}/v1/attachments{}", self.door.prefix, asked.path))
            .header("host", &self.door.authority)
            .header("authorization", format!("Bearer {}", asked.token))
            .header("content-type", asked.method.media_type());
        let request = match asked.offset {
            Some(offset) => request.header("upload-offset", offset),
            None => request,
        };
        request.body(Full::new(asked.body)).map_err(|error| error.to_string())
    }

    async fn carried(&mut self, request: Request<Full<Bytes>>) -> Result<Answered, String> {
        let mut sender = match self.sender.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        sender.ready().await.map_err(|error| error.to_string())?;
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let header = answer.headers().get("upload-offset").and_then(|value| value.to_str().ok());
        let offset = header.and_then(|value| value.parse().ok());
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        self.sender = Some(sender);
        Ok(Answered { status, offset, body })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let wire = Wire::open(&self.door).await.map_err(|error| error.to_string())?;
        let (sender, connection) = handshake(TokioIo::new(wire)).await.map_err(|error| error.to_string())?;
        // Its end shows in the next request.
        tokio::spawn(async { connection.await.ok() });
        Ok(sender)
    }
}
