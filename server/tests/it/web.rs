//! The desk's page and its parts as browsers get them: whole, named as what they are, kept as long as they hold, and
//! under a policy that lets nothing else in. What the page does is for the stories to tell.

use std::path::PathBuf;

use bytes::Bytes;
use hyper::{Method, Response};

use super::http::Http;
use super::server::House;

/// What `make web` built, if it did: a test build reads it as it is at the moment.
fn built(file: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../clients/web/dist");
    std::fs::read(folder.join(file)).ok()
}

async fn get(http: &Http, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    http.raw(Method::GET, path, headers, Bytes::new()).await
}

#[track_caller]
fn header<'a>(answer: &'a Response<Bytes>, name: &str) -> &'a str {
    let value = answer.headers().get(name).unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers()));
    value.to_str().expect("it is text")
}

/// The files that a page asks for.
fn named(page: &str) -> Vec<String> {
    let parts = page.split('"').filter(|part| part.starts_with("/assets/") || *part == "/favicon.svg");
    parts.map(|part| part.trim_start_matches('/').to_owned()).collect()
}

fn kind(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        ending => panic!("{file} ends in {ending:?}"),
    }
}

#[track_caller]
fn is_guarded(answer: &Response<Bytes>) {
    let policy = header(answer, "content-security-policy");
    for needed in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|part| part == needed), "{needed} is not in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    assert_eq!(header(answer, "x-content-type-options"), "nosniff");
    assert_eq!(header(answer, "referrer-policy"), "no-referrer");
}

async fn is_served(http: &Http, file: &str) {
    let whole = built(file).unwrap_or_else(|| panic!("the page names {file}, which was not built"));
    let path = format!("/{file}");
    let answer = get(http, &path, &[]).await;
    assert_eq!(answer.status(), 200, "{file}");
    assert_eq!(answer.body()[..], whole[..], "{file}");
    assert_eq!(header(&answer, "content-type"), kind(file));
    assert!(answer.headers().get("content-encoding").is_none(), "{file} was packed for nobody");
    is_guarded(&answer);
    let keeping =
        if file.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    assert_eq!(header(&answer, "cache-control"), keeping, "{file}");
    if let Some(packed) = built(&format!("{file}.gz")) {
        let answer = get(http, &path, &[("accept-encoding", "br, gzip;q=0.8")]).await;
        assert_eq!(header(&answer, "content-encoding"), "gzip", "{file}");
        assert_eq!(header(&answer, "content-type"), kind(file));
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(answer.body()[..], packed[..], "{file}");
    }
}

#[tokio::test]
async fn the_desk_is_served_with_all_that_it_names() {
    let house = House::new();
    let _server = house.start().await;
    let http = Http::to(house.address());
    let answer = get(&http, "/", &[]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
    let text = String::from_utf8(answer.body().to_vec()).expect("it is text");
    let Some(page) = built("index.html") else {
        assert!(text.contains("make web"), "a server without its desk says so: {text}");
        return;
    };
    assert_eq!(text.as_bytes(), page);
    assert_eq!(header(&answer, "cache-control"), "no-cache");
    is_guarded(&answer);
    let tag = header(&answer, "etag");
    let again = get(&http, "/", &[("if-none-match", tag)]).await;
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    let files = named(&text);
    assert!(files.iter().any(|file| file.ends_with(".js")), "it names its script: {text}");
    assert!(files.iter().any(|file| file.ends_with(".css")), "it names its look: {text}");
    for file in files {
        is_served(&http, &file).await;
    }
}

#[tokio::test]
async fn what_is_no_part_of_the_desk_is_not_there() {
    let house = House::new();
    let _server = house.start().await;
    let http = Http::to(house.address());
    for path in
        ["/assets/nothing.js", "/assets/../../package.json", "/assets/%2e%2e/index.html", "/index.html"]
    {
        assert_eq!(get(&http, path, &[]).await.status(), 404, "{path}");
    }
}
