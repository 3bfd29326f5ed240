//! A search that takes too long is refused, and a count that stops says so.

use std::path::Path;
use std::sync::Arc;

use parloir_desk::command::Inbound;
use parloir_desk::entity::{Address, AddressKind, Country, Destination};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::ConversationId;
use parloir_protocol::limits;
use parloir_protocol::query::search::{SearchConversations, SearchMessages, Total};

use super::desk::Desk;
use crate::log::MemoryLog;
use crate::node::Limits;
use crate::rehearsal::{Asked, inbound};
use crate::search::{conversations, messages};

/// People who wrote, one more than are counted.
const PEOPLE: u8 = 6;
/// Lines of one of them: more than the documents between two looks at the clock.
const LINES: usize = 1_100;

async fn desk(folder: &Path, bound: impl FnOnce(&mut limits::Limits)) -> Desk {
    let mut limits = Limits::standard();
    bound(Arc::make_mut(&mut limits.wire));
    let desk = Desk::within(limits, Arc::new(MemoryLog::new()), 1, folder).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    desk
}

/// Of somebody who has not written before.
fn greeting(desk: &Desk, number: usize) -> Asked {
    let address = Address { kind: AddressKind::E164, value: format!("+3361{number:07}") };
    let from = Destination { address, country: Some(Country::FRANCE) };
    inbound(Inbound::text(desk.at.channel(), from, "Bonjour"))
}

fn people(desk: &Desk, text: &str) -> Result<Option<Total>, ErrorBody> {
    let query = SearchConversations { text: text.to_owned(), limit: Some(2), after: None, count: true };
    conversations(&desk.at.node, &desk.callers()[0], &query).map(|page| page.total)
}

fn said(
    desk: &Desk,
    text: &str,
    conversation_id: Option<ConversationId>,
) -> Result<Option<Total>, ErrorBody> {
    let query =
        SearchMessages { text: text.to_owned(), conversation_id, limit: Some(2), after: None, count: true };
    messages(&desk.at.node, &desk.callers()[0], &query).map(|page| page.total)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_stops_says_so_and_one_that_does_not_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = desk(folder.path(), |limits| limits.search_count_max = u64::from(PEOPLE) - 1).await;
    for number in 1..PEOPLE {
        desk.at.ask(desk.at.inbound(number, "Bonjour")).await.expect("it is accepted");
    }
    let (whole, capped) = (Total { count: 5, capped: false }, Total { count: 5, capped: true });
    let totals = |desk: &Desk| {
        let found =
            [people(desk, "06100000"), said(desk, "bonjour", None), said(desk, "bonjour channel:main", None)];
        found.map(|total| total.expect("it is found").expect("it is counted"))
    };
    assert_eq!(totals(&desk), [whole; 3]);
    desk.at.ask(desk.at.inbound(PEOPLE, "Bonjour")).await.expect("it is accepted");
    assert_eq!(totals(&desk), [capped; 3]);
    desk.at.node.search.commit().expect("it is committed");
    assert_eq!(totals(&desk), [capped; 3], "written or in memory");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_without_time_left_is_refused_and_never_short() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = desk(folder.path(), |limits| limits.search_ms_max = 0).await;
    for _ in 0..LINES {
        desk.at.ask(desk.at.inbound(1, "encore merci")).await.expect("it is accepted");
    }
    let only = desk.at.look(|view| view.conversations_after(None, 1)[0].header.conversation_id);
    let refused = |desk: &Desk| {
        for (place, searched) in
            [("anywhere", said(desk, "merci", None)), ("there", said(desk, "merci", Some(only)))]
        {
            let Err(error) = searched else {
                panic!("{place}, more is looked at than there is time for: {searched:?}")
            };
            assert_eq!((place, error.code.as_str()), (place, "search_timeout"));
            assert_eq!(error.details["search_ms_max"], serde_json::json!(0));
        }
    };
    refused(&desk);
    desk.at.node.search.commit().expect("it is committed");
    refused(&desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_qualifiers_without_time_left_is_refused_and_not_told_that_there_is_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = desk(folder.path(), |limits| limits.search_ms_max = 0).await;
    for number in 0..LINES {
        desk.at.ask(greeting(&desk, number)).await.expect("it is accepted");
    }
    for is_written in [false, true] {
        if is_written {
            desk.at.node.search.commit().expect("it is committed");
        }
        let error = said(&desk, "status:open bonjour", None).expect_err("there is more than time for");
        assert_eq!(error.code, "search_timeout", "written: {is_written}");
        assert!(said(&desk, "status:open merci", None).is_ok(), "nobody has said it: nothing is looked at");
        assert!(said(&desk, "status:open", None).is_ok(), "without a word nothing is looked at");
    }
}
