//! The handset of a real server: what an agent sends appears on a phone, what a phone writes comes in, and no
//! page from elsewhere writes there.

use bytes::Bytes;
use hyper::{Method, Response};
use serde_json::{Value, json};

use super::desk::{Desk, number};
use super::server::{House, soon};

fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap_or_else(|_| panic!("no JSON: {answer:?}"))
}

async fn open() -> (House, super::server::Server, Desk) {
    Desk::open_in(House::new().configured("open_simulator = true\n")).await
}

async fn shown(desk: &Desk, number: &str, after: u64) -> Value {
    let number = number.replace('+', "%2B");
    let path = format!("/simulator/shown?channel_id={}&number={number}&after={after}", desk.channel);
    let answer = soon(desk.http.raw(Method::GET, &path, &[], Bytes::new())).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    json_of(&answer)
}

async fn write(desk: &Desk, more: &[(&str, &str)], body: &Value) -> Response<Bytes> {
    desk.http.raw(Method::POST, "/simulator/written", more, body.to_string()).await
}

#[tokio::test]
async fn a_phone_writes_and_sees_the_answer_as_it_comes() {
    let (_house, _server, desk) = open().await;
    let phone = number(7);
    let body =
        json!({ "channel_id": desk.channel, "number": phone, "text": "Bonjour", "profile_name": "Ju" });
    let answer = write(&desk, &[], &body).await;
    assert_eq!(answer.status(), 204, "{answer:?}");
    let row = desk.row_of(&phone).await;
    assert_eq!(row["conversation"]["unread"], true);
    let first = shown(&desk, &phone, 0).await;
    assert_eq!(
        (&first["items"][0]["direction"], &first["items"][0]["text"]),
        (&json!("out"), &json!("Bonjour"))
    );
    let after = first["next"].as_u64().expect("a place");
    let waits = shown(&desk, &phone, after);
    let conversation = desk.conversation_of(&phone).await;
    let send = json!({ "conversation_id": conversation, "text": "Bonsoir https://example.org/x" });
    let (seen, _) = tokio::join!(waits, desk.act("message.send", send));
    let item = &seen["items"][0];
    assert_eq!((&item["direction"], &item["text"]), (&json!("in"), &json!("Bonsoir https://example.org/x")));
    assert_eq!((&item["card"], &item["attachment"]), (&Value::Null, &Value::Null));
    assert!(seen["next"].as_u64() > Some(after));
}

#[tokio::test]
async fn a_picture_is_kept_and_what_is_none_is_refused() {
    let (_house, _server, desk) = open().await;
    let keep = async |bytes: &[u8]| {
        let headers = [("content-type", "image/png")];
        desk.http.raw(Method::POST, "/simulator/pictures", &headers, bytes.to_vec()).await
    };
    let kept = keep(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await;
    assert!(json_of(&kept)["reference"].is_string(), "{kept:?}");
    assert_eq!(json_of(&keep(b"<html><body>").await)["code"], "unsupported_file");
    assert_eq!(keep(&vec![0; 5_000_001]).await.status(), 413);
    let body = json!({
        "channel_id": desk.channel, "number": number(8), "text": "Voici",
        "picture": { "reference": json_of(&kept)["reference"], "media_type": "image/png", "name": "gâteau.png" },
    });
    assert_eq!(write(&desk, &[], &body).await.status(), 204);
    let seen = shown(&desk, &number(8), 0).await;
    assert_eq!(seen["items"][0]["text"], "Voici\n[gâteau.png]");
}

#[tokio::test]
async fn the_page_is_whole_and_nobody_elses_writes() {
    let (_house, _server, desk) = open().await;
    for (path, kind) in [
        ("/simulator", "text/html; charset=utf-8"),
        ("/simulator/handset.css", "text/css; charset=utf-8"),
        ("/simulator/handset.js", "text/javascript; charset=utf-8"),
        ("/simulator/words.js", "text/javascript; charset=utf-8"),
    ] {
        let page = desk.http.raw(Method::GET, path, &[], Bytes::new()).await;
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()["content-type"], kind);
        let policy = page.headers()["content-security-policy"].to_str().expect("a text");
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    }
    let channels = json_of(&desk.http.raw(Method::GET, "/simulator/channels", &[], Bytes::new()).await);
    assert_eq!(channels["channels"][0]["channel_id"], desk.channel);
    let body = json!({ "channel_id": desk.channel, "number": number(9), "text": "x" });
    for origin in ["https://evil.example", "null"] {
        assert_eq!(write(&desk, &[("origin", origin)], &body).await.status(), 403, "{origin}");
    }
    let ours = format!("http://{}", desk.http.address());
    assert_eq!(write(&desk, &[("origin", &ours)], &body).await.status(), 204);
    let wrong = json!({ "channel_id": desk.channel, "number": "12", "text": "x" });
    assert_eq!(json_of(&write(&desk, &[], &wrong).await)["code"], "invalid_number");
}

#[tokio::test]
async fn there_is_no_handset_where_there_is_no_demonstration() {
    let (_house, _server, desk) = Desk::open().await;
    for path in ["/simulator", "/simulator/channels", "/simulator/handset.js"] {
        let answer = desk.http.raw(Method::GET, path, &[], Bytes::new()).await;
        assert_eq!(answer.status(), 404);
    }
    assert_eq!(write(&desk, &[], &json!({})).await.status(), 404);
}
