//! Searches that are kept open on the real server: they follow what colleagues do, show nobody what is hidden,
//! and end when they are told to.

use serde_json::{Value, json};

use super::desk::{Desk, Person, number, phone, text};
use super::server::soon;
use super::socket::{Socket, code};

/// An open search as a client knows it.
struct Open {
    id: u64,
    list: Vec<Value>,
    total: Value,
}

/// What tells a hit from the others.
fn id_of(hit: &Value) -> &str {
    let conversation = hit["conversation"]["conversation_id"].as_str();
    conversation.or(hit["contact_id"].as_str()).expect("a hit is a conversation or a contact")
}

fn entries<'a>(change: &'a Value, name: &str) -> Vec<&'a Value> {
    change[name].as_array().expect("a list").iter().collect()
}

impl Open {
    /// Folds a change as the protocol says.
    fn fold(&mut self, change: &Value) {
        let gone: Vec<&str> = entries(change, "removed")
            .into_iter()
            .map(|id| id.as_str().expect("an id"))
            .chain(entries(change, "moved").into_iter().map(|placed| id_of(&placed["hit"])))
            .collect();
        self.list.retain(|hit| !gone.contains(&id_of(hit)));
        let mut placed = [entries(change, "added"), entries(change, "moved")].concat();
        placed.sort_by_key(|placed| placed["at"].as_u64());
        for entry in placed {
            let at = entry["at"].as_u64().expect("a place") as usize;
            self.list.insert(at, entry["hit"].clone());
        }
        self.total = change["total"].clone();
    }

    /// Folds what comes until `holds`.
    async fn until(&mut self, socket: &mut Socket, holds: impl Fn(&[Value]) -> bool) {
        soon(async {
            while !holds(&self.list) {
                let change = socket.next("change").await;
                if change["id"] == self.id {
                    self.fold(&change);
                }
            }
        })
        .await;
    }

    fn ids(&self) -> Vec<&str> {
        self.list.iter().map(id_of).collect()
    }
}

async fn watch(socket: &mut Socket, id: u64, params: Value) -> Value {
    socket
        .send(&json!({ "type": "watch", "id": id, "name": "search.conversations", "params": params }))
        .await;
    loop {
        let reply = socket.next("reply").await;
        if reply["id"] == id {
            return reply;
        }
    }
}

async fn open(socket: &mut Socket, id: u64, params: Value) -> Open {
    let reply = watch(socket, id, params).await;
    let list = reply["ok"]["hits"].as_array().unwrap_or_else(|| panic!("a list, not {reply}")).clone();
    Open { id, list, total: reply["ok"]["total"].clone() }
}

async fn find(desk: &Desk, token: &str, params: Value) -> Value {
    desk.http.query(token, "search.conversations", params).await.ok()
}

/// A thread with a number whose owner is saved under this name: the contact and the conversation.
async fn known(desk: &Desk, n: u32, name: &str) -> (String, String) {
    let conversation = desk.start(&number(n)).await;
    let card = json!({ "name": name, "add_addresses": [phone(&number(n))] });
    (text(&desk.act("contact.save", card).await["contact_id"]), conversation)
}

async fn rename(desk: &Desk, contact: &str, name: &str) -> u64 {
    let saved = desk.act("contact.save", json!({ "contact_id": contact, "name": name })).await;
    saved["seq"].as_u64().expect("a seq")
}

async fn move_to(desk: &Desk, conversation: &str, group: &str) {
    desk.act("conversation.move", json!({ "conversation_id": conversation, "group_id": group })).await;
}

#[tokio::test]
async fn a_colleague_s_rename_changes_an_open_search() {
    let (_house, _server, desk) = Desk::open().await;
    let (contact, conversation) = known(&desk, 1, "Hélène Martin").await;
    let bo = desk.hire("Bo", "agent").await;
    let mut socket = desk.enter(&bo.token).await;
    let mut search = open(&mut socket, 1, json!({ "text": "helene" })).await;
    assert_eq!(search.ids(), [conversation.as_str()]);
    rename(&desk, &contact, "Zoé").await;
    search.until(&mut socket, <[Value]>::is_empty).await;
    rename(&desk, &contact, "Hélène").await;
    search.until(&mut socket, |list| list.len() == 1).await;
    assert_eq!((search.ids(), &search.list[0]["name"]), (vec![conversation.as_str()], &json!("Hélène")));
}

#[tokio::test]
async fn a_hit_that_says_something_else_moves_in_its_place() {
    let (_house, _server, desk) = Desk::open().await;
    let (_, conversation) = known(&desk, 1, "Hélène").await;
    let mut socket = desk.enter(&desk.admin).await;
    let mut search = open(&mut socket, 1, json!({ "text": "helene" })).await;
    assert_eq!(search.list[0]["conversation"]["status"], "open");
    desk.act("conversation.close", json!({ "conversation_id": conversation })).await;
    search.until(&mut socket, |list| list[0]["conversation"]["status"] == "closed").await;
    assert_eq!(search.ids(), [conversation.as_str()]);
}

