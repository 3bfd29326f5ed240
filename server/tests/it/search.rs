//! Searching on the real server: between two workspaces, after a kill, without the index.

use serde_json::{Value, json};

use super::desk::{Desk, number, phone, text};
use super::server::soon;

async fn find(desk: &Desk, text: &str) -> Value {
    desk.ask("search.conversations", json!({ "text": text, "count": true })).await
}

fn names(found: &Value) -> Vec<&str> {
    let hits = found["hits"].as_array().expect("hits");
    hits.iter().map(|hit| hit["name"].as_str().unwrap_or_default()).collect()
}

/// Somebody with a name, a tag, a property and a message, all of them words of one's own.
async fn person(desk: &Desk, nth: u32, word: &str) {
    desk.phone_writes(&format!("in-{nth}"), &number(nth), &format!("bonjour {word}")).await;
    let card = json!({
        "name": format!("Hélène {word}"),
        "add_tags": [format!("tag {word}")],
        "properties": { "city": format!("ville{word}") },
        "add_addresses": [phone(&number(nth))],
    });
    desk.act("contact.save", card).await;
}

#[tokio::test]
async fn workspaces_never_meet_in_a_search() {
    let (house, _server, one) = Desk::open().await;
    let other = Desk::found(&house).await;
    for nth in 1..=3 {
        person(&one, nth, "zqone").await;
        person(&other, nth, "zqother").await;
    }
    for (desk, own, foreign) in [(&one, "zqone", "zqother"), (&other, "zqother", "zqone")] {
        for text in
            [foreign, &foreign[2..], &format!("tag:\"tag {foreign}\""), &format!("prop:city=ville{foreign}")]
        {
            let found = find(desk, text).await;
            assert_eq!(found["hits"], json!([]), "{text}");
            assert_eq!(found["total"], json!({ "count": 0, "capped": false }), "{text}");
            let said = desk.ask("search.messages", json!({ "text": foreign, "count": true })).await;
            assert_eq!((&said["hits"], &said["total"]["count"]), (&json!([]), &json!(0)));
        }
        let found = find(desk, "hel").await;
        assert_eq!(found["total"]["count"], 3, "each finds its own");
        assert!(!found.to_string().contains(foreign));
        assert_eq!(find(desk, own).await["total"]["count"], 3);
        let digits = &number(1)[1..];
        assert_eq!(find(desk, digits).await["total"]["count"], 1, "a number is in both, and told once");
    }
}

#[tokio::test]
async fn a_kill_and_the_loss_of_the_index_change_no_answer() {
    let (house, server, desk) = Desk::open().await;
    for nth in 1..=5 {
        person(&desk, nth, "avant").await;
    }
    server.kill();
    let server = house.start().await;
    assert_eq!(
        names(&find(&desk.at(&house), "avant").await),
        ["Hélène avant"; 5],
        "what was not committed too"
    );
    person(&desk.at(&house), 6, "apres").await;
    server.kill();
    std::fs::remove_dir_all(house.data().join("search")).expect("the index is deleted");
    let _server = house.start().await;
    let desk = desk.at(&house);
    soon(async {
        while find(&desk, "hel").await.get("building").is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(find(&desk, "hel").await["total"]["count"], 6);
    assert_eq!(names(&find(&desk, "apres").await), ["Hélène apres"]);
}

#[tokio::test]
async fn pages_inside_one_conversation_meet_every_message_once() {
    let (_house, _server, desk) = Desk::open().await;
    for nth in 0..7 {
        desk.phone_writes(&format!("in-{nth}"), &number(1), &format!("bonjour {nth}")).await;
    }
    let conversation = desk.conversation_of(&number(1)).await;
    let (mut met, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = json!({ "text": "jour", "conversation_id": conversation, "limit": 2, "after": after });
        let page = desk.ask("search.messages", page).await;
        met.extend(page["hits"].as_array().expect("hits").iter().map(|hit| text(&hit["snippet"])));
        match page.get("next") {
            Some(next) => after = next.clone(),
            None => break,
        }
    }
    let newest_first: Vec<String> = (0..7).rev().map(|nth| format!("bonjour {nth}")).collect();
    assert_eq!(met, newest_first);
}

#[tokio::test]
async fn pages_of_a_search_meet_everybody_once() {
    let (_house, _server, desk) = Desk::open().await;
    for nth in 1..=23 {
        desk.start(&number(nth)).await;
    }
    let (mut met, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = json!({ "text": &number(1)[1..6], "limit": 5, "after": after });
        let page = desk.ask("search.conversations", page).await;
        met.extend(
            page["hits"]
                .as_array()
                .expect("hits")
                .iter()
                .map(|hit| text(&hit["conversation"]["conversation_id"])),
        );
        // A hit that was met moves to the front: nobody is met twice for it.
        desk.phone_writes(&format!("again-{}", met.len()), &number(23), "encore").await;
        match page.get("next") {
            Some(next) => after = next.clone(),
            None => break,
        }
    }
    let all = met.len();
    met.sort_unstable();
    met.dedup();
    assert_eq!((all, met.len()), (23, 23));
}
