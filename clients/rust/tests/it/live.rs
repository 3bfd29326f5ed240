//! What a client does on a connection, after its loss, and with an application that is slow.

use std::time::Duration;

use parloir_client::protocol::close::Close;
use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::command::{Command, group as groups};
use parloir_client::protocol::down::{
    Checkpoint, Done, Down, Goodbye, Ping, Reply, Reset, ResetReason, write_ok,
};
use parloir_client::protocol::error::{Code, ErrorBody};
use parloir_client::protocol::event::{Event, Fact};
use parloir_client::protocol::limits::Limits;
use parloir_client::protocol::query::Query;
use parloir_client::protocol::query::conversation::RowsOk;
use parloir_client::protocol::query::search::{SearchConversations, SearchMessages};
use parloir_client::protocol::query::workspace::{CountersGet, CountersGetOk};
use parloir_client::protocol::up::{ReplyTo, Up};
use parloir_client::{
    Backoff, Client, CommandError, Events, Gap, GapReason, Options, QueryError, State, Told,
};

use super::desk::{Desk, cursor, event, soon};
use super::model::{Dice, World};

fn create(name: &str) -> Command {
    Command::GroupCreate(groups::Create { name: name.to_owned() })
}

async fn reaches(client: &Client, seq: u64) {
    soon(client.seq().wait_for(|at| *at >= seq)).await.expect("the client is there");
}

async fn state(client: &Client, wanted: impl FnMut(&State) -> bool) -> State {
    soon(client.state().wait_for(wanted)).await.expect("the client is there").clone()
}

#[tokio::test]
async fn a_cut_client_goes_on_where_it_was() {
    for codec in Codec::ALL {
        let desk = Desk::open(codec).await;
        let client = desk.client();
        let mut events = client.events().await;
        let (mut peer, hello) = desk.welcome(10).await;
        assert_eq!((hello.resume, hello.token.as_deref()), (None, Some("secret")));
        peer.send(&event(11)).await;
        peer.send(&Down::Checkpoint(Checkpoint { seq: 11, cursor: cursor(11) })).await;
        peer.send(&event(12)).await;
        reaches(&client, 12).await;
        client.cut().await;
        let (mut peer, hello) = desk.accept().await;
        assert_eq!(hello.resume.map(|resume| resume.cursor), Some(cursor(11)));
        peer.send(&desk.welcome_frame(13, true)).await;
        for seq in [12, 13] {
            peer.send(&event(seq)).await;
        }
        reaches(&client, 13).await;
        state(&client, |state| *state == State::Live).await;
        assert_eq!(client.read(|store| store.directory().groups.len()), 3);
        client.leave().await;
        let mut seqs = Vec::new();
        while let Some(told) = soon(events.next()).await {
            seqs.extend(seq_of(&told));
        }
        assert_eq!(seqs, [11, 12, 13]);
    }
}

fn seq_of(told: &Told) -> Option<u64> {
    if let Some(Down::Event(event)) = told.frame() { Some(event.seq) } else { None }
}

/// Reads until a gap comes: the seqs of the events before it, and the gap.
async fn until_a_gap(events: &mut Events) -> (Vec<u64>, Gap) {
    let mut seqs = Vec::new();
    loop {
        match soon(events.next()).await.expect("the connection stands") {
            Told::Gap(gap) => return (seqs, gap),
            told @ Told::Frame(_) => seqs.extend(seq_of(&told)),
        }
    }
}

#[tokio::test]
async fn a_command_is_sent_again_with_its_id_until_it_is_answered() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let sending = tokio::spawn({
        let client = client.clone();
        async move { client.command(create("sales")).await }
    });
    let (mut peer, _) = desk.welcome(1).await;
    let Some(Up::Command(first)) = peer.read().await else { panic!("a command was due") };
    drop(peer);
    let (mut peer, _) = desk.welcome(1).await;
    let Some(Up::Command(second)) = peer.read().await else { panic!("a command was due") };
    assert_eq!(first, second);
    let to = ReplyTo::Command(second.command_id);
    let busy = ErrorBody { retry_after_ms: Some(1), ..ErrorBody::new(Code::Busy, "later") };
    peer.send(&Down::Reply(Reply { to, error: Some(busy) })).await;
    let Some(Up::Command(third)) = peer.read().await else { panic!("a command was due") };
    assert_eq!(first, third);
    peer.send_bytes(write_ok(desk.codec, to, &Done { seq: 7, ..Done::default() })).await;
    let done = soon(sending).await.expect("no panic").expect("it was accepted");
    assert_eq!(done.seq, 7);
}

#[tokio::test]
async fn a_refusal_is_handed_on_as_it_is() {
    let desk = Desk::open(Codec::Json).await;
    let client = desk.client();
    let sending = tokio::spawn(async move { client.command(create("sales")).await });
    let (mut peer, _) = desk.welcome(1).await;
    let Some(Up::Command(frame)) = peer.read().await else { panic!("a command was due") };
    let taken = ErrorBody::new(Code::NameTaken, "there is a group 'sales'").with("name", "sales");
    let to = ReplyTo::Command(frame.command_id);
    peer.send(&Down::Reply(Reply { to, error: Some(taken.clone()) })).await;
    assert_eq!(soon(sending).await.expect("no panic"), Err(CommandError::Refused(taken)));
}

