//! A webhook's request as it arrived, and what is answered to it. Nothing here reads what it means.

use axum::http::{HeaderMap, Method};
use bytes::Bytes;

/// Everything a signature may cover. The body is the bytes of the wire, before anything looked at them.
#[derive(Debug, Clone)]
pub struct RawRequest {
    pub method: Method,
    /// From the first `/` to the `?`, as it was sent.
    pub path: String,
    /// Behind the `?`, as it was sent; empty when there is none.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What the outside calls this server, e.g. `https://desk.example.com`, as it is configured.
    pub public_url: Option<String>,
}

impl RawRequest {
    /// A request of which only the body is known.
    pub fn of_body(body: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            path: String::new(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: body.into(),
            public_url: None,
        }
    }

    /// A header's text, when it stands there once and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// The last part of the path: where a provider that does not sign carries its secret.
    pub fn last_segment(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Whether a request is the provider's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its signature or secret is right.
    Genuine,
    /// This provider proves nothing: the caller needs a token.
    Unsigned,
    /// It has none, or a wrong one.
    Forged,
}

/// What a provider wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub content_type: Option<&'static str>,
    pub body: String,
}

impl Reply {
    /// 200 without a body.
    pub fn empty() -> Self {
        Self { status: 200, content_type: None, body: String::new() }
    }

    /// 200 with a plain text.
    pub fn text(body: impl Into<String>) -> Self {
        Self { status: 200, content_type: Some("text/plain; charset=utf-8"), body: body.into() }
    }
}
