//! The handset of a demonstration: a page that is any recipient's phone. It shows what the simulator delivered
//! there, and what is written there comes in by the door of the webhooks. Where no demonstration is, and for
//! callers from other machines, there is no such page.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use parloir_protocol::error::Code;

use super::Edge;
use super::origin::{self, Origin};
use super::problem::{Problem, no_such_path};

pub use phones::Phones;

mod address;
mod phones;
mod shown;
mod written;

/// What somebody writes on a phone.
const WRITTEN_BYTES_MAX: usize = 64 << 10;
/// A picture that somebody attaches.
const PICTURE_BYTES_MAX: usize = 5_000_000;

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// All paths of the handset.
pub(super) fn routes(edge: &Arc<Edge>) -> Router<Arc<Edge>> {
    let written = post(written::write).layer(DefaultBodyLimit::max(WRITTEN_BYTES_MAX));
    let pictures = post(written::keep_picture).layer(DefaultBodyLimit::max(PICTURE_BYTES_MAX));
    Router::new()
        .route("/simulator", get(|| page("text/html; charset=utf-8", include_str!("handset/handset.html"))))
        .route(
            "/simulator/handset.css",
            get(|| page("text/css; charset=utf-8", include_str!("handset/handset.css"))),
        )
        .route("/simulator/words.js", get(|| page(SCRIPT, include_str!("handset/words.js"))))
        .route("/simulator/handset.js", get(|| page(SCRIPT, include_str!("handset/handset.js"))))
        .route("/simulator/channels", get(shown::channels))
        .route("/simulator/shown", get(shown::shown))
        .route("/simulator/left", get(shown::left))
        .route("/simulator/files/{n}", get(shown::file))
        .route("/simulator/written", written)
        .route("/simulator/pictures", pictures)
        .layer(middleware::from_fn_with_state(Arc::clone(edge), for_the_demonstration))
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

async fn page(media_type: &'static str, content: &'static str) -> Response {
    let mut response = content.into_response();
    response.headers_mut().extend(HEADERS);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Only on this machine, and only where the simulator is open; nothing is written for a page from elsewhere.
async fn for_the_demonstration(
    State(edge): State<Arc<Edge>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    // Who comes through a proxy is not on this machine.
    let is_forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    let is_near = peer.ip().to_canonical().is_loopback() && origin::is_address(headers) && !is_forwarded;
    if !edge.open_simulator || !is_near {
        return no_such_path().await.into_response();
    }
    if request.method() != Method::GET && origin::of(&edge.node, request.headers()) == Origin::Foreign {
        return Problem::new(Code::NotAllowed, "only the handset's own page writes here").into_response();
    }
    next.run(request).await
}