#[tokio::test]
async fn no_more_is_in_flight_than_the_server_allows() {
    let mut desk = Desk::open(Codec::Msgpack).await;
    desk.limits = Limits { in_flight_max: 1, ..Limits::load() };
    let client = desk.client();
    let asking: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.query(CountersGet {}).await })
        })
        .collect();
    let (mut peer, _) = desk.welcome(1).await;
    for _ in 0..3 {
        let Some(Up::Query(asked)) = peer.read().await else { panic!("a query was due") };
        peer.send(&Down::Ping(Ping { cursor: cursor(1) })).await;
        assert_eq!(peer.read().await, Some(Up::Pong));
        let answer = CountersGetOk { counters: Vec::new() };
        peer.send_bytes(write_ok(desk.codec, ReplyTo::Query(asked.id), &answer)).await;
    }
    for answer in asking {
        assert_eq!(soon(answer).await.expect("no panic"), Ok(CountersGetOk { counters: Vec::new() }));
    }
}

#[tokio::test]
async fn what_is_too_large_for_a_frame_is_refused_here() {
    for codec in Codec::ALL {
        let mut desk = Desk::open(codec).await;
        desk.limits = Limits { frame_bytes_max: 400, ..Limits::load() };
        let client = desk.client();
        let (mut peer, _) = desk.welcome(1).await;
        let text = "rdv ".repeat(150);
        let question = SearchMessages { text: text.clone(), ..SearchMessages::default() };
        let search = SearchConversations { text: text.clone(), ..SearchConversations::default() };
        let refused = [
            soon(client.query(question)).await.map(drop).expect_err("it is too large"),
            soon(client.watch(search)).await.map(drop).expect_err("it is too large"),
            soon(client.refresh(text.as_str())).await.expect_err("it is too large"),
        ];
        for error in refused {
            let QueryError::Refused(error) = error else { panic!("a refusal was due, not {error:?}") };
            assert_eq!((error.code.as_str(), error.details["max"].as_u64()), ("frame_too_large", Some(400)));
        }
        let sending = client.command(create(&text));
        let Err(CommandError::Refused(error)) = soon(sending).await else { panic!("a refusal was due") };
        assert_eq!(error.code, "frame_too_large");
        peer.send(&Down::Ping(Ping { cursor: cursor(1) })).await;
        assert_eq!(peer.read().await, Some(Up::Pong));
    }
}

#[tokio::test]
async fn only_some_closes_are_final() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    for close in [Close::Shutdown, Close::SlowReader] {
        let (peer, _) = desk.welcome(1).await;
        peer.close(close.code()).await;
    }
    let (peer, _) = desk.welcome(1).await;
    peer.close(Close::Revoked.code()).await;
    let reason = "the test says so".to_owned();
    let end = state(&client, |state| matches!(state, State::Closed { .. })).await;
    assert_eq!(end, State::Closed { code: 4504, reason: reason.clone() });
    let refused = soon(client.command(create("late"))).await;
    assert_eq!(refused, Err(CommandError::Ended { code: 4504, reason }));
}

#[tokio::test]
async fn a_goodbye_counts_though_the_close_frame_got_lost() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (mut peer, _) = desk.welcome(1).await;
    let goodbye =
        Goodbye { code: "forbidden".to_owned(), reason: "not here".to_owned(), retry_after_ms: None };
    peer.send(&Down::Goodbye(goodbye)).await;
    drop(peer);
    let end = state(&client, |state| matches!(state, State::Closed { .. })).await;
    assert_eq!(end, State::Closed { code: 4503, reason: "not here".to_owned() });
}

#[tokio::test]
async fn a_reset_empties_the_store_and_begins_anew() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (mut peer, _) = desk.welcome(1).await;
    peer.send(&event(2)).await;
    reaches(&client, 2).await;
    peer.send(&Down::Reset(Reset { reason: ResetReason::ScopeChanged })).await;
    peer.close(Close::ResetRequired.code()).await;
    let (_peer, hello) = desk.welcome(5).await;
    assert_eq!(hello.resume, None);
    reaches(&client, 5).await;
    assert_eq!(client.read(|store| store.directory().groups.len()), 0);
}

