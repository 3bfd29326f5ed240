//! The page behind a recipient's link: what waits there, how large it is, and a button. Whoever has the address
//! may have the file, and nobody else finds one; a wrong, old or taken back address looks like any other that
//! is wrong.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::attachments::disposition::Disposition;
use super::attachments::served::{Reading, Served};
use crate::clock::Clock;

pub use book::{LinkBook, LinkTarget, NoLinks, hash_of};
use language::Language;
use throttle::Throttle;
use visit::Visitor;

mod book;
mod language;
mod page;
#[cfg(test)]
mod tests;
mod throttle;
mod visit;

/// Wrong addresses that one network may ask for in a minute.
const MISSES_A_MINUTE: u32 = 20;
/// Openings of one link that are told in a minute.
const OPENINGS_A_MINUTE: u32 = 10;

/// Links and what is remembered of who follows them.
#[derive(Clone)]
pub struct Links {
    book: Arc<dyn LinkBook>,
    reading: Reading,
    clock: Clock,
    misses: Arc<Throttle>,
    openings: Arc<Throttle>,
}

impl Links {
    pub fn new(book: Arc<dyn LinkBook>, reading: Reading, clock: Clock) -> Self {
        let misses = Arc::new(Throttle::new(MISSES_A_MINUTE));
        let openings = Arc::new(Throttle::new(OPENINGS_A_MINUTE));
        Self { book, reading, clock, misses, openings }
    }
}

/// All paths of links.
pub fn routes(links: Links) -> Router {
    Router::new()
        .route("/a/look.css", get(look))
        .route("/a/{code}", get(landing))
        .route("/a/{code}/file", get(file))
        .with_state(links)
}

async fn look() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("link/look.css")).into_response()
}

/// `GET /a/{code}`.
async fn landing(
    State(links): State<Links>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(&headers);
    let (hash, target) = match links.find(peer, &headers, &code, language) {
        Ok(found) => found,
        Err(response) => return response,
    };
    let visitor = Visitor::of(&method, &headers);
    let body = page::file(language, &code, &target, links.clock.now());
    let mut response = page::answer(StatusCode::OK, body);
    links.note(&hash, visitor, &code, &headers, &mut response).await;
    response
}

/// `GET /a/{code}/file`.
async fn file(
    State(links): State<Links>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(code): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(&headers);
    let (hash, target) = match links.find(peer, &headers, &code, language) {
        Ok(found) => found,
        Err(response) => return response,
    };
    let served = Served {
        workspace: target.workspace,
        digest: target.digest,
        bytes: target.bytes,
        media_type: &target.media_type,
        disposition: Disposition::Attachment { name: target.name.as_deref().unwrap_or("file") },
    };
    let mut response = match served.response(&links.reading, &headers).await {
        Ok(response) => response,
        Err(problem) => return problem.into_response(),
    };
    let visitor = Visitor::of(&method, &headers);
    links.note(&hash, visitor, &code, &headers, &mut response).await;
    response
}

impl Links {
    /// What the code stands for, or the answer to somebody whose code stands for nothing. Who guesses too often
    /// is not told any more whether they were right.
    #[expect(clippy::result_large_err, reason = "the error is the answer")]
    fn find(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
        code: &str,
        language: Language,
    ) -> Result<([u8; 32], LinkTarget), Response> {
        let network = throttle::network(peer, headers);
        let now = self.clock.millis();
        if self.misses.is_over(&network, now) {
            let mut response = page::answer(StatusCode::TOO_MANY_REQUESTS, page::slower(language));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            return Err(response);
        }
        let found = hash_of(code).and_then(|hash| Some((hash, self.book.find(&hash)?)));
        let found = found.filter(|(_, target)| self.clock.now() < target.expires_at);
        found.ok_or_else(|| {
            self.misses.count(&network, now);
            page::answer(StatusCode::NOT_FOUND, page::nothing(language))
        })
    }

    /// Tells the desk of an opening, when this is a person's first look of a visit.
    async fn note(
        &self,
        hash: &[u8; 32],
        visitor: Visitor,
        code: &str,
        headers: &HeaderMap,
        response: &mut Response,
    ) {
        let visit = match visitor {
            Visitor::Arrives(visit) => visit,
            Visitor::Stays | Visitor::Machine => return,
        };
        if let Ok(cookie) = HeaderValue::from_str(&visit.cookie(code, headers)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        let now = self.clock.millis();
        if !self.openings.is_over(hash, now) {
            self.openings.count(hash, now);
            self.book.opened(hash, visit.id()).await;
        }
    }
}
