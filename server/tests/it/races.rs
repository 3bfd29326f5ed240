//! Two people at the same instant: one wins, the other is told.

use serde_json::{Value, json};

use super::desk::{Desk, number, phone};
use super::socket::{Socket, code};

/// Both send before either reads.
async fn at_once(a: &mut Socket, b: &mut Socket, name: &str, params: Value) -> [Value; 2] {
    at_once_with(a, b, name, params, None).await
}

async fn at_once_with(
    a: &mut Socket,
    b: &mut Socket,
    name: &str,
    params: Value,
    expected: Option<Value>,
) -> [Value; 2] {
    let ids = [super::http::fresh_id(), super::http::fresh_id()];
    a.ask_as(&ids[0], name, params.clone(), expected.clone()).await;
    b.ask_as(&ids[1], name, params, expected).await;
    [a.answer(&ids[0]).await, b.answer(&ids[1]).await]
}

async fn two_agents(desk: &Desk) -> (Socket, Socket) {
    let (ana, ben) = (desk.hire("Ana", "agent").await, desk.hire("Ben", "agent").await);
    (desk.enter(&ana.token).await, desk.enter(&ben.token).await)
}

#[tokio::test]
async fn next_gives_two_agents_two_conversations() {
    let (_house, _server, desk) = Desk::open().await;
    let (mut ana, mut ben) = two_agents(&desk).await;
    for round in 0..10 {
        for phone in [2 * round, 2 * round + 1] {
            desk.phone_writes(&format!("in-{phone}"), &number(phone), "hello").await;
        }
        let answers = at_once(&mut ana, &mut ben, "conversation.next", json!({})).await;
        let [first, second] = answers.map(|answer| answer["ok"]["conversation_id"].clone());
        assert!(first.is_string() && second.is_string(), "{first} {second}");
        assert_ne!(first, second);
    }
    let [first, second] = at_once(&mut ana, &mut ben, "conversation.next", json!({})).await;
    assert_eq!((code(&first), code(&second)), ("nothing_waiting", "nothing_waiting"));
}

#[tokio::test]
async fn two_agents_who_start_one_number_end_in_one_conversation() {
    let (_house, _server, desk) = Desk::open().await;
    let (mut ana, mut ben) = two_agents(&desk).await;
    for round in 0..10 {
        let params = json!({ "channel_id": desk.channel, "address": phone(&number(round)) });
        let [first, second] = at_once(&mut ana, &mut ben, "conversation.start", params).await;
        assert!(first["ok"]["conversation_id"].is_string(), "{first}");
        assert_eq!(first["ok"]["conversation_id"], second["ok"]["conversation_id"]);
    }
    let log = desk.http.log(&desk.admin, 0).await;
    let events = log.iter().flat_map(|line| line["events"].as_array().expect("events"));
    assert_eq!(events.filter(|event| event["name"] == "conversation.started").count(), 10);
}

#[tokio::test]
async fn of_two_replies_to_one_screen_one_is_accepted() {
    let (_house, _server, desk) = Desk::open().await;
    let (mut ana, mut ben) = two_agents(&desk).await;
    desk.phone_writes("in-1", &number(1), "hello").await;
    let id = desk.conversation_of(&number(1)).await;
    for _ in 0..10 {
        let expected = json!({ "epoch": ana.welcome["epoch"], "seq": desk.head().await });
        let params = json!({ "conversation_id": id, "text": "we answer" });
        let answers = at_once_with(&mut ana, &mut ben, "message.send", params, Some(expected)).await;
        let (accepted, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer["error"].is_null());
        assert_eq!((accepted.len(), refused.len()), (1, 1), "{answers:?}");
        assert_eq!(code(refused[0]), "conversation_changed");
        assert!(refused[0]["error"]["details"]["newest_seq"].is_u64(), "{}", refused[0]);
    }
}

#[tokio::test]
async fn of_two_claims_one_wins_and_the_other_learns_who() {
    let (_house, _server, desk) = Desk::open().await;
    let (mut ana, mut ben) = two_agents(&desk).await;
    let ids = [ana.welcome["agent"]["agent_id"].clone(), ben.welcome["agent"]["agent_id"].clone()];
    for round in 0..10 {
        let params = json!({ "conversation_id": desk.start(&number(round)).await });
        let answers = at_once(&mut ana, &mut ben, "conversation.claim", params).await;
        let winners: Vec<_> = (0..2).filter(|at| answers[*at]["error"].is_null()).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        let loser = &answers[1 - winners[0]];
        assert_eq!(code(loser), "already_claimed");
        assert_eq!(loser["error"]["details"]["agent_id"], ids[winners[0]], "{loser}");
    }
}
