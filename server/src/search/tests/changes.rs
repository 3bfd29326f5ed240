//! What is acknowledged is found by the next search, whatever it was.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parloir_desk::command::{CardChange, Command};
use parloir_protocol::entity::MatchField;
use parloir_protocol::query::search::{SearchConversations, SearchConversationsOk};

use super::desk::Desk;
use crate::rehearsal::{card, number_of};
use crate::search::moments::passed_over;
use crate::search::offers::tests::offers;
use crate::search::pending::{Putter, Taken};
use crate::search::read::{Rows, Source};
use crate::search::touched::Touch;
use crate::search::{Search, conversations, conversations_at_once};

fn found(desk: &Desk, text: &str) -> SearchConversationsOk {
    let [everything, _] = desk.callers();
    let query = SearchConversations { text: text.to_owned(), limit: None, after: None, count: true };
    desk.search(&everything, &query).expect("the search is right")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_in_a_hurry_puts_little_first_and_leaves_much_to_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let search = &desk.at.node.search;
    search.renew(&desk.at.node).expect("it is built");
    let (node, id) = (&desk.at.node, desk.at.workspace.id);
    desk.at.ask(desk.at.inbound(1, "Bonjour")).await.expect("it is accepted");
    search.drain(node, Putter::First);
    desk.at.ask(desk.at.inbound(1, "Bonsoir")).await.expect("it is accepted");
    let waits = || search.pending.workspaces() == [id];
    assert!(waits() && search.drain_in_a_moment(node, id), "little waits");
    assert!(!waits(), "it is put");
    for number in 2..=40 {
        desk.at.ask(desk.at.inbound(number, "Bonjour")).await.expect("it is accepted");
    }
    assert!(!search.drain_in_a_moment(node, id), "much waits");
    assert_eq!(found(&desk, "06100000").hits.len(), 40);
    assert!(search.drain_in_a_moment(node, id));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_try_went_decides_about_the_next_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let (node, [everything, _]) = (&desk.at.node, desk.callers());
    node.search.renew(node).expect("it is built");
    desk.at.ask(desk.at.inbound(1, "Bonjour")).await.expect("it is accepted");
    assert_eq!(found(&desk, "06100000").hits.len(), 1, "names are read and everything is put");
    let query = SearchConversations { text: "06100000".to_owned(), limit: None, after: None, count: true };
    let moments = &node.search.moments;
    // As if two in a row had taken too long.
    moments.tried(true);
    (0..2).for_each(|_| moments.tried(false));
    assert!((0..2).all(|_| conversations_at_once(node, &everything, &query).is_none()));
    // Whether the third is done in a moment, the machine says.
    let was_enough = conversations_at_once(node, &everything, &query).is_some();
    let _those_after_it = passed_over(moments);
    moments.tried(false);
    assert_eq!(passed_over(moments), if was_enough { 0 } else { 8 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_found_by_the_next_search() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
    assert_eq!(found(&desk, "0610000007").hits.len(), 1);
    let named = CardChange { name: Some("Hélène Cœur".to_owned()), ..CardChange::default() };
    desk.at.ask(desk.at.by_admin(card(7, named))).await.expect("it is accepted");
    let hit = found(&desk, "coeur hel").hits.pop().expect("she is found");
    assert_eq!(hit.matched[0].field, MatchField::Name);
    assert_eq!(hit.matched[0].ranges, [[0, 3], [7, 11]]);
    desk.at.node.search.commit().expect("it is committed");
    let renamed = CardChange { name: Some("Zoé".to_owned()), ..CardChange::default() };
    desk.at.ask(desk.at.by_admin(card(7, renamed))).await.expect("it is accepted");
    assert!(found(&desk, "coeur").hits.is_empty());
    assert_eq!(found(&desk, "zoe").hits.len(), 1);
    let group = desk.at.groups()[0];
    let rename = Command::RenameGroup { group_id: group, name: "Réclamations".to_owned() };
    desk.at.ask(desk.at.by_admin(rename)).await.expect("it is accepted");
    assert_eq!(found(&desk, "reclam zoe").hits.len(), 1);
    assert_eq!(found(&desk, "group:réclamations").hits.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_in_the_names_of_several_groups_finds_their_conversations_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    desk.at.ask(desk.at.inbound(4, "Bonjour")).await.expect("it is accepted");
    let first = found(&desk, "0610000004").hits.pop().and_then(|hit| hit.conversation).expect("it is found");
    let groups: Vec<_> = desk.at.groups().into_iter().filter(|group| *group != first.group_id).collect();
    for (group_id, name) in groups.iter().zip(["Livraisons Nice", "Livraisons Metz"]) {
        let rename = Command::RenameGroup { group_id: *group_id, name: name.to_owned() };
        desk.at.ask(desk.at.by_admin(rename)).await.expect("it is accepted");
    }
    for (customer, group_id) in [(1, groups[0]), (2, groups[0]), (3, groups[1])] {
        desk.at.ask(desk.at.inbound(customer, "Bonjour")).await.expect("it is accepted");
        let hit = found(&desk, &format!("061000000{customer}")).hits.pop().expect("it is found");
        let conversation_id = hit.conversation.expect("it is a conversation").conversation_id;
        let into = Command::Move { conversation_id, group_id, expected_group: None };
        desk.at.ask(desk.at.by_admin(into)).await.expect("it is accepted");
    }
    for customer in [2, 4] {
        let named = CardChange { name: Some("Zoé".to_owned()), ..CardChange::default() };
        desk.at.ask(desk.at.by_admin(card(customer, named))).await.expect("it is accepted");
    }
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    assert_eq!(found(&desk, "livraisons").hits.len(), 3);
    assert_eq!(found(&desk, "zoe").hits.len(), 2);
    let hits = found(&desk, "livraisons zoe").hits;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].addresses[0].value, "+33610000002");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leaves_a_card_is_no_more_found_by_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    desk.at.ask(desk.at.inbound(8, "Bonjour")).await.expect("it is accepted");
    let named = CardChange { name: Some("Dumont".to_owned()), ..CardChange::default() };
    desk.at.ask(desk.at.by_admin(card(8, named))).await.expect("it is accepted");
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    let hit = found(&desk, "dumont").hits.pop().expect("the conversation is found");
    assert!(hit.conversation.is_some());
    let id = desk.at.look(|view| view.contact_at(&number_of(8))).expect("the contact");
    let change = CardChange { remove_addresses: BTreeSet::from([number_of(8)]), ..CardChange::default() };
    let part = Command::SaveContact { contact_id: Some(id), change };
    desk.at.ask(desk.at.by_admin(part)).await.expect("it is accepted");
    let hit = found(&desk, "dumont").hits.pop().expect("the contact is found");
    assert_eq!(hit.contact_id, Some(id));
    assert!(found(&desk, "0610000008").hits[0].name.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    let [everything, limited] = desk.callers();
    for (text, at) in [("marie group:nowhere", [6, 19]), ("tag:", [0, 4]), ("status:ajar x", [7, 11])] {
        let query = SearchConversations { text: text.to_owned(), limit: None, after: None, count: false };
        let error = conversations(&desk.at.node, &everything, &query).expect_err("it is wrong");
        assert_eq!(error.code, "invalid_query", "{text}");
        assert_eq!(error.details["at"], serde_json::json!(at), "{text}");
    }
    let hidden =
        SearchConversations { text: "group:general".to_owned(), limit: None, after: None, count: false };
    assert!(conversations(&desk.at.node, &everything, &hidden).is_ok());
    let error = conversations(&desk.at.node, &limited, &hidden).expect_err("a hidden group has no name");
    assert_eq!(error.code, "invalid_query");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_missed_while_others_change_and_commits_and_builds_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new(5, folder.path()).await;
    for number in 1..=30 {
        desk.at.ask(desk.at.inbound(number, "Bonjour")).await.expect("it is accepted");
    }
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    let (node, stop) = (Arc::clone(&desk.at.node), Arc::new(AtomicBool::new(false)));
    let (beside, stopped) = (Arc::clone(&node), Arc::clone(&stop));
    let putting = std::thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            assert!(beside.search.drain(&beside, Putter::Beside).is_empty());
        }
    });
    let stopped = Arc::clone(&stop);
    let keeping = std::thread::spawn(move || {
        let mut rounds = 0;
        while !stopped.load(Ordering::Relaxed) {
            node.search.drain(&node, Putter::First);
            node.search.commit().expect("it is committed");
            if rounds % 8 == 7 {
                node.search.renew(&node).expect("it is built anew");
            }
            rounds += 1;
        }
        rounds
    });
    for round in 0..150_u8 {
        let number = 1 + round % 30;
        desk.at.ask(desk.at.inbound(number, "encore")).await.expect("it is accepted");
        let page = found(&desk, "06100000");
        let mut met: Vec<_> = page.hits.iter().map(parloir_protocol::entity::Hit::id).collect();
        assert_eq!(met.len(), 30, "in round {round}");
        assert_eq!(page.hits[0].addresses[0].value, format!("+336100000{number:02}"), "the newest is first");
        met.sort_unstable();
        met.dedup();
        assert_eq!(met.len(), 30, "everybody once, in round {round}");
        desk.happen(1).await;
    }
    stop.store(true, Ordering::Relaxed);
    assert!(keeping.join().expect("the keeper lives") > 0);
    putting.join().expect("it lives");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_says_that_hits_may_be_missing_until_none_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    for number in 1..=9 {
        desk.at.ask(desk.at.inbound(number, "Bonjour")).await.expect("it is accepted");
    }
    let node = Arc::clone(&desk.at.node);
    let building = std::thread::spawn(move || node.search.renew(&node).expect("it is built"));
    loop {
        let page = found(&desk, "061000000");
        if page.building.is_none() {
            assert_eq!(page.hits.len(), 9, "nothing is missing any more");
            break;
        }
        std::thread::yield_now();
    }
    building.join().expect("it ends");
}

