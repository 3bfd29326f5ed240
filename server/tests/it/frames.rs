//! Bytes that no client of ours would send: each gets its documented code, and the colleagues notice nothing.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::desk::{Desk, number};
use super::http::fresh_id;
use super::server::soon;
use super::socket::{MSGPACK, Socket, binary, code, handshake, notes};

/// How much more memory the server may hold after an attack.
const GROWTH_KIB_MAX: u64 = 64 << 10;

/// Somebody who works while the others attack: every note arrives, in order and without a gap.
async fn colleague(desk: Desk, works: oneshot::Sender<()>, mut over: oneshot::Receiver<()>) {
    let mut socket = desk.enter(&desk.hire("Zoe", "agent").await.token).await;
    let id = desk.start(&number(999)).await;
    socket.until(desk.note(&id, "the first").await).await;
    works.send(()).expect("somebody waits for it");
    while over.try_recv().is_err() {
        let seq = desk.note(&id, "on and on").await;
        let frames = socket.until(seq).await;
        let last = notes(&frames).into_iter().rev().take_while(|event| *event == seq).count();
        assert_eq!(last, 1, "the note arrived once: {frames:?}");
    }
}

/// Runs an attack while a colleague works; the server must not grow.
async fn withstand<F: Future<Output = ()>>(attack: impl FnOnce(Desk) -> F) {
    let (_house, server, desk) = Desk::open().await;
    let (works, working) = oneshot::channel();
    let (over, told) = oneshot::channel();
    let colleague = tokio::spawn(colleague(desk.clone(), works, told));
    soon(working).await.expect("the colleague came in");
    let before = server.resident_kib();
    attack(desk).await;
    over.send(()).expect("the colleague was not disturbed");
    soon(colleague).await.expect("the colleague was not disturbed");
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < GROWTH_KIB_MAX, "the server holds {grown} KiB more");
}

async fn packed(desk: &Desk, enter: bool) -> Socket {
    let address = desk.http.address();
    let mut socket = Socket::open_with(address, handshake(address, Some(MSGPACK))).await.expect("an upgrade");
    if enter {
        let hello = json!({ "type": "hello", "token": desk.admin, "client": "attack/1" });
        socket.send_raw(binary(rmp_serde::to_vec_named(&hello).expect("a document"))).await;
        socket.next("welcome").await;
        socket.snapshot().await;
    }
    socket
}

/// Every goodbye names the code that the close frame carries.
async fn closes(socket: &mut Socket, wanted: u16, name: &str) {
    let (code, frames) = socket.end().await;
    assert_eq!(code, wanted, "{frames:?}");
    let goodbye = frames.last().expect("a goodbye");
    assert_eq!((&goodbye["type"], &goodbye["code"]), (&json!("goodbye"), &json!(name)));
}

