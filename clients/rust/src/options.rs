//! What a connection is made with, and the address of a server as people write it.

use std::sync::Arc;
use std::time::Duration;

use parloir_protocol::codec::Codec;
use parloir_protocol::entity::View;
use thiserror::Error;

use crate::backoff::Backoff;
use crate::outbox::OutboxStore;
use crate::token::TokenSource;
#[cfg(feature = "tls")]
use crate::wire::tls::Tls;

/// How to connect. Only `url` and `token` have no default.
#[derive(Debug, Clone)]
pub struct Options {
    /// `https://host:port`, `http://host:port`, or the same with `wss` and `ws`.
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
    /// Certificates as PEM that are trusted in the place of those that the system trusts.
    pub roots: Option<Vec<u8>>,
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
            roots: None,
        }
    }
}

/// Why an address cannot be connected to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("'{0}' does not begin with https://, http://, wss:// or ws://")]
    Scheme(String),
    /// TLS that cannot be had: without the feature `tls`, or with roots that are none.
    #[error("'{url}' asks for TLS, and {reason}")]
    Tls {
        /// The address.
        url: String,
        /// A sentence.
        reason: String,
    },
    /// Nothing between the scheme and the path.
    #[error("'{0}' names no host")]
    Host(String),
}

/// None can be made.
#[cfg(not(feature = "tls"))]
#[derive(Debug, Clone)]
pub(crate) enum Tls {}

#[cfg(not(feature = "tls"))]
impl Tls {
    fn to(_host: &str, _roots: Option<&[u8]>) -> Result<Self, String> {
        Err("this program was built without the feature `tls`".to_owned())
    }
}

/// A server's host and port, the WebSocket address on it, and what comes before `/v1` in every path.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) authority: String,
    pub(crate) live: String,
    pub(crate) prefix: String,
    pub(crate) tls: Option<Tls>,
}

impl Door {
    pub(crate) fn of(url: &str, roots: Option<&[u8]>) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| UrlError::Scheme(url.to_owned()))?;
        let (socket, port) = match scheme {
            "http" | "ws" => ("ws", 80),
            "https" | "wss" => ("wss", 443),
            _ => return Err(UrlError::Scheme(url.to_owned())),
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err(UrlError::Host(url.to_owned()));
        }
        let after_address = host.rsplit_once(']').map_or(host, |(_, after)| after);
        let authority = if after_address.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
        let path = path.trim_end_matches('/').trim_end_matches("v1/live").trim_end_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        let named = authority.rsplit_once(':').map_or(authority.as_str(), |(named, _)| named);
        let named = named.trim_start_matches('[').trim_end_matches(']');
        let tls = match socket {
            "wss" => {
                Some(Tls::to(named, roots).map_err(|reason| UrlError::Tls { url: url.to_owned(), reason })?)
            }
            _ => None,
        };
        Ok(Self { live: format!("{socket}://{authority}{prefix}/v1/live"), prefix, authority, tls })
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
            assert_eq!(Door::of(url, None).map(|door| door.live).as_deref(), Ok(live));
        }
    }

    #[test]
    fn what_cannot_be_connected_to_is_named() {
        let wrong = |url| Door::of(url, Some(b"no certificate")).map(drop);
        assert_eq!(wrong("desk"), Err(UrlError::Scheme("desk".to_owned())));
        assert_eq!(wrong("ws:///x"), Err(UrlError::Host("ws:///x".to_owned())));
        assert!(matches!(wrong("https://desk"), Err(UrlError::Tls { .. })));
    }

    #[cfg(feature = "tls")]
    #[test]
    fn tls_has_a_port_of_its_own() {
        for (url, live) in [
            ("https://desk", "wss://desk:443/v1/live"),
            ("wss://[::1]/inbox", "wss://[::1]:443/inbox/v1/live"),
            ("https://127.0.0.1:8443/", "wss://127.0.0.1:8443/v1/live"),
        ] {
            assert_eq!(Door::of(url, None).map(|door| door.live).as_deref(), Ok(live));
        }
    }
}