/// Takes what waits, as whoever is about to put it.
fn taken<'a>(desk: &Desk, search: &'a Search) -> Taken<'a> {
    let id = desk.at.workspace.id;
    let until = search.pending.cut(id).expect("something waits");
    search.pending.take(id, until, Putter::Beside).expect("nobody is at it")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failed_put_left_is_put_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let search = &desk.at.node.search;
    search.renew(&desk.at.node).expect("it is built");
    desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
    taken(&desk, search).failed();
    desk.at.ask(desk.at.inbound(8, "Bonjour")).await.expect("it is accepted");
    assert_eq!(found(&desk, "06100000").hits.len(), 2);
    let reached = search.catalogue().expect("there is one").positions();
    let id = desk.at.workspace.id;
    assert_eq!(reached, [(id, desk.at.node.state.current().position(id))], "the newer place counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_another_who_puts() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let search = &desk.at.node.search;
    search.renew(&desk.at.node).expect("it is built");
    desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
    let another = taken(&desk, search);
    assert_eq!(found(&desk, "0610000007").hits.len(), 1);
    assert!(search.drain(&desk.at.node, Putter::Beside).is_empty());
    assert!(search.put(&desk.at.node, another, Putter::Beside));
    assert_eq!(found(&desk, "0610000007").hits.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_puts_offers_its_core_but_on_a_thread_that_others_wait_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let (node, search, id) = (&desk.at.node, &desk.at.node.search, desk.at.workspace.id);
    search.renew(node).expect("it is built");
    for (putter, offered) in [(Putter::Beside, true), (Putter::First, true), (Putter::InAMoment, false)] {
        desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
        let drain = || match putter {
            Putter::InAMoment => search.drain_in_a_moment(node, id),
            Putter::Beside | Putter::First => search.drain_of(node, id, putter),
        };
        assert_eq!(offers(|| assert!(drain())), offered, "{putter:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_turn_reads_from_the_state_that_is_in_use_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let node = &desk.at.node;
    desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
    let id = desk.at.look(|view| view.conversations_after(None, 1))[0].header.conversation_id;
    let source = Source { rows: Rows::InUse(&node.state), workspace: desk.at.workspace.id, offers: None };
    let is_there = || {
        source
            .read(|reader| reader.people(&[&Touch::Conversation(id)]).into_values().any(|one| one.is_some()))
    };
    assert!(is_there());
    let empty = node.state.build_beside().expect("an empty one");
    node.state.replace(empty).expect("it is in use");
    assert!(!is_there());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_was_at_while_an_index_was_built_is_in_that_as_it_is_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let (node, search) = (&desk.at.node, &desk.at.node.search);
    search.renew(node).expect("it is built");
    desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
    let late = taken(&desk, search);
    search.renew(node).expect("it is built anew");
    let named = CardChange { name: Some("Zoé".to_owned()), ..CardChange::default() };
    desk.at.ask(desk.at.by_admin(card(7, named))).await.expect("it is accepted");
    assert_eq!(found(&desk, "zoe").hits.len(), 1);
    let reached = search.catalogue().expect("there is one").positions();
    assert!(search.put(node, late, Putter::Beside));
    assert_eq!(found(&desk, "zoe").hits.len(), 1);
    assert_eq!(search.catalogue().expect("there is one").positions(), reached);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_touched_is_put_before_anybody_searches() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let search = &desk.at.node.search;
    assert!(search.open(&desk.at.node).expect("it is opened"));
    desk.at.ask(desk.at.inbound(7, "Bonjour")).await.expect("it is accepted");
    let until = Instant::now() + Duration::from_secs(60);
    while !search.pending.workspaces().is_empty() {
        assert!(Instant::now() < until, "nobody puts it");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(found(&desk, "0610000007").hits.len(), 1);
}
