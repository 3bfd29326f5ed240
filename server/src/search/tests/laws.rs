//! Random searches at a desk where random things happen find what the oracle finds.

use parloir_protocol::entity::{HitId, Rank};
use parloir_protocol::ids::MessageId;
use parloir_protocol::query::search::{SearchConversations, SearchMessages, Total};
use parloir_protocol::search::SearchText;

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
        let page =
            conversations(&desk.at.node, caller, &query).unwrap_or_else(|error| panic!("{text}: {error:?}"));
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

fn said(desk: &Desk, caller: &Caller, text: &str) -> Vec<(Rank, MessageId)> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let query = SearchMessages {
            text: text.to_owned(),
            conversation_id: None,
            limit: Some(7),
            after,
            count: false,
        };
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
        let expected = desk.at.look(|view| oracle::people(view, &caller.agent, text));
        let (found, total) = paged(desk, &caller, text, 1 + text.len() % 9);
        assert_eq!(found, expected, "people for '{text}' in {:?}", caller.agent.scope);
        assert_eq!(total, Total { count: expected.len() as u64, capped: false }, "'{text}'");
        if SearchText::parse(text).is_ok_and(|search| search.filters.is_empty()) {
            let expected = desk.at.look(|view| oracle::messages(view, &caller.agent, text));
            assert_eq!(said(desk, &caller, text), expected, "messages for '{text}'");
        }
    }
}

async fn run(seed: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new(seed, folder.path()).await;
    desk.happen(60).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    for _ in 0..ROUNDS {
        desk.happen(12).await;
        if desk.chance(3) {
            desk.at.node.search.drain(&desk.at.node);
            desk.at.node.search.commit().expect("it is committed");
        }
        for _ in 0..SEARCHES_PER_ROUND {
            let text = desk.query();
            check(&desk, &text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_searches_find_what_a_scan_finds() {
    for seed in 0..4 {
        run(seed).await;
    }
}
