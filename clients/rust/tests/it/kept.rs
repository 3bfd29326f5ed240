//! Tokens that end and commands that outlive their client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::command::{Command, CommandFrame, group as groups};
use parloir_client::protocol::down::{Done, Down, Ping, Reply, write_ok};
use parloir_client::protocol::error::{Code, ErrorBody};
use parloir_client::protocol::ids::CommandId;
use parloir_client::protocol::limits::Limits;
use parloir_client::protocol::time::Time;
use parloir_client::protocol::up::{ReplyTo, Up};
use parloir_client::{
    Client, CommandError, Entry, MemoryOutbox, Options, OutboxStore, State, Token, TokenSource,
};
use uuid::Uuid;

use super::desk::{Desk, cursor, soon};
use super::model::agent;

/// Gives `token 1`, then `token 2` and so on, each of which ends after `lasts`.
fn counted(lasts: Option<Duration>) -> TokenSource {
    let asked = AtomicUsize::new(0);
    TokenSource::provider(move || {
        let token = format!("token {}", asked.fetch_add(1, Ordering::Relaxed) + 1);
        let ends =
            lasts.map(|lasts| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + lasts);
        let expires_at = ends.map(|ends| Time(i64::try_from(ends.as_millis()).unwrap_or(i64::MAX)));
        Box::pin(async move { Ok(Token { token, expires_at }) })
    })
}

fn create() -> Command {
    Command::GroupCreate(groups::Create { name: "sales".to_owned() })
}

#[tokio::test]
async fn another_token_is_tried_once_when_one_is_refused() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = Client::connect(Options { token: counted(None), ..desk.options() }).expect("a good address");
    let (peer, hello) = desk.accept().await;
    assert_eq!(hello.token.as_deref(), Some("token 1"));
    peer.close(4501).await;
    let (peer, hello) = desk.welcome(1).await;
    assert_eq!(hello.token.as_deref(), Some("token 2"));
    soon(client.live()).await.expect("it is live");
    peer.close(4504).await;
    let (peer, hello) = desk.accept().await;
    assert_eq!(hello.token.as_deref(), Some("token 3"));
    peer.close(4501).await;
    let closed = |state: &State| matches!(state, State::Closed { code: 4501, .. });
    soon(client.state().wait_for(closed)).await.expect("it is over");
}

#[tokio::test]
async fn a_token_is_replaced_before_it_ends() {
    let desk = Desk::open(Codec::Json).await;
    let token = counted(Some(Duration::from_millis(2_500)));
    let client = Client::connect(Options { token, ..desk.options() }).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    for name in ["token 2", "token 3"] {
        let Some(Up::Refresh(refresh)) = peer.read().await else { panic!("a refresh was due") };
        assert_eq!(refresh.token, name);
        peer.send_bytes(write_ok(desk.codec, ReplyTo::Query(refresh.id), &Done::default())).await;
    }
    assert_eq!(*client.state().borrow(), State::Live);
}

#[tokio::test]
async fn a_command_outlives_its_client() {
    let desk = Desk::open(Codec::Msgpack).await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let options = |desk: &Desk| Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let silent = Desk::open(Codec::Msgpack).await;
    let client = Client::connect(options(&silent)).expect("a good address");
    let _silent = silent.welcome(1).await;
    soon(client.live()).await.expect("it is live");
    let id = CommandId(Uuid::now_v7());
    drop(soon(client.give(id, None, create())).await.expect("it is kept"));
    assert_eq!(client.kept().borrow().len(), 1);
    soon(client.leave()).await;
    let client = Client::connect(options(&desk)).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    let Some(Up::Command(frame)) = peer.read().await else { panic!("the command was due") };
    assert_eq!(frame.command_id, id);
    let error = ErrorBody::new(Code::NameTaken, "there is one");
    peer.send(&Down::Reply(Reply { to: ReplyTo::Command(id), error: Some(error.clone()) })).await;
    let mut kept = client.kept();
    let refused = soon(kept.wait_for(|kept| kept.iter().any(|kept| kept.refused.is_some()))).await;
    assert_eq!(refused.expect("the client is there")[0].refused, Some(error));
    soon(client.drop_command(id)).await;
    assert!(client.kept().borrow().is_empty());
    assert_eq!(store.all().expect("entries"), []);
}

#[tokio::test]
async fn a_client_with_an_outbox_ends_with_its_last_handle() {
    let desk = Desk::open(Codec::Msgpack).await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    drop(soon(client.give(CommandId(Uuid::now_v7()), None, create())).await.expect("it is kept"));
    assert!(matches!(peer.read().await, Some(Up::Command(_))));
    drop(client);
    assert_eq!(peer.read().await, None);
    let alone = async {
        while Arc::strong_count(&store) > 1 {
            tokio::task::yield_now().await;
        }
    };
    soon(alone).await;
    assert_eq!(store.all().expect("entries").len(), 1);
}