/// A desk with a group `north` and somebody who sees only that.
async fn town() -> (super::server::House, super::server::Server, Desk, String, Person) {
    let (house, server, desk) = Desk::open().await;
    let north = desk.new_group("north").await;
    let lim = desk.hire_for("Lim", &[&north]).await;
    (house, server, desk, north, lim)
}

#[tokio::test]
async fn what_is_hidden_comes_into_no_list_and_no_count() {
    let (_house, _server, desk, north, lim) = town().await;
    let (hidden, _) = known(&desk, 1, "Hélène Hidden").await;
    let (_, seen) = known(&desk, 2, "Hélène Seen").await;
    let alone = json!({ "name": "Hélène Alone", "add_addresses": [phone(&number(3))] });
    desk.act("contact.save", alone).await;
    let params = json!({ "text": "helene", "count": true });
    let mut socket = desk.enter(&lim.token).await;
    let mut search = open(&mut socket, 1, params.clone()).await;
    assert_eq!((search.ids().len(), &search.total["count"]), (0, &json!(0)));
    rename(&desk, &hidden, "Hélène Hidden Still").await;
    move_to(&desk, &seen, &north).await;
    search.until(&mut socket, |list| !list.is_empty()).await;
    assert_eq!((search.ids(), &search.total["count"]), (vec![seen.as_str()], &json!(1)));
    move_to(&desk, &seen, &desk.group).await;
    search.until(&mut socket, <[Value]>::is_empty).await;
    assert_eq!(search.total["count"], 0);
    assert_eq!(find(&desk, &lim.token, params.clone()).await["total"]["count"], 0);
    assert_eq!(find(&desk, &desk.admin, params).await["total"]["count"], 3);
}

#[tokio::test]
async fn two_who_see_otherwise_do_not_share_a_list() {
    let (_house, _server, desk, north, lim) = town().await;
    let (_, first) = known(&desk, 1, "Hélène").await;
    let (_, second) = known(&desk, 2, "Hélène").await;
    move_to(&desk, &second, &north).await;
    let (mut all, mut few) = (desk.enter(&desk.admin).await, desk.enter(&lim.token).await);
    let mut of_all = open(&mut all, 1, json!({ "text": "helene" })).await;
    let mut of_few = open(&mut few, 1, json!({ "text": "helene" })).await;
    assert_eq!((of_all.list.len(), of_few.ids()), (2, vec![second.as_str()]));
    move_to(&desk, &first, &north).await;
    of_few.until(&mut few, |list| list.len() == 2).await;
    move_to(&desk, &second, &desk.group).await;
    of_few.until(&mut few, |list| list.len() == 1).await;
    assert_eq!(of_few.ids(), [first.as_str()]);
    let is_moved = |list: &[Value]| {
        let group_of = |id: &str| {
            let hit = list.iter().find(|hit| id_of(hit) == id);
            hit.map(|hit| hit["conversation"]["group_id"].clone())
        };
        (group_of(&first), group_of(&second)) == (Some(json!(north)), Some(json!(desk.group)))
    };
    of_all.until(&mut all, is_moved).await;
}

#[tokio::test]
async fn a_contact_becomes_the_conversation_that_it_gets() {
    let (_house, _server, desk) = Desk::open().await;
    let card = json!({ "name": "Hélène", "add_addresses": [phone(&number(1))] });
    let contact = text(&desk.act("contact.save", card).await["contact_id"]);
    let mut socket = desk.enter(&desk.admin).await;
    let mut search = open(&mut socket, 1, json!({ "text": "helene" })).await;
    assert_eq!(search.ids(), [contact.as_str()]);
    let conversation = desk.start(&number(1)).await;
    search.until(&mut socket, |list| list.first().is_some_and(|hit| id_of(hit) == conversation)).await;
    assert_eq!(search.ids(), [conversation.as_str()]);
}

#[tokio::test]
async fn what_a_change_of_rights_hides_is_told_to_nobody_who_lost_it() {
    let (_house, _server, desk, north, _) = town().await;
    for round in 0..10 {
        let bo = desk.hire("Bo", "agent").await;
        let mut socket = desk.enter(&bo.token).await;
        open(&mut socket, 1, json!({ "text": "secret" })).await;
        desk.act("agent.change", json!({ "agent_id": bo.id, "groups": [north] })).await;
        known(&desk, round, "Secret").await;
        let (code, frames) = socket.end().await;
        assert_eq!(code, 4040);
        let told: Vec<_> = frames.iter().filter(|frame| frame["type"] == "change").collect();
        let is_new = |change: &&&Value| !entries(change, "added").is_empty();
        assert_eq!(told.iter().filter(is_new).count(), 0, "{told:?}");
        desk.act("agent.deactivate", json!({ "agent_id": bo.id })).await;
    }
}

