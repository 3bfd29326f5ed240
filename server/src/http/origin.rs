//! Where a page is from. A browser says so by itself, and only pages of this very host may act for whoever is
//! signed in here.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use parloir_protocol::error::Code;
use reqwest::Url;

use super::problem::Problem;
use crate::node::Node;

/// What a request tells of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It tells nothing: a program, or a page of this host that only reads.
    Untold,
    /// A page of this host.
    Own,
    /// A page of another host.
    Foreign,
}

pub(super) fn of(node: &Node, headers: &HeaderMap) -> Origin {
    told(node.home(), headers)
}

/// `home` is where the operator says that this server is: what a page tells is held against it and against
/// nothing else. A page of the same name without TLS is anybody's who sits in between.
fn told(home: Option<&str>, headers: &HeaderMap) -> Origin {
    let Some(origin) = headers.get(header::ORIGIN) else { return Origin::Untold };
    let origin = origin.to_str().ok();
    let is_own = match home {
        Some(home) => origin == Some(home),
        None => is_of_host(headers, origin),
    };
    if is_own { Origin::Own } else { Origin::Foreign }
}

fn is_of_host(headers: &HeaderMap, origin: Option<&str>) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| {
        origin == Some(format!("http://{host}").as_str())
            || origin == Some(format!("https://{host}").as_str())
    })
}

/// The origin of the pages at `url`.
pub fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(url.origin().ascii_serialization())
}

/// Whether the host was named by its address or as `localhost`: a name could be anybody's that leads here.
pub(super) fn is_address(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

/// Refuses pages of other hosts; who tells nothing is let through.
pub(super) fn check(node: &Node, headers: &HeaderMap) -> Result<(), Problem> {
    match of(node, headers) {
        Origin::Own | Origin::Untold => Ok(()),
        Origin::Foreign => Err(foreign()),
    }
}

/// Refuses everything but a page of this host.
pub(super) fn check_own(node: &Node, headers: &HeaderMap) -> Result<(), Problem> {
    match of(node, headers) {
        Origin::Own => Ok(()),
        Origin::Untold => Err(Problem::new(
            Code::NotAllowed,
            "a request with a cookie needs the `Origin` of this very host",
        )),
        Origin::Foreign => Err(foreign()),
    }
}

fn foreign() -> Problem {
    Problem::new(Code::NotAllowed, "pages of another origin may not do this")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn page(home: Option<&str>, host: &'static str, origin: &'static str) -> Origin {
        let pairs = [(header::HOST, host), (header::ORIGIN, origin)];
        let pairs = pairs.map(|(name, value)| (name, HeaderValue::from_static(value)));
        told(home, &HeaderMap::from_iter(pairs))
    }

    #[test]
    fn a_page_is_of_the_server_that_the_operator_names_and_else_of_its_host() {
        let home = origin_of("https://Desk.Example:443/parloir/");
        assert_eq!(home.as_deref(), Some("https://desk.example"));
        assert_eq!(origin_of("desk.example"), None);
        let at_home = |origin| page(home.as_deref(), "desk.example", origin);
        assert_eq!(at_home("https://desk.example"), Origin::Own);
        for other in [
            "http://desk.example",
            "https://desk.example:8443",
            "https://desk.example.evil.example",
            "https://DESK.example",
            "null",
        ] {
            assert_eq!(at_home(other), Origin::Foreign, "{other}");
        }
        assert_eq!(page(home.as_deref(), "10.0.0.7", "http://10.0.0.7"), Origin::Foreign);
        assert_eq!(page(None, "10.0.0.7:8080", "http://10.0.0.7:8080"), Origin::Own);
        assert_eq!(page(None, "10.0.0.7:8080", "http://10.0.0.7"), Origin::Foreign);
    }

    #[test]
    fn only_addresses_and_localhost_are_no_names() {
        let is = |host: &'static str| {
            is_address(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]))
        };
        assert!(
            ["localhost", "localhost:80", "127.0.0.1:8080", "[::1]:8080", "10.0.0.7"].into_iter().all(is)
        );
        assert!(
            !["evil.example:8080", "", "127.0.0.1.evil.example", "localhost.evil.example"]
                .into_iter()
                .any(is)
        );
    }
}