#[tokio::test]
async fn a_command_given_after_the_end_is_not_kept() {
    let desk = Desk::open(Codec::Msgpack).await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (peer, _) = desk.welcome(1).await;
    peer.close(4504).await;
    let closed = |state: &State| matches!(state, State::Closed { .. });
    soon(client.state().wait_for(closed)).await.expect("it is over");
    let late = soon(client.command(create())).await;
    assert!(matches!(late, Err(CommandError::Ended { code: 4504, .. })), "{late:?}");
    assert_eq!(store.all().expect("entries"), []);
}

/// A command that makes a frame over the bound of `narrow`.
fn long() -> Command {
    Command::GroupCreate(groups::Create { name: "sales ".repeat(100) })
}

async fn narrow() -> Desk {
    let mut desk = Desk::open(Codec::Msgpack).await;
    desk.limits = Limits { frame_bytes_max: 400, ..Limits::load() };
    desk
}

#[tokio::test]
async fn a_command_too_large_for_a_frame_is_refused_here_and_not_kept() {
    let desk = narrow().await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    let Err(CommandError::Refused(error)) = soon(client.command(long())).await else {
        panic!("a refusal was due")
    };
    assert_eq!((error.code.as_str(), error.details["max"].as_u64()), ("frame_too_large", Some(400)));
    assert_eq!(store.all().expect("entries"), []);
    let id = CommandId(Uuid::now_v7());
    drop(soon(client.give(id, None, create())).await.expect("it is kept"));
    assert!(matches!(peer.read().await, Some(Up::Command(frame)) if frame.command_id == id));
}

#[tokio::test]
async fn what_an_earlier_process_left_too_large_waits_for_a_decision() {
    let desk = narrow().await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let command_id = CommandId(Uuid::now_v7());
    let frame = CommandFrame { command_id, expected: None, command: long() };
    let entry = Entry { frame, agent_id: Some(agent(1)), given_at: Time(0) };
    store.put(&entry).expect("it is kept");
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    let mut kept = client.kept();
    let refused = soon(kept.wait_for(|kept| kept.iter().any(|kept| kept.refused.is_some()))).await;
    let refused = refused.expect("the client is there")[0].refused.clone().expect("it is refused");
    assert_eq!(refused.code, "frame_too_large");
    peer.send(&Down::Ping(Ping { cursor: cursor(1) })).await;
    assert_eq!(peer.read().await, Some(Up::Pong));
}

#[tokio::test]
async fn a_command_given_before_the_first_welcome_gets_its_agent_then() {
    let desk = Desk::open(Codec::Msgpack).await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    drop(soon(client.give(CommandId(Uuid::now_v7()), None, create())).await.expect("it is kept"));
    assert_eq!(store.all().expect("entries")[0].agent_id, None);
    let (mut peer, _) = desk.welcome(1).await;
    assert!(matches!(peer.read().await, Some(Up::Command(_))));
    assert_eq!(store.all().expect("entries")[0].agent_id, Some(agent(1)));
    assert_eq!(client.kept().borrow()[0].entry.agent_id, Some(agent(1)));
}

#[tokio::test]
async fn a_command_of_nobody_waits_for_a_decision() {
    let desk = Desk::open(Codec::Msgpack).await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let command_id = CommandId(Uuid::now_v7());
    let frame = CommandFrame { command_id, expected: None, command: create() };
    store.put(&Entry { frame, agent_id: None, given_at: Time(0) }).expect("it is kept");
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    soon(client.kept().wait_for(|kept| kept.len() == 1)).await.expect("the client is there");
    peer.send(&Down::Ping(Ping { cursor: cursor(1) })).await;
    assert_eq!(peer.read().await, Some(Up::Pong));
    drop(soon(client.give(command_id, None, create())).await.expect("it is kept"));
    assert!(matches!(peer.read().await, Some(Up::Command(frame)) if frame.command_id == command_id));
    let all = store.all().expect("entries");
    assert_eq!((all.len(), all[0].agent_id, client.kept().borrow().len()), (1, Some(agent(1)), 1));
}

#[tokio::test]
async fn an_answered_command_is_not_kept() {
    let desk = Desk::open(Codec::Msgpack).await;
    let store: Arc<dyn OutboxStore> = Arc::new(MemoryOutbox::default());
    let options = Options { outbox: Some(Arc::clone(&store)), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (mut peer, _) = desk.welcome(1).await;
    let sending = tokio::spawn({
        let client = client.clone();
        async move { client.command(create()).await }
    });
    let Some(Up::Command(frame)) = peer.read().await else { panic!("a command was due") };
    assert_eq!(store.all().expect("entries").len(), 1);
    let done = Done { seq: 7, ..Done::default() };
    peer.send_bytes(write_ok(desk.codec, ReplyTo::Command(frame.command_id), &done)).await;
    assert_eq!(soon(sending).await.expect("no panic").expect("it was accepted").seq, 7);
    assert_eq!(store.all().expect("entries"), []);
}
