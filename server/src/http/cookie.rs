//! The cookie of a signed-in browser: the secret of a session, which no script of a page can read.

use axum::http::{HeaderMap, HeaderValue, header};

/// `__Host-` makes browsers keep it to this very host, over TLS or on the same machine.
const NAME: &str = "__Host-parloir";

/// The secret in a request's cookie.
pub(super) fn secret(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, value)| value)
}

/// Keeps `secret` for `seconds`.
pub(super) fn kept(secret: &str, seconds: i64) -> HeaderValue {
    value(&format!("{NAME}={secret}; Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=Strict"))
}

/// Forgets it.
pub(super) fn forgotten() -> HeaderValue {
    value(&format!("{NAME}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict"))
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("a secret is letters, digits, dashes and underscores")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; __Host-parloir=plr_x; c=d"));
        assert_eq!(secret(&headers), Some("plr_x"));
        headers.clear();
        headers.append(header::COOKIE, HeaderValue::from_static("x__Host-parloir=plr_x"));
        assert_eq!(secret(&headers), None);
    }
}