fn deep(levels: usize) -> String {
    format!(r#"{{"type":"command","x":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels))
}

#[tokio::test]
async fn what_is_no_document_ends_the_connection() {
    withstand(async |desk| {
        for text in
            ["", "{", "[]", "null", "\"hello\"", "{\"type\":7}", "{}", "{\"type\":\"hello\"} x", &deep(200)]
        {
            for enter in [false, true] {
                let mut socket = desk.socket().await;
                if enter {
                    socket.enter(&desk.admin).await;
                }
                socket.send_raw(Message::text(text)).await;
                closes(&mut socket, 4500, "bad_frame").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_messagepack_ends_the_connection() {
    let hello = rmp_serde::to_vec_named(&json!({ "type": "hello" })).expect("a document");
    let bombs: Vec<Vec<u8>> = vec![
        vec![],
        vec![0xc1],
        vec![0xdd, 0xff, 0xff, 0xff, 0xff],
        vec![0xdf, 0xff, 0xff, 0xff, 0xff],
        vec![0xdb, 0xff, 0xff, 0xff, 0xff],
        vec![0xc6, 0x7f, 0xff, 0xff, 0xff],
        [vec![0x81, 0xa4], b"type".to_vec(), vec![0xdb, 0x7f, 0xff, 0xff, 0xff], b"hello".to_vec()].concat(),
        [vec![0x82, 0xa1, b'x'], vec![0x91; 60_000], vec![0xc0]].concat(),
        [hello, vec![0xc0]].concat(),
    ];
    withstand(async |desk| {
        for bytes in bombs {
            for enter in [false, true] {
                let mut socket = packed(&desk, enter).await;
                socket.send_raw(binary(bytes.clone())).await;
                closes(&mut socket, 4500, "bad_frame").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_frame_of_the_other_kind_ends_the_connection() {
    withstand(async |desk| {
        let hello = json!({ "type": "hello", "token": desk.admin, "client": "attack/1" });
        let mut socket = packed(&desk, false).await;
        socket.send(&hello).await;
        closes(&mut socket, 4500, "bad_frame").await;
        let mut socket = desk.socket().await;
        socket.send_raw(binary(rmp_serde::to_vec_named(&hello).expect("a document"))).await;
        closes(&mut socket, 4500, "bad_frame").await;
    })
    .await;
}

#[tokio::test]
async fn hello_comes_first_and_once() {
    withstand(async |desk| {
        for first in ["command", "query", "signal", "refresh"] {
            let mut socket = desk.socket().await;
            socket.send(&frame_of(first)).await;
            closes(&mut socket, 4500, "bad_frame").await;
        }
        let mut socket = desk.enter(&desk.admin).await;
        socket.hello(&desk.admin, None).await;
        closes(&mut socket, 4500, "bad_frame").await;
    })
    .await;
}

fn frame_of(kind: &str) -> Value {
    let conversation = "cnv_0192f0c4-0000-7000-8000-000000000001";
    match kind {
        "command" => {
            json!({ "type": kind, "command_id": fresh_id(), "name": "group.create", "params": { "name": "x" } })
        }
        "query" => json!({ "type": kind, "id": 1, "name": "counters.get", "params": {} }),
        "signal" => json!({ "type": kind, "conversation_id": conversation, "doing": "typing" }),
        other => json!({ "type": other, "id": 1, "token": "x" }),
    }
}

#[tokio::test]
async fn what_is_wrong_in_a_good_document_is_answered_and_the_connection_stays() {
    withstand(async |desk| {
        let mut socket = desk.enter(&desk.admin).await;
        let id = fresh_id();
        let command = |name: &str, params: Value| json!({ "type": "command", "command_id": id, "name": name, "params": params });
        let wrong = [
            (json!({ "type": "dance" }), "unknown_type"),
            (command("group.explode", json!({})), "unknown_command"),
            (json!({ "type": "query", "id": 3, "name": "group.list", "params": {} }), "unknown_query"),
            (command("group.create", json!({})), "invalid_params"),
            (command("group.create", json!({ "name": 7 })), "invalid_params"),
            (json!({ "type": "command", "command_id": id, "name": "group.create" }), "invalid_params"),
            (json!({ "type": "command", "name": "group.create", "params": { "name": "x" } }), "invalid_params"),
            (json!({ "type": "command", "command_id": "1", "name": "group.create", "params": {} }), "invalid_params"),
            (command("conversation.close", json!({ "conversation_id": desk.group })), "invalid_params"),
            (json!({ "type": "query", "id": -3, "name": "counters.get", "params": {} }), "invalid_params"),
            (json!({ "type": "query", "id": 3, "name": "queue.page", "params": { "view": {}, "limit": 201 } }), "too_many"),
            (json!({ "type": "query", "id": 3, "name": "queue.page", "params": { "view": {}, "after": "x" } }), "invalid_params"),
        ];
        for (frame, wanted) in wrong {
            socket.send(&frame).await;
            let reply = socket.next("reply").await;
            assert_eq!(code(&reply), wanted, "{frame}");
        }
        let reply = socket.command("group.create", json!({ "name": "still here" })).await;
        assert!(reply["ok"]["group_id"].is_string(), "{reply}");
    })
    .await;
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_connection_with_its_code() {
    withstand(async |desk| {
        for bytes in [65 << 10, 10 << 20] {
            for enter in [false, true] {
                let mut socket = desk.socket().await;
                if enter {
                    socket.enter(&desk.admin).await;
                }
                let text = format!(r#"{{"type":"hello","token":"{}"}}"#, "x".repeat(bytes));
                socket.send_raw(Message::text(text)).await;
                closes(&mut socket, 4509, "frame_too_large").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn text_that_is_not_utf_8_ends_the_connection_with_the_code_of_websocket() {
    withstand(async |desk| {
        let mut socket = desk.enter(&desk.admin).await;
        let masked = [0x81, 0x84, 0, 0, 0, 0, b'{', 0xff, 0xfe, b'}'];
        socket.wire().write_all(&masked).await.expect("it is written");
        assert_eq!(socket.close_code().await, 1007);
        let mut socket = desk.enter(&desk.admin).await;
        socket.wire().write_all(&[0x83, 0x80, 0, 0, 0, 0]).await.expect("it is written");
        assert_eq!(socket.close_code().await, 1002);
    })
    .await;
}

#[tokio::test]
async fn who_talks_too_much_is_sent_away_for_a_while() {
    withstand(async |desk| {
        let mut socket = desk.enter(&desk.admin).await;
        for _ in 0..400 {
            socket.send(&json!({ "type": "pong" })).await;
        }
        closes(&mut socket, 4029, "rate_limited").await;
    })
    .await;
}

#[tokio::test]
async fn an_attacker_in_a_crowd_costs_no_memory() {
    withstand(async |desk| {
        for _ in 0..40 {
            let mut sockets = Vec::new();
            for _ in 0..20 {
                let mut socket = desk.socket().await;
                socket.send_raw(Message::text(format!("{{\"type\":\"{}\"}}", "x".repeat(60_000)))).await;
                sockets.push(socket);
            }
            for socket in &mut sockets {
                closes(socket, 4500, "bad_frame").await;
            }
        }
    })
    .await;
}
