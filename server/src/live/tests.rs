//! Open searches over a desk of the test's own, looked at by a search of the test's own: every conversation, the
//! newest first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use parloir_desk::view::View;
use parloir_protocol::entity::{Hit, HitConversation, Rank, Row};
use parloir_protocol::error::Code;
use parloir_protocol::ids::TokenId;
use parloir_protocol::query::search::Building;
use parloir_protocol::watch::Change;

use super::*;
use crate::queue;
use crate::stage::{PATIENCE, Stage};

fn hit(row: Row) -> Hit {
    let header = row.conversation;
    Hit {
        rank: Rank::Start,
        conversation: Some(HitConversation {
            conversation_id: header.conversation_id,
            status: header.status,
            unread: header.unread,
            group_id: header.group_id,
            channel_id: row.channel_id,
            assignee: header.assignee,
            activity_seq: header.activity_seq,
            activity_at: header.activity_at,
        }),
        contact_id: None,
        name: None,
        profile_name: row.profile_name,
        addresses: row.address.into_iter().collect(),
        tags: Vec::new(),
        matched: Vec::new(),
    }
}

fn look(
    node: &Node,
    caller: &Caller,
    search: &SearchConversations,
) -> Result<SearchConversationsOk, ErrorBody> {
    let seq = caller.workspace.hub.head().seq;
    let state = node.state.current();
    let view = View::new(&*state, caller.workspace.id);
    let limit = search.limit.unwrap_or(50);
    let page = queue::page(&view, &caller.agent, &parloir_protocol::entity::View::default(), None, limit);
    let hits = page.rows.into_iter().map(hit).collect();
    Ok(SearchConversationsOk { hits, seq, ..SearchConversationsOk::default() })
}

/// A desk with an agent who searches.
struct Room {
    stage: Stage,
    caller: Caller,
}

impl Room {
    async fn new() -> Self {
        let stage = Stage::new("none").await;
        let agent = stage.view(|view| view.agent(stage.admin)).expect("an admin");
        let (workspace, token) = (Arc::clone(&stage.workspace), TokenId::from_bytes([9; 16]));
        Self {
            stage,
            caller: Caller {
                workspace,
                agent,
                token,
                expires_at: None,
                purpose: parloir_desk::entity::Purpose::Access,
            },
        }
    }

    fn watch(&self, text: &str, look: Look) -> Watcher {
        let search = SearchConversations { text: text.to_owned(), ..SearchConversations::default() };
        let found = look(&self.stage.node, &self.caller, &search).expect("the first look");
        let listing = Arc::new(Listing::new(found));
        let newest = join(&self.stage.node, &self.caller, search, &listing, look);
        Watcher::new(&listing, newest)
    }
}

async fn until(holds: impl Fn() -> bool) {
    let held = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, held).await.expect("it never happened");
}

async fn next(watcher: &mut Watcher) -> Change {
    let change = async {
        loop {
            watcher.changed().await;
            if let Some(change) = watcher.change(1) {
                return change;
            }
        }
    };
    tokio::time::timeout(PATIENCE, change).await.expect("no change came")
}

#[test]
fn only_plain_texts_mean_the_same_to_everybody() {
    for text in ["hélène", "+33 6 12-34", "jean-pierre d'arc", ""] {
        assert!(is_plain(text), "{text}");
    }
    for text in ["assignee:me", "assignee：me", "\"me\"", "a,b"] {
        assert!(!is_plain(text), "{text}");
    }
}

#[tokio::test]
async fn a_watcher_is_told_what_came_and_what_moved() {
    let room = Room::new().await;
    let first = room.stage.receive("+33639980001", None, "Bonjour").await;
    let mut watcher = room.watch("a", look);
    let second = room.stage.receive("+33639980002", None, "Bonjour").await;
    let added = next(&mut watcher).await;
    assert_eq!((added.added.len(), added.added[0].at, added.moved.len()), (1, 0, 0));
    assert_eq!(added.added[0].hit.id().to_string(), second.to_string());
    room.stage.receive("+33639980001", None, "Encore").await;
    let moved = next(&mut watcher).await;
    assert_eq!((moved.moved.len(), moved.moved[0].at, moved.added.len()), (1, 0, 0));
    assert_eq!(moved.moved[0].hit.id().to_string(), first.to_string());
    assert!(moved.seq > added.seq);
}

