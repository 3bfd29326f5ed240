//! What recipients, scanners and guessers see of links, with a book of our own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;
use tower_service::Service as _;

use super::*;
use crate::blobs::Blobs;

const WORKSPACE: WorkspaceId = WorkspaceId(uuid::Uuid::from_u128(7));
const GOOD: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const OLD: &str = "BAAAAAAAAAAAAAAAAAAAAA";
const TAKEN_BACK: &str = "CAAAAAAAAAAAAAAAAAAAAA";
const UNKNOWN: &str = "DAAAAAAAAAAAAAAAAAAAAA";
const PERSON: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)";
const NOW: Time = Time(1_800_000_000_000);

struct Double {
    target: LinkTarget,
    visits: Mutex<Vec<[u8; 16]>>,
    asked: AtomicUsize,
}

impl LinkBook for Double {
    fn find(&self, hash: &[u8; 32]) -> Option<LinkTarget> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if Some(*hash) == hash_of(GOOD) {
            return Some(self.target.clone());
        }
        let old = LinkTarget { expires_at: Time(NOW.0 - 1), ..self.target.clone() };
        (Some(*hash) == hash_of(OLD)).then_some(old)
    }

    fn opened<'a>(&'a self, _: &'a [u8; 32], visit: [u8; 16]) -> BoxFuture<'a, ()> {
        self.visits.lock().expect("nobody panicked").push(visit);
        Box::pin(std::future::ready(()))
    }
}

struct Desk {
    book: Arc<Double>,
    routes: Router,
}

impl Desk {
    async fn with_name(name: &str) -> Self {
        let blobs = Arc::new(Blobs::in_memory());
        let digest = blobs.put_bytes(WORKSPACE, Bytes::from_static(b"%PDF-1.4")).await.expect("it is kept");
        let target = LinkTarget {
            workspace: WORKSPACE,
            name: Some(name.to_owned()),
            media_type: "application/pdf".to_owned(),
            digest,
            bytes: 8,
            expires_at: Time(NOW.0 + 3 * 24 * 3_600_000 + 1),
        };
        let book = Arc::new(Double { target, visits: Mutex::default(), asked: AtomicUsize::new(0) });
        let clock = Clock::with_wall(Arc::new(|| NOW));
        let links = Links::new(Arc::clone(&book) as Arc<dyn LinkBook>, Reading::new(blobs), clock);
        Self { book, routes: routes(links) }
    }

    async fn new() -> Self {
        Self::with_name("devis.pdf").await
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 1))));
        self.routes.clone().call(request).await.expect("it answers")
    }

    async fn person(&self, path: &str, more: &[(&str, &str)]) -> Response {
        let headers: Vec<_> = [("user-agent", PERSON)].iter().chain(more).copied().collect();
        self.ask(Method::GET, path, &headers).await
    }

    fn openings(&self) -> usize {
        self.book.visits.lock().expect("nobody panicked").len()
    }
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("it ends");
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("it is ASCII"))
}

