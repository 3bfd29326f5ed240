//! An open search: its list follows the server's changes, survives the loss of the connection, and ends with its
//! handle.

use parloir_client::protocol::close::Close;
use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::down::{Down, Ping, Reply, write_ok};
use parloir_client::protocol::entity::{Hit, Rank};
use parloir_client::protocol::error::{Code, ErrorBody};
use parloir_client::protocol::ids::ContactId;
use parloir_client::protocol::query::search::{
    Building, SearchConversations, SearchConversationsOk, SearchMessages, SearchMessagesOk, Total,
};
use parloir_client::protocol::up::{ReplyTo, Up};
use parloir_client::protocol::watch::{Change, Placed, Watch, WatchFrame};
use parloir_client::{Client, QueryError, Watching};
use tokio::task::JoinHandle;

use super::desk::{Desk, Peer, cursor, soon};

fn search() -> SearchConversations {
    SearchConversations { text: "hel".to_owned(), limit: Some(3), ..SearchConversations::default() }
}

fn hit(number: u8) -> Hit {
    Hit {
        rank: Rank::Start,
        conversation: None,
        contact_id: Some(ContactId::from_bytes([number; 16])),
        name: Some(format!("Hélène {number}")),
        profile_name: None,
        addresses: Vec::new(),
        tags: Vec::new(),
        matched: Vec::new(),
    }
}

fn list(numbers: &[u8]) -> Vec<Hit> {
    numbers.iter().map(|number| hit(*number)).collect()
}

fn found(numbers: &[u8], seq: u64) -> SearchConversationsOk {
    SearchConversationsOk { hits: list(numbers), seq, ..SearchConversationsOk::default() }
}

fn added(id: u64, at: usize, number: u8) -> Down {
    let added = vec![Placed { at, hit: hit(number) }];
    Down::Change(Box::new(Change { id, seq: 20, added, ..Change::default() }))
}

fn refusal(id: u64, code: Code) -> Down {
    Down::Reply(Reply { to: ReplyTo::Query(id), error: Some(ErrorBody::new(code, "not now")) })
}

fn begin(client: &Client) -> JoinHandle<Result<Watching, QueryError>> {
    let client = client.clone();
    tokio::spawn(async move { client.watch(search()).await })
}

/// The watch that comes now.
async fn watched(peer: &mut Peer) -> WatchFrame {
    match peer.read().await {
        Some(Up::Watch(frame)) => frame,
        other => panic!("a watch was due, not {other:?}"),
    }
}

/// Whether nothing else comes before the answer to a ping.
async fn is_silent(peer: &mut Peer) -> bool {
    peer.send(&Down::Ping(Ping { cursor: cursor(1) })).await;
    peer.read().await == Some(Up::Pong)
}

/// A search that is open, with this list.
async fn open(desk: &Desk, client: &Client, numbers: &[u8]) -> (Peer, Watching, u64) {
    let beginning = begin(client);
    let (mut peer, _) = desk.welcome(1).await;
    let WatchFrame { id, watch } = watched(&mut peer).await;
    assert_eq!(watch, Watch::SearchConversations(search()));
    peer.send_bytes(write_ok(desk.codec, ReplyTo::Query(id), &found(numbers, 10))).await;
    let watching = soon(beginning).await.expect("no panic").expect("it is open");
    (peer, watching, id)
}

#[tokio::test]
async fn a_list_follows_its_changes() {
    for codec in Codec::ALL {
        let desk = Desk::open(codec).await;
        let client = desk.client();
        let (mut peer, mut watching, id) = open(&desk, &client, &[1, 2, 3, 4]).await;
        assert_eq!((watching.hits().list(), watching.hits().seq()), (&list(&[1, 2, 3])[..], 10));
        let total = Some(Total { count: 9, capped: true });
        let building = Some(Building { done: 1, total: 2 });
        let change = Change {
            id,
            seq: 11,
            added: vec![Placed { at: 0, hit: hit(5) }],
            moved: vec![Placed { at: 1, hit: hit(3) }],
            removed: vec![hit(2).id()],
            total,
            building,
        };
        peer.send(&Down::Change(Box::new(change))).await;
        soon(watching.changed()).await.expect("it is open");
        let hits = watching.hits();
        assert_eq!(hits.list(), list(&[5, 3, 1]));
        assert_eq!((hits.seq(), hits.total(), hits.building()), (11, total, building));
        peer.send(&added(id + 1, 0, 9)).await;
        peer.send(&added(id, 0, 6)).await;
        soon(watching.changed()).await.expect("it is open");
        assert_eq!(watching.hits().list(), list(&[6, 5, 3]));
    }
}