#[tokio::test]
async fn an_ended_watch_is_told_nothing_more() {
    let (_house, _server, desk) = Desk::open().await;
    let (contact, _) = known(&desk, 1, "Hélène").await;
    let mut socket = desk.enter(&desk.admin).await;
    open(&mut socket, 1, json!({ "text": "helene" })).await;
    socket.send(&json!({ "type": "unwatch", "id": 1 })).await;
    let mut other = open(&mut socket, 2, json!({ "text": "helene" })).await;
    for name in ["Zoé", "Hélène"] {
        rename(&desk, &contact, name).await;
        let before = other.list.len();
        soon(async {
            while other.list.len() == before {
                let change = socket.next("change").await;
                assert_eq!(change["id"], 2, "{change}");
                other.fold(&change);
            }
        })
        .await;
    }
}

#[tokio::test]
async fn four_watches_are_open_and_no_fifth() {
    let (_house, _server, desk) = Desk::open().await;
    let mut socket = desk.enter(&desk.admin).await;
    for id in 1..=4 {
        open(&mut socket, id, json!({ "text": "helene" })).await;
    }
    let refused = watch(&mut socket, 5, json!({ "text": "helene" })).await;
    assert_eq!((code(&refused), &refused["error"]["details"]["max"]), ("too_many", &json!(4)));
    socket.send(&json!({ "type": "unwatch", "id": 2 })).await;
    open(&mut socket, 5, json!({ "text": "zoe" })).await;
    let again = watch(&mut socket, 5, json!({ "text": "zoe" })).await;
    assert_eq!(code(&again), "invalid_params");
}

#[tokio::test]
async fn what_cannot_be_watched_is_refused_and_the_connection_goes_on() {
    let (_house, _server, desk) = Desk::open().await;
    let mut socket = desk.enter(&desk.admin).await;
    for (params, expected) in [
        (json!({ "text": "status:opne" }), "invalid_query"),
        (json!({ "text": "a", "limit": 201 }), "too_many"),
        (json!({ "text": "a", "limit": 0 }), "too_many"),
        (json!({ "text": "a", "after": "abc" }), "invalid_params"),
    ] {
        let refused = watch(&mut socket, 1, params.clone()).await;
        assert_eq!(code(&refused), expected, "{params}");
        let reply = socket.query("search.conversations", params.clone()).await;
        assert_eq!(code(&reply), expected, "{params}");
    }
    open(&mut socket, 1, json!({ "text": "a" })).await;
}

#[tokio::test]
async fn a_search_finds_what_its_agent_has_just_done() {
    let (_house, _server, desk) = Desk::open().await;
    let (contact, conversation) = known(&desk, 1, "Anna").await;
    let mut socket = desk.enter(&desk.admin).await;
    for round in 0..50 {
        let name = format!("Round{round}");
        let seq = rename(&desk, &contact, &name).await;
        let params = json!({ "text": name });
        socket
            .send(&json!({ "type": "query", "id": 7, "at_least": seq, "name": "search.conversations",
                           "params": params }))
            .await;
        let reply = socket.next("reply").await;
        assert_eq!(reply["ok"]["hits"].as_array().map(Vec::len), Some(1), "{reply}");
        assert_eq!(id_of(&reply["ok"]["hits"][0]), conversation);
        assert!(reply["ok"]["seq"].as_u64() >= Some(seq));
    }
}

#[tokio::test]
async fn texts_of_messages_are_found_apart() {
    let (_house, _server, desk, _, lim) = town().await;
    desk.phone_writes("in-1", &number(1), "Le rendez-vous est à midi").await;
    let params = json!({ "text": "rendez" });
    let found = desk.ask("search.messages", params.clone()).await;
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["hits"][0]["conversation_id"], desk.conversation_of(&number(1)).await.as_str());
    assert_eq!(desk.ask("search.conversations", params.clone()).await["hits"], json!([]));
    let hidden = desk.http.query(&lim.token, "search.messages", params).await.ok();
    assert_eq!(hidden["hits"], json!([]));
}

#[tokio::test]
async fn an_open_search_is_what_a_fresh_one_finds_after_much_has_happened() {
    let (_house, _server, desk) = Desk::open().await;
    let mut contacts = Vec::new();
    for n in 0..8 {
        contacts.push(known(&desk, n, &format!("Hélène {n}")).await);
    }
    let params = json!({ "text": "helene", "limit": 5, "count": true });
    let mut socket = desk.enter(&desk.admin).await;
    let mut search = open(&mut socket, 1, params.clone()).await;
    assert_eq!(search.list.len(), 5);
    let group = desk.new_group("north").await;
    for step in 0_u32..60 {
        let (contact, conversation) = &contacts[(step * 5 % 8) as usize];
        match step % 6 {
            0 | 3 => desk.phone_writes(&format!("in-{step}"), &number(step % 8), "Bonjour").await,
            1 => _ = rename(&desk, contact, "Zoé").await,
            2 => _ = rename(&desk, contact, &format!("Hélène {step}")).await,
            4 => move_to(&desk, conversation, &group).await,
            _ => _ = desk.act("conversation.close", json!({ "conversation_id": conversation })).await,
        }
    }
    let fresh = find(&desk, &desk.admin, params).await;
    let hits = fresh["hits"].as_array().expect("hits").clone();
    search.until(&mut socket, |list| list == hits).await;
    assert_eq!(search.total, fresh["total"]);
}
