//! What a connection is made with, and the address of a server as people write it.

use std::sync::Arc;
use std::time::Duration;

use parloir_protocol::codec::Codec;
use parloir_protocol::entity::View;
use thiserror::Error;

use crate::backoff::Backoff;
use crate::outbox::OutboxStore;
use crate::token::TokenSource;

/// How to connect. Only `url` and `token` have no default.
#[derive(Debug, Clone)]
pub struct Options {
    /// `http://host:port`, or the same with `ws`.
    pub url: String,
    /// The agent's token, or who gives one.
    pub token: TokenSource,
    /// How frames are written.
    pub codec: Codec,
    /// Name and version of the program, for the operator.
    pub client: String,
    /// Pauses between tries.
    pub backoff: Backoff,
    /// The window that the store keeps; open conversations by default.
    pub view: View,
    /// From the first byte to the end of the handshake.
    pub connect_timeout: Duration,
    /// From a command's or query's call to giving up its answer.
    pub answer_timeout: Duration,
    /// Commands and queries that wait for an answer at once; a further one waits for its turn.
    pub in_flight_max: usize,
    /// Frames that one `events()` holds; when it is full, the socket is not read. Twice as many while somebody waits
    /// for an answer, and a gap in the place of what is more.
    pub events_max: usize,
    /// Rows that the store keeps in its window.
    pub rows_max: usize,
    /// Where commands are kept until they are answered, whoever still waits. Without one a command is given up
    /// when its caller stops waiting.
    pub outbox: Option<Arc<dyn OutboxStore>>,
}

impl Options {
    /// The defaults for this server and token.
    pub fn new(url: impl Into<String>, token: impl Into<TokenSource>) -> Self {
        Self {
            url: url.into(),
            token: token.into(),
            codec: Codec::Msgpack,
            client: concat!("parloir-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            backoff: Backoff::default(),
            view: View::open(),
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            in_flight_max: 32,
            events_max: 1_024,
            rows_max: 10_000,
            outbox: None,
        }
    }
}

/// Why an address cannot be connected to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("'{0}' does not begin with http:// or ws://")]
    Scheme(String),
    /// TLS is ended by a proxy in front of the programs that use this client.
    #[error("'{0}' asks for TLS, which this client does not speak")]
    Tls(String),
    /// Nothing between the scheme and the path.
    #[error("'{0}' names no host")]
    Host(String),
}

/// A server's host and port, the WebSocket address on it, and what comes before `/v1` in every path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Door {
    pub(crate) authority: String,
    pub(crate) live: String,
    pub(crate) prefix: String,
}

impl Door {
    pub(crate) fn of(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| UrlError::Scheme(url.to_owned()))?;
        match scheme {
            "http" | "ws" => {}
            "https" | "wss" => return Err(UrlError::Tls(url.to_owned())),
            _ => return Err(UrlError::Scheme(url.to_owned())),
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err(UrlError::Host(url.to_owned()));
        }
        let after_address = host.rsplit_once(']').map_or(host, |(_, after)| after);
        let authority = if after_address.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let path = path.trim_end_matches('/').trim_end_matches("v1/live").trim_end_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { live: format!("ws://{authority}{prefix}/v1/live"), prefix, authority })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for (url, live) in [
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/v1/live"),
            ("ws://desk/", "ws://desk:80/v1/live"),
            ("ws://desk:1/v1/live", "ws://desk:1/v1/live"),
            ("http://[::1]/inbox/", "ws://[::1]:80/inbox/v1/live"),
        ] {
            assert_eq!(Door::of(url).map(|door| door.live).as_deref(), Ok(live));
        }
    }

    #[test]
    fn what_cannot_be_connected_to_is_named() {
        assert_eq!(Door::of("desk"), Err(UrlError::Scheme("desk".to_owned())));
        assert_eq!(Door::of("https://desk"), Err(UrlError::Tls("https://desk".to_owned())));
        assert_eq!(Door::of("ws:///x"), Err(UrlError::Host("ws:///x".to_owned())));
    }
}