#[tokio::test]
async fn after_a_loss_the_new_reply_replaces_the_list() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (peer, mut watching, id) = open(&desk, &client, &[1, 2]).await;
    drop(peer);
    let (mut peer, _) = desk.welcome(12).await;
    let again = watched(&mut peer).await;
    assert_eq!((again.id, again.watch), (id, Watch::SearchConversations(search())));
    peer.send(&added(id, 0, 9)).await;
    assert!(is_silent(&mut peer).await);
    assert_eq!(watching.hits().list(), list(&[1, 2]));
    peer.send_bytes(write_ok(desk.codec, ReplyTo::Query(id), &found(&[2, 3], 12))).await;
    soon(watching.changed()).await.expect("it is open");
    assert_eq!((watching.hits().list(), watching.hits().seq()), (&list(&[2, 3])[..], 12));
    peer.send(&added(id, 0, 4)).await;
    soon(watching.changed()).await.expect("it is open");
    assert_eq!(watching.hits().list(), list(&[4, 2, 3]));
    assert!(is_silent(&mut peer).await);
}

#[tokio::test]
async fn a_search_ends_with_its_handle() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (mut peer, watching, id) = open(&desk, &client, &[1]).await;
    drop(watching);
    assert!(matches!(peer.read().await, Some(Up::Unwatch(unwatch)) if unwatch.id == id));
    drop(peer);
    let (mut peer, _) = desk.welcome(2).await;
    assert!(is_silent(&mut peer).await);
}

#[tokio::test]
async fn a_search_that_ends_without_a_connection_is_not_asked_for_again() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (peer, watching, _) = open(&desk, &client, &[1]).await;
    drop(peer);
    let (peer, _) = desk.accept().await;
    drop(watching);
    drop(peer);
    let (mut peer, _) = desk.welcome(2).await;
    assert!(is_silent(&mut peer).await);
}

#[tokio::test]
async fn a_refusal_is_handed_on_and_nothing_is_open() {
    let desk = Desk::open(Codec::Json).await;
    let client = desk.client();
    let beginning = begin(&client);
    let (mut peer, _) = desk.welcome(1).await;
    let id = watched(&mut peer).await.id;
    peer.send(&refusal(id, Code::InvalidQuery)).await;
    match soon(beginning).await.expect("no panic") {
        Err(QueryError::Refused(error)) => assert_eq!(error.code, "invalid_query"),
        other => panic!("a refusal was due, not {other:?}"),
    }
    drop(peer);
    let (mut peer, _) = desk.welcome(2).await;
    assert!(is_silent(&mut peer).await);
}

#[tokio::test]
async fn a_search_that_stood_is_asked_for_until_it_stands_again() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (peer, mut watching, id) = open(&desk, &client, &[1]).await;
    drop(peer);
    let (mut peer, _) = desk.welcome(2).await;
    assert_eq!(watched(&mut peer).await.id, id);
    peer.send(&refusal(id, Code::SearchTimeout)).await;
    assert_eq!(watched(&mut peer).await.id, id);
    assert_eq!(watching.hits().list(), list(&[1]));
    peer.send(&refusal(id, Code::NotAllowed)).await;
    match soon(watching.changed()).await {
        Err(QueryError::Refused(error)) => assert_eq!(error.code, "not_allowed"),
        other => panic!("a refusal was due, not {other:?}"),
    }
}

#[tokio::test]
async fn when_the_connection_is_over_the_list_stays_and_says_so() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (peer, mut watching, _) = open(&desk, &client, &[1]).await;
    peer.close(Close::Revoked.code()).await;
    for _ in 0..2 {
        let end = soon(watching.changed()).await;
        assert!(matches!(end, Err(QueryError::Ended { code: 4504, .. })), "{end:?}");
    }
    assert_eq!(watching.hits().list(), list(&[1]));
    let late = soon(client.watch(search())).await.map(|watching| watching.hits());
    assert!(matches!(late, Err(QueryError::Ended { code: 4504, .. })), "{late:?}");
}

#[tokio::test]
async fn messages_are_a_question_of_their_own() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let question = SearchMessages { text: "rdv".to_owned(), ..SearchMessages::default() };
    let asking = tokio::spawn(async move { client.query(question).await });
    let (mut peer, _) = desk.welcome(1).await;
    let Some(Up::Query(asked)) = peer.read().await else { panic!("a query was due") };
    assert_eq!(asked.query.name(), "search.messages");
    let answer = SearchMessagesOk { seq: 5, ..SearchMessagesOk::default() };
    peer.send_bytes(write_ok(desk.codec, ReplyTo::Query(asked.id), &answer)).await;
    assert_eq!(soon(asking).await.expect("no panic"), Ok(answer));
}
