//! Random searches at a desk where random things happen find what the oracle finds.

use parloir_protocol::entity::{HitId, Rank};
use parloir_protocol::ids::{ConversationId, MessageId};
use parloir_protocol::query::search::{SearchConversations, SearchMessages, Total};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::desk::Desk;
use super::oracle;
use crate::admission::Caller;
use crate::search::{conversations, messages};

/// Searches of one run, and what happens between two of them.
const ROUNDS: usize = 12;
const SEARCHES_PER_ROUND: usize = 24;

/// What one search finds, page by page.
fn paged(desk: &Desk, caller: &Caller, text: &str, limit: usize) -> (Vec<(Rank, HitId)>, Total) {
    let (mut found, mut after, mut total) = (Vec::new(), None, None);
    loop {
        let count = after.is_none();
        let query = SearchConversations { text: text.to_owned(), limit: Some(limit), after, count };
        let page = desk.search(caller, &query).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert!(page.hits.len() <= limit);
        assert!(page.building.is_none());
        found.extend(page.hits.iter().map(|hit| (hit.rank, hit.id())));
        total = total.or(page.total);
        match page.next {
            Some(next) => after = Some(next),
            None => return (found, total.expect("it was counted")),
        }
    }
}

fn said(
    desk: &Desk,
    caller: &Caller,
    text: &str,
    conversation_id: Option<ConversationId>,
) -> Vec<(Rank, MessageId)> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let query =
            SearchMessages { text: text.to_owned(), conversation_id, limit: Some(3), after, count: false };
        let page =
            messages(&desk.at.node, caller, &query).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        found.extend(page.hits.iter().map(|hit| (hit.rank, hit.message_id)));
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

pub(super) fn check(desk: &Desk, text: &str) {
    for caller in desk.callers() {
        if desk.at.look(|view| oracle::is_unknown(view, &caller.agent, text)) {
            refused(desk, &caller, text);
            continue;
        }
        let expected = desk.at.look(|view| oracle::people(view, &caller.agent, text));
        let (found, total) = paged(desk, &caller, text, 1 + text.len() % 9);
        assert_eq!(found, expected, "people for '{text}' in {:?}", caller.agent.scope);
        assert_eq!(total, Total { count: expected.len() as u64, capped: false }, "'{text}'");
        let expected = desk.at.look(|view| oracle::messages(view, &caller.agent, text));
        assert_eq!(said(desk, &caller, text, None), expected, "messages for '{text}'");
        for conversation in expected.iter().take(3).map(|(_, id)| desk.conversation_of(*id)) {
            let there = expected.iter().filter(|(_, id)| desk.conversation_of(*id) == conversation);
            let there: Vec<_> = there.copied().collect();
            assert_eq!(said(desk, &caller, text, Some(conversation)), there, "there, for '{text}'");
        }
    }
}

/// The first page of both, with the number of all.
fn counted(text: &str) -> (SearchConversations, SearchMessages) {
    let text = text.to_owned();
    let people = SearchConversations { text: text.clone(), limit: None, after: None, count: true };
    (people, SearchMessages { text, conversation_id: None, limit: None, after: None, count: true })
}

/// A name that nobody has is said to be unknown, among people and among messages.
fn refused(desk: &Desk, caller: &Caller, text: &str) {
    let (people, said) = counted(text);
    let answers =
        [desk.search(caller, &people).map(|_| ()), messages(&desk.at.node, caller, &said).map(|_| ())];
    for answer in answers {
        let error = answer.expect_err("nobody is called so");
        assert_eq!(error.details["reason"], "unknown_name", "'{text}' in {:?}", caller.agent.scope);
    }
}

/// What is in memory is shown as what is written.
fn commit_changes_no_hit(desk: &mut Desk) {
    let [caller, _] = desk.callers();
    let known =
        |text: &String, desk: &Desk| !desk.at.look(|view| oracle::is_unknown(view, &caller.agent, text));
    let searches = (0..SEARCHES_PER_ROUND).map(|_| desk.query()).collect::<Vec<_>>();
    let searches: Vec<String> = searches.into_iter().filter(|text| known(text, desk)).collect();
    let hits = |desk: &Desk| -> Vec<_> {
        let found = searches.iter().map(|text| conversations(&desk.at.node, &caller, &counted(text).0));
        found.map(|found| found.expect("the search is right").hits).collect()
    };
    let before = hits(desk);
    desk.at.node.search.commit().expect("it is committed");
    assert_eq!(hits(desk), before, "for {searches:?}");
}

async fn run(seed: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new(seed, folder.path()).await;
    desk.happen(60).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    for _ in 0..ROUNDS {
        desk.happen(12).await;
        if desk.chance(3) {
            commit_changes_no_hit(&mut desk);
        }
        if desk.chance(6) {
            desk.at.node.search.renew(&desk.at.node).expect("it is built anew");
        }
        for _ in 0..SEARCHES_PER_ROUND {
            let text = desk.query();
            check(&desk, &text);
        }
    }
}

/// How many desks are searched: `make search-law` asks for many more.
fn desks() -> u64 {
    std::env::var("PARLOIR_SEARCH_DESKS").ok().and_then(|desks| desks.parse().ok()).unwrap_or(4)
}

#[tokio::test(flavor = "multi_thread")]
async fn random_searches_find_what_a_scan_finds() {
    for seed in 0..desks() {
        run(seed).await;
    }
}

/// Refusals that a search may get, whatever is typed.
const DOCUMENTED: [&str; 1] = ["invalid_query"];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new(9, folder.path()).await;
    desk.happen(150).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    let [caller, _] = desk.callers();
    let pieces = concat!(
        r"[\PC]{0,12}|[\x00-\x1f\x7f]{1,2}|[a-z0-9+().\-/ ]{0,24}|",
        r#"(tag|group|status|channel|assignee|prop|unread):[^ ]{0,8}|"[^"]{0,8}"?"#
    );
    let typed = proptest::collection::vec(proptest::string::string_regex(pieces).expect("a pattern"), 0..8);
    let mut runner = TestRunner::new(ProptestConfig { cases: 800, ..ProptestConfig::default() });
    let answered = runner.run(&typed, |pieces| {
        let text = pieces.join(" ");
        let (people, said) = counted(&text);
        let errors = [
            conversations(&desk.at.node, &caller, &people).err(),
            messages(&desk.at.node, &caller, &said).err(),
        ];
        for error in errors.into_iter().flatten() {
            prop_assert!(DOCUMENTED.contains(&error.code.as_str()), "{text}: {error:?}");
            prop_assert!(error.details.contains_key("at") && error.details.contains_key("reason"));
        }
        Ok(())
    });
    answered.unwrap_or_else(|error| panic!("{error}"));
}
