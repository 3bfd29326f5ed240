//! Who follows a link: a person for the first time in half an hour, the same person again, or a machine that
//! only looks. A machine's look never counts as an opening.

use axum::http::{HeaderMap, HeaderName, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::random_bytes;

const COOKIE: &str = "parloir_visit";
const VISIT_SECONDS: u32 = 30 * 60;
const ID_CHARS: usize = 22;

/// Parts of the names by which previews, scanners and crawlers call themselves, in lower case.
const MACHINES: [&str; 18] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "facebookexternalhit",
    "whatsapp",
    "telegram",
    "slack",
    "discord",
    "skype",
    "linkedin",
    "pinterest",
    "google-",
    "bingpreview",
    "virustotal",
    "safelinks",
    "scanner",
    "monitor",
];

/// Headers by which a browser says that nobody looks yet.
const AHEAD: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];

/// One visit's name, at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit([u8; 16]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visitor {
    Arrives(Visit),
    Stays,
    Machine,
}

impl Visitor {
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Self {
        if method != Method::GET || headers.contains_key(header::RANGE) || is_machine(headers) {
            return Self::Machine;
        }
        if has_cookie(headers) { Self::Stays } else { Self::Arrives(Visit(random_bytes())) }
    }
}

impl Visit {
    pub(super) fn id(self) -> [u8; 16] {
        self.0
    }

    /// What makes a browser known for the rest of the visit, on this link alone.
    pub(super) fn cookie(self, code: &str, headers: &HeaderMap) -> String {
        let id = URL_SAFE_NO_PAD.encode(self.0);
        let told = headers.get(HeaderName::from_static("x-forwarded-proto"));
        let secure = if told.is_some_and(|told| told == "https") { "; Secure" } else { "" };
        format!("{COOKIE}={id}; Path=/a/{code}; Max-Age={VISIT_SECONDS}; HttpOnly; SameSite=Lax{secure}")
    }
}

fn is_machine(headers: &HeaderMap) -> bool {
    let name = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let looks_ahead = |name: &&str| {
        headers.get(*name).and_then(|why| why.to_str().ok()).is_some_and(|why| why.contains("prefetch"))
    };
    name.is_empty() || MACHINES.iter().any(|machine| name.contains(machine)) || AHEAD.iter().any(looks_ahead)
}

fn has_cookie(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| name == COOKIE && value.len() == ID_CHARS)
}
