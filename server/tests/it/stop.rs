//! A stop that was asked for: everyone is told, nothing is lost, and the next start has everything.

use futures_util::{StreamExt, stream};
use serde_json::json;

use super::desk::{Desk, number};
use super::slow::narrow_socket;

#[tokio::test]
async fn who_is_connected_is_told_goodbye() {
    let (house, server, desk) = Desk::open().await;
    let id = desk.start(&number(1)).await;
    let note = desk.note(&id, "before the stop").await;
    let mut people = vec![desk.enter(&desk.admin).await, desk.socket().await];
    let cursor = people[0].cursor.clone();
    let status = server.stop();
    let ends = async {
        for socket in &mut people {
            let (code, frames) = socket.end().await;
            let goodbye = frames.last().expect("a goodbye");
            assert_eq!(
                (code, &goodbye["type"], &goodbye["code"]),
                (4000, &json!("goodbye"), &json!("shutdown"))
            );
            assert!(goodbye["retry_after_ms"].is_u64(), "{goodbye}");
        }
    };
    let (status, ()) = tokio::join!(status, ends);
    assert_eq!(status.code(), Some(0), "{}", server.words());
    let server = house.start().await;
    assert!(!server.words().contains("state"), "the state is whole: {}", server.words());
    let log = desk.http.log(&desk.admin, 0).await;
    assert!(log.iter().any(|line| line["seq"] == note));
    let mut back = desk.socket().await;
    back.hello(&desk.admin, Some(&cursor)).await;
    assert_eq!(back.frame().await["resumed"], true);
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_no_stop_up() {
    let (_house, server, desk) = Desk::open().await;
    let id = desk.start(&number(1)).await;
    let silent = narrow_socket(&desk).await;
    let text = "more than its kernel takes ".repeat(100);
    let notes = stream::iter(0..500).map(|_| desk.note(&id, &text)).buffer_unordered(16).count();
    assert_eq!(notes.await, 500);
    assert_eq!(server.stop().await.code(), Some(0));
    drop(silent);
}

#[tokio::test]
async fn what_was_asked_just_before_the_stop_is_there_or_was_never_promised() {
    let (house, server, desk) = Desk::open().await;
    let id = desk.start(&number(1)).await;
    let mut socket = desk.enter(&desk.admin).await;
    let mut asked = Vec::new();
    for at in 0..60 {
        asked.push(
            socket.ask("note.add", json!({ "conversation_id": id, "text": format!("note {at}") })).await,
        );
    }
    let (status, (_, frames)) = tokio::join!(server.stop(), socket.end());
    assert_eq!(status.code(), Some(0));
    let _server = house.start().await;
    let log = desk.http.log(&desk.admin, 0).await;
    for reply in frames.iter().filter(|frame| frame["ok"].is_object()) {
        let found = log.iter().filter(|line| line["command_id"] == reply["command_id"]).count();
        assert_eq!(found, 1, "{reply}");
    }
}
