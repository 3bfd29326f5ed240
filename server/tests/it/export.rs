//! `GET /v1/log`: what an outside checker builds on.

use serde_json::{Value, json};

use super::desk::{Desk, number};

fn events(line: &Value) -> &Vec<Value> {
    line["events"].as_array().expect("events")
}

#[tokio::test]
async fn the_log_has_a_line_per_commit_without_gaps() {
    let (_house, _server, desk) = Desk::open().await;
    desk.phone_writes("in-1", &number(1), "hello").await;
    let id = desk.conversation_of(&number(1)).await;
    let command = super::http::fresh_id();
    let params = json!({ "conversation_id": id, "text": "a note" });
    let done = desk.http.command_as(&desk.admin, &command, "note.add", params).await.ok();
    let log = desk.http.log(&desk.admin, 0).await;
    let mut next = 1;
    for line in &log {
        for event in events(line) {
            assert_eq!(event["seq"], next, "{line}");
            next += 1;
        }
        assert_eq!(line["seq"], next - 1, "a line ends with its last event: {line}");
        assert!(line["at"].is_string() && line["actor"]["kind"].is_string(), "{line}");
    }
    let line = log.iter().find(|line| line["command_id"] == command.as_str()).expect("the command is there");
    assert_eq!((&line["seq"], &events(line)[0]["name"]), (&done["seq"], &json!("note.added")));
    assert_eq!(events(line)[0]["data"]["conversation"]["conversation_id"], id.as_str(), "{line}");
}

#[tokio::test]
async fn what_nobody_is_told_has_a_name_and_no_data() {
    let (_house, _server, desk) = Desk::open().await;
    let ana = desk.hire("Ana", "agent").await;
    let id = desk.start(&number(1)).await;
    desk.act("conversation.release", json!({ "conversation_id": id })).await;
    let log = desk.http.log(&desk.admin, 0).await;
    let all: Vec<_> = log.iter().flat_map(events).collect();
    for name in ["token.created", "command.noted"] {
        let event =
            all.iter().find(|event| event["name"] == name).unwrap_or_else(|| panic!("{name}: {all:?}"));
        assert!(event.get("data").is_none(), "{event}");
    }
    let text = serde_json::to_string(&log).expect("JSON");
    assert!(!text.contains(&ana.token) && !text.contains("hash") && !text.contains("digest"), "{text}");
}

#[tokio::test]
async fn an_export_goes_on_where_the_last_one_ended() {
    let (_house, _server, desk) = Desk::open().await;
    let id = desk.start(&number(1)).await;
    let before = desk.http.log(&desk.admin, 0).await;
    let seq = before.last().and_then(|line| line["seq"].as_u64()).expect("a seq");
    assert!(desk.http.log(&desk.admin, seq).await.is_empty());
    let note = desk.note(&id, "one more").await;
    let more = desk.http.log(&desk.admin, seq).await;
    assert_eq!(more.iter().map(|line| line["seq"].as_u64()).collect::<Vec<_>>(), [Some(note)]);
    assert!(desk.http.log(&desk.admin, u64::MAX).await.is_empty());
    let whole = desk.http.log(&desk.admin, 0).await;
    assert_eq!(whole, [before, more].concat());
}
