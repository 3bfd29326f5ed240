//! The same command id again: the same answer, and it happens once, wherever it is asked.

use serde_json::{Value, json};

use super::desk::{Desk, number};
use super::http::fresh_id;

/// How often a command stands in the log.
async fn times(desk: &Desk, id: &str) -> usize {
    desk.http.log(&desk.admin, 0).await.iter().filter(|line| line["command_id"] == id).count()
}

#[tokio::test]
async fn a_command_asked_everywhere_happens_once() {
    let (house, server, desk) = Desk::open().await;
    let conversation = desk.start(&number(1)).await;
    let commands = [
        ("message.send", json!({ "conversation_id": conversation, "text": "once" })),
        ("note.add", json!({ "conversation_id": conversation, "text": "once" })),
        ("group.create", json!({ "name": "once" })),
        ("conversation.release", json!({ "conversation_id": conversation })),
        ("agent.create", json!({ "name": "Once", "role": "agent" })),
    ];
    let mut told: Vec<(String, &str, Value, Value)> = Vec::new();
    for (name, params) in commands {
        let id = fresh_id();
        let (mut first, mut second) = (desk.enter(&desk.admin).await, desk.enter(&desk.admin).await);
        first.ask_as(&id, name, params.clone(), None).await;
        second.ask_as(&id, name, params.clone(), None).await;
        let ok = first.answer(&id).await["ok"].clone();
        assert!(ok["seq"].is_u64(), "{ok}");
        assert_eq!(second.answer(&id).await["ok"], ok);
        assert_eq!(desk.http.command_as(&desk.admin, &id, name, params.clone()).await.ok(), ok);
        told.push((id, name, params, ok));
    }
    server.kill();
    let _server = house.start().await;
    for (id, name, params, ok) in &told {
        assert_eq!(desk.http.command_as(&desk.admin, id, name, params.clone()).await.ok(), *ok, "{name}");
        let mut socket = desk.enter(&desk.admin).await;
        socket.ask_as(id, name, params.clone(), None).await;
        assert_eq!(socket.answer(id).await["ok"], *ok, "{name}");
        assert_eq!(times(&desk, id).await, 1, "{name}");
    }
}

#[tokio::test]
async fn an_id_is_of_one_command_and_of_one_agent() {
    let (_house, _server, desk) = Desk::open().await;
    let ana = desk.hire("Ana", "supervisor").await;
    let id = fresh_id();
    desk.http.command_as(&desk.admin, &id, "group.create", json!({ "name": "one" })).await.ok();
    for (name, params) in [
        ("group.create", json!({ "name": "two" })),
        ("agent.create", json!({ "name": "x", "role": "agent" })),
    ] {
        let answer = desk.http.command_as(&desk.admin, &id, name, params).await;
        assert_eq!(answer.problem(), (409, "command_id_reused".to_owned()), "{name}");
    }
    desk.http.command_as(&ana.token, &id, "group.create", json!({ "name": "two" })).await.ok();
}

#[tokio::test]
async fn an_id_from_another_time_is_refused() {
    let (_house, _server, desk) = Desk::open().await;
    let ids = [
        ("0192f0c4-0000-7000-8000-000000000001", "command_id_too_old"),
        ("7fffffff-ffff-7000-8000-000000000001", "command_id_in_future"),
    ];
    for (id, wanted) in ids {
        let answer = desk.http.command_as(&desk.admin, id, "group.create", json!({ "name": "x" })).await;
        assert_eq!(answer.problem(), (409, wanted.to_owned()));
    }
}

#[tokio::test]
async fn a_secret_is_shown_once_and_to_one() {
    let (house, _server, desk) = Desk::open().await;
    let ana = desk.hire("Ana", "agent").await;
    for _ in 0..10 {
        let id = fresh_id();
        let asked = || desk.http.command_as(&desk.admin, &id, "token.create", json!({ "agent_id": ana.id }));
        let (first, second) = tokio::join!(asked(), asked());
        let tokens: Vec<_> = [first, second]
            .iter()
            .filter_map(|answer| answer.ok()["token"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(tokens.len(), 1, "one of two is told the secret");
        desk.http.query(&tokens[0], "counters.get", json!({})).await.ok();
        assert_eq!(asked().await.ok()["token"], Value::Null);
    }
    let id = fresh_id();
    let params = json!({ "name": "Second", "country": "FR", "admin": "Bo" });
    let operator = house.operator();
    let asked = || desk.http.command_as(&operator, &id, "workspace.create", params.clone());
    let (first, second) = tokio::join!(asked(), asked());
    assert_eq!(first.ok()["workspace_id"], second.ok()["workspace_id"]);
    let tokens = [first, second].iter().filter(|answer| answer.ok()["token"].is_string()).count();
    assert_eq!(tokens, 1);
}

#[tokio::test]
async fn a_webhook_that_comes_again_happens_once() {
    let (house, server, desk) = Desk::open().await;
    for _ in 0..3 {
        desk.phone_writes("in-1", &number(1), "hello").await;
    }
    server.kill();
    let _server = house.start().await;
    desk.phone_writes("in-1", &number(1), "hello").await;
    let log = desk.http.log(&desk.admin, 0).await;
    let events = log.iter().flat_map(|line| line["events"].as_array().expect("events"));
    assert_eq!(events.filter(|event| event["name"] == "message.received").count(), 1);
}