#[tokio::test]
async fn a_recipient_sees_what_waits_in_their_language() {
    let desk = Desk::with_name("<b>Été & \"co\".pdf").await;
    let path = format!("/a/{GOOD}");
    let response = desk.person(&path, &[("accept-language", "fr-FR,fr;q=0.9")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header_of(&response, "referrer-policy"), "no-referrer");
    assert_eq!(header_of(&response, "cache-control"), "private, no-store");
    assert!(header_of(&response, "x-robots-tag").contains("noindex"));
    assert!(
        header_of(&response, "content-security-policy").starts_with("default-src 'none'; style-src 'self'")
    );
    let page = text(response).await;
    assert!(page.contains("<html lang=\"fr\">") && page.contains("Télécharger"));
    assert!(page.contains("&lt;b&gt;Été &amp; &quot;co&quot;.pdf") && page.contains("8\u{a0}octets"));
    assert!(page.contains("encore 3 jours"));
    assert!(!page.contains("<script") && !page.contains("style="));
    let english = text(desk.person(&path, &[("accept-language", "en")]).await).await;
    assert!(english.contains("Download") && english.contains("3 more days"));
}

#[tokio::test]
async fn the_file_comes_as_a_file() {
    let desk = Desk::new().await;
    let response = desk.person(&format!("/a/{GOOD}/file"), &[]).await;
    assert_eq!(header_of(&response, "content-type"), "application/pdf");
    assert!(header_of(&response, "content-disposition").starts_with("attachment; filename=\"devis.pdf\""));
    assert_eq!(header_of(&response, "content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(header_of(&response, "x-content-type-options"), "nosniff");
    assert_eq!(text(response).await, "%PDF-1.4");
    let part = desk.person(&format!("/a/{GOOD}/file"), &[("range", "bytes=1-3")]).await;
    assert_eq!(
        (part.status(), header_of(&part, "content-range")),
        (StatusCode::PARTIAL_CONTENT, "bytes 1-3/8")
    );
    assert_eq!(text(part).await, "PDF");
}

#[tokio::test]
async fn unknown_old_and_taken_back_look_the_same() {
    let desk = Desk::new().await;
    let mut seen = Vec::new();
    for code in [UNKNOWN, OLD, TAKEN_BACK, "x", "AAAAAAAAAAAAAAAAAAAAAB"] {
        for path in [format!("/a/{code}"), format!("/a/{code}/file")] {
            let response = desk.person(&path, &[]).await;
            let headers = format!("{:?}", response.headers());
            seen.push((response.status(), headers, text(response).await));
        }
    }
    assert_eq!(seen[0].0, StatusCode::NOT_FOUND);
    assert!(seen.iter().all(|answer| *answer == seen[0]));
    assert_eq!(desk.openings(), 0);
}

#[tokio::test]
async fn an_opening_counts_once_a_visit() {
    let desk = Desk::new().await;
    let path = format!("/a/{GOOD}");
    let first = desk.person(&path, &[]).await;
    let cookie = header_of(&first, "set-cookie").to_owned();
    assert!(cookie.contains(&format!("; Path={path}; Max-Age=1800; HttpOnly; SameSite=Lax")), "{cookie}");
    let known = cookie.split(';').next().expect("a pair");
    for path in [path.clone(), format!("{path}/file")] {
        let again = desk.person(&path, &[("cookie", known)]).await;
        assert_eq!(header_of(&again, "set-cookie"), "");
    }
    assert_eq!(desk.openings(), 1);
    desk.person(&format!("{path}/file"), &[("cookie", "other=1; parloir_visit=x")]).await;
    assert_eq!(desk.openings(), 2, "another browser is another visit");
}

#[tokio::test]
async fn who_only_looks_opens_nothing() {
    let desk = Desk::new().await;
    let path = format!("/a/{GOOD}");
    let head = desk.ask(Method::HEAD, &path, &[("user-agent", PERSON)]).await;
    assert_eq!((head.status(), text(head).await.as_str()), (StatusCode::OK, ""));
    desk.person(&format!("{path}/file"), &[("range", "bytes=0-0")]).await;
    desk.person(&path, &[("sec-purpose", "prefetch;prerender")]).await;
    for machine in ["WhatsApp/2.23", "facebookexternalhit/1.1 Facebot Twitterbot/1.0", "Googlebot/2.1", ""] {
        let answer = desk.ask(Method::GET, &path, &[("user-agent", machine)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(desk.ask(Method::GET, &path, &[]).await.status(), StatusCode::OK);
    assert_eq!(desk.openings(), 0);
}

#[tokio::test]
async fn nobody_fills_a_timeline_with_openings() {
    let desk = Desk::new().await;
    for _ in 0..3 * OPENINGS_A_MINUTE {
        desk.person(&format!("/a/{GOOD}"), &[]).await;
    }
    assert_eq!(desk.openings(), OPENINGS_A_MINUTE as usize);
}

#[tokio::test]
async fn who_guesses_is_slowed_down_and_learns_nothing_more() {
    let desk = Desk::new().await;
    for _ in 0..MISSES_A_MINUTE {
        let answer = desk.person(&format!("/a/{UNKNOWN}"), &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    let asked = desk.book.asked.load(Ordering::Relaxed);
    for code in [UNKNOWN, GOOD] {
        let answer = desk.person(&format!("/a/{code}"), &[]).await;
        assert_eq!(
            (answer.status(), header_of(&answer, "retry-after")),
            (StatusCode::TOO_MANY_REQUESTS, "60")
        );
    }
    assert_eq!(desk.book.asked.load(Ordering::Relaxed), asked, "nobody looks any more");
    let mut elsewhere = Request::builder().uri(format!("/a/{GOOD}")).body(Body::empty()).expect("a request");
    elsewhere.extensions_mut().insert(ConnectInfo(SocketAddr::from(([198, 51, 100, 7], 1))));
    let answer = desk.routes.clone().call(elsewhere).await.expect("it answers");
    assert_eq!(answer.status(), StatusCode::OK);
}
