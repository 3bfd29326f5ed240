//! Who does not get in, and what they are told: handshakes, subprotocols, origins, tokens.

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::desk::Desk;
use super::server::soon;
use super::socket::{JSON, Socket, handshake};

/// A problem document's status and code, instead of an upgrade.
async fn refused(desk: &Desk, path: &str, headers: &[(&'static str, &str)]) -> (u16, String) {
    let address = desk.http.address();
    let mut request = handshake(address, Some(JSON));
    *request.uri_mut() = format!("ws://{address}{path}").parse().expect("an address");
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("a header"));
    }
    let Err(Error::Http(answer)) = Socket::open_with(address, request).await else { panic!("no upgrade") };
    let body: serde_json::Value =
        serde_json::from_slice(answer.body().as_deref().unwrap_or_default()).expect("a problem document");
    (answer.status().as_u16(), body["code"].as_str().expect("a code").to_owned())
}

#[tokio::test]
async fn a_bad_token_is_told_once_and_for_all() {
    let (_house, _server, desk) = Desk::open().await;
    let foreign = desk.admin.replace(|letter: char| letter.is_ascii_digit(), "0");
    for token in ["", "secret", "\u{0}", foreign.as_str(), &"x".repeat(10_000)] {
        let mut socket = desk.socket().await;
        socket.hello(token, None).await;
        let (code, frames) = socket.end().await;
        assert_eq!(code, 4501, "{token}");
        assert_eq!(frames.len(), 1, "only goodbye: {frames:?}");
    }
    let mut socket = desk.socket().await;
    socket.send(&json!({ "type": "hello", "client": "attack/1" })).await;
    assert_eq!(socket.close_code().await, 4501);
}

#[tokio::test]
async fn a_token_in_the_address_is_refused_though_it_is_good() {
    let (_house, _server, desk) = Desk::open().await;
    for path in [format!("/v1/live?token={}", desk.admin), format!("/v1/live?access_token={}", desk.admin)] {
        assert_eq!(refused(&desk, &path, &[]).await, (400, "invalid_params".to_owned()));
    }
}

#[tokio::test]
async fn a_page_of_another_origin_does_not_connect() {
    let (_house, _server, desk) = Desk::open().await;
    let address = desk.http.address();
    for origin in
        ["https://evil.example", "null", &format!("http://{address}.evil.example"), "http://127.0.0.1"]
    {
        let answer = refused(&desk, "/v1/live", &[("origin", origin)]).await;
        assert_eq!(answer, (403, "not_allowed".to_owned()), "{origin}");
    }
    let mut own = handshake(address, Some(JSON));
    let origin = HeaderValue::from_str(&format!("http://{address}")).expect("a header");
    own.headers_mut().insert("origin", origin);
    Socket::open_with(address, own).await.expect("our own page may").enter(&desk.admin).await;
}

#[tokio::test]
async fn who_speaks_no_version_of_ours_is_told() {
    let (_house, _server, desk) = Desk::open().await;
    let address = desk.http.address();
    let mut key = handshake(address, None);
    key.headers_mut().insert("sec-websocket-version", HeaderValue::from_static("13"));
    let mut socket = Socket::open_with(address, key).await.expect("an upgrade");
    assert_eq!(socket.close_code().await, 4505);
    assert_eq!(refused(&desk, "/v1/live", &[("sec-websocket-version", "8")]).await.0, 400);
    let plain = desk.http.get("/v1/live", None).await;
    assert_eq!(plain.problem(), (400, "bad_frame".to_owned()));
}

#[tokio::test]
async fn a_silent_connection_is_ended_after_the_hello_timeout() {
    let (_house, _server, desk) = Desk::open().await;
    assert_eq!(desk.socket().await.close_code().await, 4008);
}

/// What the server sends to these bytes before it hangs up.
async fn sent(desk: &Desk, bytes: &[u8]) -> Vec<u8> {
    let mut tcp = TcpStream::connect(desk.http.address()).await.expect("the server is there");
    // A reset is as good an end as any, also in the middle.
    tcp.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    soon(tcp.read_to_end(&mut answer)).await.ok();
    answer
}

/// The head of a handshake in a version of HTTP.
fn head(version: &str) -> Vec<u8> {
    let lines = [
        &format!("GET /v1/live HTTP/{version}"),
        "host: desk",
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        &format!("sec-websocket-protocol: {JSON}"),
    ];
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}

#[tokio::test]
async fn an_older_http_has_no_upgrade() {
    let (_house, _server, desk) = Desk::open().await;
    let answer = sent(&desk, &head("1.0")).await;
    assert!(answer.starts_with(b"HTTP/1.0 400"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_frame_that_comes_with_the_handshake_is_read() {
    let (_house, _server, desk) = Desk::open().await;
    let hello = json!({ "type": "hello", "client": "hasty/1", "token": "nobody's" }).to_string();
    let length = u8::try_from(hello.len()).expect("a short frame");
    // A final text frame under a mask that changes nothing.
    let frame = [&[0x81, 0x80 | length, 0, 0, 0, 0], hello.as_bytes()].concat();
    let answer = sent(&desk, &[head("1.1"), frame].concat()).await;
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    let goodbye = 4501_u16.to_be_bytes();
    assert!(answer.windows(2).any(|pair| pair == goodbye), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn half_a_handshake_is_not_waited_for() {
    let (_house, server, desk) = Desk::open().await;
    let mut colleague = desk.enter(&desk.admin).await;
    let before = server.resident_kib();
    let half = b"GET /v1/live HTTP/1.1\r\nhost: desk\r\nconnection: upgrade\r\n";
    let short = b"POST /v1/commands HTTP/1.1\r\nhost: desk\r\ncontent-length: 100\r\n\r\n{";
    let halves = (0..300).map(|at| match at % 3 {
        0 => sent(&desk, half),
        1 => sent(&desk, b"GE"),
        _ => sent(&desk, short),
    });
    let (ends, reply) =
        tokio::join!(join_all(halves), colleague.command("group.create", json!({ "name": "on" })));
    assert!(reply["ok"].is_object(), "{reply}");
    assert!(ends.iter().all(|answer| !answer.starts_with(b"HTTP/1.1 101")));
    assert!(server.resident_kib() < before + (32 << 10));
}

#[tokio::test]
async fn bytes_that_are_no_http_are_refused() {
    let (_house, _server, desk) = Desk::open().await;
    let long = [b"GET / HTTP/1.1\r\nhost: desk\r\nx: ".to_vec(), vec![b'x'; 1 << 20]].concat();
    for bytes in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".as_slice(), b"hello\r\n\r\n", &long] {
        let answer = sent(&desk, bytes).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
}