#[tokio::test]
async fn all_who_watch_one_search_are_told_by_one_look() {
    static LOOKS: AtomicUsize = AtomicUsize::new(0);
    let counted: Look = |node, caller, search| {
        LOOKS.fetch_add(1, Ordering::Relaxed);
        look(node, caller, search)
    };
    let room = Room::new().await;
    let mut watchers: Vec<Watcher> = (0..20).map(|_| room.watch("a", counted)).collect();
    assert_eq!(room.caller.workspace.live.count(), 1);
    LOOKS.store(0, Ordering::Relaxed);
    let began = Instant::now();
    for number in 0..50 {
        room.stage.receive(&format!("+336399800{number:02}"), None, "Bonjour").await;
    }
    let head = room.caller.workspace.hub.head().seq;
    for watcher in &mut watchers {
        while next(watcher).await.seq < head {}
    }
    let most = began.elapsed().as_millis() / LIVE_EVERY.as_millis() + 2;
    let looks = LOOKS.load(Ordering::Relaxed);
    assert!(looks as u128 <= most, "{looks} looks, {most} at most");
}

#[tokio::test]
async fn another_search_is_another_entry_and_each_ends_with_its_last_watcher() {
    let room = Room::new().await;
    let (first, second, other) = (room.watch("a", look), room.watch("a", look), room.watch("b", look));
    assert_eq!(room.caller.workspace.live.count(), 2);
    drop((first, other));
    let mut again = second;
    room.stage.receive("+33639980001", None, "Bonjour").await;
    assert_eq!(next(&mut again).await.added.len(), 1);
    drop(again);
    until(|| room.caller.workspace.live.count() == 0).await;
    let mut late = room.watch("a", look);
    room.stage.receive("+33639980002", None, "Bonjour").await;
    assert_eq!(next(&mut late).await.added.len(), 1);
}

#[tokio::test]
async fn a_look_that_fails_is_tried_again_though_nothing_happens() {
    static FAILED: AtomicUsize = AtomicUsize::new(0);
    let failing: Look = |node, caller, search| {
        let found = look(node, caller, search)?;
        if found.hits.len() == 2 && FAILED.fetch_add(1, Ordering::Relaxed) < 2 {
            return Err(ErrorBody::new(Code::SearchTimeout, "too slow"));
        }
        Ok(found)
    };
    let room = Room::new().await;
    let mut watcher = room.watch("a", failing);
    room.stage.receive("+33639980001", None, "Bonjour").await;
    assert_eq!(next(&mut watcher).await.added.len(), 1);
    room.stage.receive("+33639980002", None, "Bonjour").await;
    assert_eq!(next(&mut watcher).await.added.len(), 1);
    assert!(FAILED.load(Ordering::Relaxed) > 2, "it failed before");
}

#[tokio::test]
async fn the_end_of_building_is_told_though_nothing_happens() {
    static LOOKS: AtomicUsize = AtomicUsize::new(0);
    let building: Look = |node, caller, search| {
        let done = LOOKS.fetch_add(1, Ordering::Relaxed) as u64;
        let found = look(node, caller, search)?;
        Ok(SearchConversationsOk { building: (done < 2).then_some(Building { done, total: 2 }), ..found })
    };
    let room = Room::new().await;
    let mut watcher = room.watch("a", building);
    assert_eq!(next(&mut watcher).await.building, Some(Building { done: 1, total: 2 }));
    let built = next(&mut watcher).await;
    assert_eq!((built.building, built.added.len()), (None, 0));
}

#[tokio::test]
async fn who_comes_late_is_not_told_what_the_reply_held() {
    let room = Room::new().await;
    let mut early = room.watch("a", look);
    room.stage.receive("+33639980001", None, "Bonjour").await;
    next(&mut early).await;
    let mut late = room.watch("a", look);
    late.changed().await;
    assert_eq!(late.change(1), None);
    room.stage.receive("+33639980002", None, "Bonjour").await;
    assert_eq!(next(&mut late).await.added.len(), 1);
}

#[tokio::test]
async fn an_older_list_than_the_reply_s_sets_nobody_back() {
    let room = Room::new().await;
    let listing = || {
        let found = look(&room.stage.node, &room.caller, &SearchConversations::default());
        Arc::new(Listing::new(found.expect("a look")))
    };
    let before = listing();
    room.stage.receive("+33639980001", None, "Bonjour").await;
    let (newest, receiver) = watch::channel(before);
    let mut watcher = Watcher::new(&listing(), receiver);
    watcher.changed().await;
    assert_eq!(watcher.change(1), None);
    room.stage.receive("+33639980002", None, "Bonjour").await;
    newest.send_replace(listing());
    let change = watcher.change(1).expect("something came");
    assert_eq!((change.added.len(), change.moved.len(), change.removed.len()), (1, 0, 0));
}
