//! Coming back: where one was, from the ring or from the log; with a cursor that is of no use, from the
//! beginning, on the same connection.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::desk::{Desk, number};
use super::server::House;
use super::socket::{Socket, notes};

/// Comes back with a cursor that is good; the connection goes on behind it.
async fn resume(desk: &Desk, token: &str, cursor: &Value) -> Socket {
    let mut socket = desk.socket().await;
    socket.hello(token, Some(cursor)).await;
    let welcome = socket.frame().await;
    assert_eq!((&welcome["type"], &welcome["resumed"]), (&json!("welcome"), &json!(true)), "{welcome}");
    socket
}

/// Comes with a cursor that is of no use: why, and the snapshot follows at once.
async fn reset(desk: &Desk, token: &str, cursor: &Value) -> String {
    let mut socket = desk.socket().await;
    socket.hello(token, Some(cursor)).await;
    let reset = socket.frame().await;
    assert_eq!(reset["type"], "reset", "{cursor} {reset}");
    let welcome = socket.frame().await;
    assert_eq!((&welcome["type"], &welcome["resumed"]), (&json!("welcome"), &json!(false)), "{welcome}");
    assert!(socket.snapshot().await.iter().any(|part| part["groups"].is_array()));
    let reply = socket.command("agent.set_availability", json!({ "availability": "away" })).await;
    assert!(reply["ok"].is_object(), "{reply}");
    reset["reason"].as_str().expect("a reason").to_owned()
}

async fn missed(desk: &Desk, events: usize) -> Vec<u64> {
    let id = desk.start(&number(1)).await;
    let notes = stream::iter(0..events).map(|_| desk.note(&id, "while you were away"));
    let mut seqs: Vec<_> = notes.buffer_unordered(64).collect().await;
    seqs.sort_unstable();
    seqs
}

#[tokio::test]
async fn who_was_away_for_a_moment_goes_on_from_the_ring() {
    let (_house, _server, desk) = Desk::open().await;
    let cursor = desk.enter(&desk.admin).await.cursor.clone();
    let missed = missed(&desk, 20).await;
    let mut socket = resume(&desk, &desk.admin, &cursor).await;
    let head = *missed.last().expect("a note");
    let frames = socket.until(head).await;
    let told = notes(&frames);
    assert_eq!(told, missed, "every note, once, in order");
    let counters = socket.next("counters").await;
    assert!(counters["seq"].as_u64() >= Some(head), "counters follow what was missed: {counters}");
}

#[tokio::test]
async fn who_was_away_for_long_goes_on_from_the_log() {
    let (_house, server, desk) = Desk::open_in(House::for_load()).await;
    let cursor = desk.enter(&desk.admin).await.cursor.clone();
    let missed = missed(&desk, 4_300).await;
    let mut socket = resume(&desk, &desk.admin, &cursor).await;
    let told = notes(&socket.until(*missed.last().expect("a note")).await);
    assert_eq!(told, missed, "every note, once, in order");
    assert!(server.words().contains("listening"), "it never stopped");
}

#[tokio::test]
async fn a_cursor_is_still_good_after_a_restart() {
    let (house, server, desk) = Desk::open().await;
    let cursor = desk.enter(&desk.admin).await.cursor.clone();
    let missed = missed(&desk, 20).await;
    server.kill();
    let _server = house.start().await;
    let mut socket = resume(&desk, &desk.admin, &cursor).await;
    let told = notes(&socket.until(*missed.last().expect("a note")).await);
    assert_eq!(told, missed);
}

#[tokio::test]
async fn who_was_away_for_a_moment_keeps_the_signals_that_he_knows() {
    let (house, server, desk) = Desk::open().await;
    let id = desk.start(&number(1)).await;
    let ben = desk.hire("Ben", "agent").await;
    let mut colleague = desk.enter(&ben.token).await;
    let mut away = desk.enter(&desk.admin).await;
    desk.note(&id, "where he stands is told").await;
    let cursor = away.next("checkpoint").await["cursor"].clone();
    drop(away);
    colleague.send(&json!({ "type": "signal", "conversation_id": id, "doing": "typing" })).await;
    colleague.query("workspace.get", json!({})).await;
    let mut back = desk.socket().await;
    back.hello(&desk.admin, Some(&cursor)).await;
    assert_eq!(back.frame().await["signals_kept"], true);
    loop {
        let signal = back.next("signal").await;
        assert!(signal["doing"] != "online" || signal["agent_id"] != ben.id, "he knows that: {signal}");
        if signal["conversation_id"] == id {
            break;
        }
    }
    server.kill();
    let _server = house.start().await;
    let mut back = desk.socket().await;
    back.hello(&desk.admin, Some(&cursor)).await;
    let welcome = back.frame().await;
    assert_eq!((&welcome["resumed"], &welcome["signals_kept"]), (&json!(true), &Value::Null), "{welcome}");
}

#[tokio::test]
async fn a_cursor_of_somebody_else_or_of_nobody_leads_to_a_fresh_beginning() {
    let (_house, _server, desk) = Desk::open().await;
    let ana = desk.hire("Ana", "agent").await;
    let ben = desk.hire("Ben", "agent").await;
    missed(&desk, 3).await;
    let cursor = desk.enter(&ana.token).await.cursor.clone();
    assert_eq!(reset(&desk, &ben.token, &cursor).await, "unknown_cursor");
    let good = URL_SAFE_NO_PAD.decode(cursor.as_str().expect("a cursor")).expect("base64");
    for place in [0, 7, 8, 14, 16, 23, 24, 39] {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        let made_up = json!(URL_SAFE_NO_PAD.encode(bytes));
        assert_eq!(reset(&desk, &ana.token, &made_up).await, "unknown_cursor", "byte {place}");
    }
    assert_eq!(reset(&desk, &ana.token, &json!(URL_SAFE_NO_PAD.encode([0; 40]))).await, "unknown_cursor");
}

#[tokio::test]
async fn a_text_that_is_no_cursor_is_no_hello() {
    let (_house, _server, desk) = Desk::open().await;
    for cursor in ["", "x", "????", &"A".repeat(10_000)] {
        let mut socket = desk.socket().await;
        socket.hello(&desk.admin, Some(&json!(cursor))).await;
        assert_eq!(socket.close_code().await, 4500, "{cursor}");
    }
}
