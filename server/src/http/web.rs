//! The desk's page and its parts, built beforehand and embedded. It serves files and knows nobody; without
//! them it serves a page that says how to build them.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::problem::no_such_path;

/// What `make web` builds. A build of the server without it has nothing here; one that is no release reads the
/// folder as it is at the moment.
#[derive(Embed)]
#[folder = "../clients/web/dist"]
#[allow_missing = true]
struct Built;

const PAGE: &str = "index.html";

/// Everything comes from here; styles and scripts stand in files of their own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
     img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// `GET /`: the desk.
pub(super) async fn page(headers: HeaderMap) -> Response {
    page_of::<Built>(&headers)
}

fn page_of<Desk: Embed>(headers: &HeaderMap) -> Response {
    match found::<Desk>(PAGE, headers) {
        Some(answer) => answer,
        None => Html(include_str!("welcome.html")).into_response(),
    }
}

/// `GET /assets/…` and the few files beside the page.
pub(super) async fn part(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    match found::<Built>(path, request.headers()) {
        Some(answer) => answer,
        None => no_such_path().await.into_response(),
    }
}

fn found<Desk: Embed>(path: &str, headers: &HeaderMap) -> Option<Response> {
    let packed = takes_gzip(headers).then(|| Desk::get(&format!("{path}.gz"))).flatten();
    let is_packed = packed.is_some();
    let file = packed.or_else(|| Desk::get(path))?;
    Some(answer(path, file, is_packed.then_some("gzip"), headers))
}

fn answer(path: &str, file: EmbeddedFile, packing: Option<&'static str>, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()));
    let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (StatusCode::OK, file.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping(path)));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(packing) = packing {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(packing));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Names of assets carry a digest of their content.
fn keeping(path: &str) -> &'static str {
    if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("wasm") => "application/wasm",
        Some("mp3") => "audio/mpeg",
        Some(_) | None => "application/octet-stream",
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let taken = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    taken.is_some_and(|value| value.split(',').any(|one| one.trim().split(';').next() == Some("gzip")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    /// A server that was built where there is no Node.
    #[derive(Embed)]
    #[folder = "src/http/web/unbuilt"]
    #[allow_missing = true]
    struct Unbuilt;

    #[tokio::test]
    async fn without_its_desk_a_server_says_how_to_build_it() {
        let answer = page_of::<Unbuilt>(&HeaderMap::new());
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let body = answer.into_body().collect().await.expect("a page").to_bytes();
        let text = String::from_utf8(body.to_vec()).expect("it is text");
        assert!(text.contains("without its desk") && text.contains("make web"), "{text}");
        assert!(found::<Unbuilt>("assets/index.js", &HeaderMap::new()).is_none());
    }
}