#[tokio::test]
async fn somebody_who_will_not_wait_is_connected_now() {
    let desk = Desk::open(Codec::Msgpack).await;
    let day = Duration::from_secs(86_400);
    let options = Options { backoff: Backoff::new(day, day), ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let (peer, _) = desk.welcome(1).await;
    drop(peer);
    state(&client, |state| matches!(state, State::Offline { .. })).await;
    client.retry().await;
    desk.welcome(2).await;
}

#[tokio::test]
async fn a_silent_server_is_left() {
    let mut desk = Desk::open(Codec::Msgpack).await;
    desk.limits = Limits { heartbeat_ms: 20, pong_timeout_ms: 20, ..Limits::load() };
    let client = desk.client();
    let (_silent, _) = desk.welcome(1).await;
    let _comes_back = desk.accept().await;
    drop(client);
}

#[tokio::test]
async fn a_slow_application_stops_the_reading() {
    let desk = Desk::open(Codec::Msgpack).await;
    let options = Options { events_max: 2, ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let mut events = client.events().await;
    let (mut peer, _) = desk.welcome(0).await;
    for seq in 1..=60 {
        peer.send(&event(seq)).await;
    }
    let mut taken = 0;
    while taken < 60 {
        let ahead = client.read(parloir_client::Store::seq);
        assert!(ahead <= taken + 2, "the store is at {ahead} when {taken} were taken");
        let told = soon(events.next()).await.expect("the connection stands");
        if let Some(seq) = seq_of(&told) {
            assert_eq!(seq, taken + 1);
            taken = seq;
        }
    }
}

#[tokio::test]
async fn an_answer_that_stands_behind_more_than_fits_arrives_and_the_gap_is_told() {
    let desk = Desk::open(Codec::Msgpack).await;
    let options = Options { events_max: 4, ..desk.options() };
    let client = Client::connect(options).expect("a good address");
    let mut events = client.events().await;
    let (mut peer, _) = desk.welcome(0).await;
    let answering = async {
        let Some(Up::Command(asked)) = peer.read().await else { panic!("a command was due") };
        for seq in 1..=60 {
            peer.send(&event(seq)).await;
        }
        let done = Done { seq: 60, ..Done::default() };
        peer.send_bytes(write_ok(desk.codec, ReplyTo::Command(asked.command_id), &done)).await;
    };
    let asking = async { client.command(create("sales")).await };
    let ((), done) = soon(async { tokio::join!(answering, asking) }).await;
    assert_eq!(done.expect("it was accepted").seq, 60);
    let (seqs, gap) = until_a_gap(&mut events).await;
    let told = seqs.last().copied().expect("some were told");
    assert_eq!(seqs, (1..=told).collect::<Vec<u64>>());
    assert_eq!(gap, Gap { after: told, seq: 60, reason: GapReason::Slow });
    assert!((4..=8).contains(&told), "{told} were kept");
    peer.send(&event(61)).await;
    let next = soon(events.next()).await.expect("the connection stands");
    assert_eq!(seq_of(&next), Some(61));
}

#[tokio::test]
async fn what_a_reset_leaves_out_is_told() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let mut events = client.events().await;
    let (mut peer, _) = desk.welcome(1).await;
    peer.send(&event(2)).await;
    peer.send(&Down::Reset(Reset { reason: ResetReason::ScopeChanged })).await;
    peer.close(Close::ResetRequired.code()).await;
    let (mut peer, _) = desk.welcome(5).await;
    peer.send(&event(6)).await;
    let reason = GapReason::Reset(ResetReason::ScopeChanged);
    assert_eq!(until_a_gap(&mut events).await, (vec![2], Gap { after: 2, seq: 5, reason }));
    let next = soon(events.next()).await.expect("the connection stands");
    assert_eq!(seq_of(&next), Some(6));
}

#[tokio::test]
async fn missing_rows_come_by_one_question() {
    let desk = Desk::open(Codec::Msgpack).await;
    let client = desk.client();
    let (mut world, mut dice) = (World::default(), Dice(7));
    let mut told: Vec<Event> = Vec::new();
    while told.len() < 2 {
        let event = world.act(&mut dice).all;
        if matches!(event.fact, Fact::ConversationStarted(_)) {
            told.push(event);
        }
    }
    let (mut peer, _) = desk.accept().await;
    peer.send(&desk.welcome_frame(0, false)).await;
    let part = parloir_client::protocol::down::Snapshot { last: true, ..Default::default() };
    peer.send(&Down::Snapshot(Box::new(part))).await;
    let mut asked_for = 0;
    for event in told {
        peer.send(&Down::Event(Box::new(event))).await;
    }
    // A server that is busy is asked again.
    for code in [Code::Busy, Code::SearchTimeout] {
        let Some(Up::Query(asked)) = peer.read().await else { panic!("a query was due") };
        let error = Some(ErrorBody::new(code, "not now"));
        peer.send(&Down::Reply(Reply { to: ReplyTo::Query(asked.id), error })).await;
    }
    while asked_for < 2 {
        let Some(Up::Query(asked)) = peer.read().await else { panic!("a query was due") };
        let Query::ConversationRows(rows) = &asked.query else { panic!("rows were due, not {asked:?}") };
        assert!(asked.at_least.is_some());
        asked_for += rows.ids.len();
        let found = RowsOk { seq: world.seq, ..world.some_rows(&rows.ids, false) };
        peer.send_bytes(write_ok(desk.codec, ReplyTo::Query(asked.id), &found)).await;
    }
    let mut look = client.look();
    let filled =
        |client: &Client| client.read(|store| store.missing(10).is_none() && store.queue().count() == 2);
    while !filled(&client) {
        soon(look.changed()).await.expect("the client is there");
    }
}
