//! Where a page is from. A browser says so by itself, and only pages of this very host may act for whoever is
//! signed in here.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use parloir_protocol::error::Code;

use super::problem::Problem;

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

pub(super) fn of(headers: &HeaderMap) -> Origin {
    let Some(origin) = headers.get(header::ORIGIN) else { return Origin::Untold };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok();
    let is_own = host.is_some_and(|host| {
        origin == Some(format!("http://{host}").as_str())
            || origin == Some(format!("https://{host}").as_str())
    });
    if is_own { Origin::Own } else { Origin::Foreign }
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
pub(super) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    match of(headers) {
        Origin::Own | Origin::Untold => Ok(()),
        Origin::Foreign => Err(foreign()),
    }
}

/// Refuses everything but a page of this host.
pub(super) fn check_own(headers: &HeaderMap) -> Result<(), Problem> {
    match of(headers) {
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
