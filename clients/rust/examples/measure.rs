//! How fast one client is, as a line of JSON: `fold [events]` reads and folds events with one full queue open;
//! `gap URL TOKEN [events]` lets events happen while a client of a running server is away, and tells how long it takes to
//! be live again with all of them folded. `cargo run --release -p parloir-client --example measure -- fold`

use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::command::{Command, conversation as conv};
use parloir_client::protocol::down::{Down, Snapshot};
use parloir_client::protocol::entity::{
    Actor, Address, AddressKind, Direction, Header, Message, Row, Status, View,
};
use parloir_client::protocol::event::{Event, Fact, message as msg};
use parloir_client::protocol::ids::{ChannelId, ConversationId, GroupId, MessageId};
use parloir_client::protocol::time::Time;
use parloir_client::{Backoff, Client, Options, State, Store};
use serde_json::{Value, json};
use uuid::Uuid;

const CONVERSATIONS: u64 = 5_000;
const FOLD_EVENTS: u64 = 200_000;
/// After so many events the queue is read, as a screen would.
const LOOK_EVERY: u64 = 16;
const GAP_EVENTS: u64 = 1_000;
const GAP_TIMES: usize = 5;
/// Longer than any measurement: who is away comes back when it is told to.
const AWAY: Duration = Duration::from_secs(600);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let figures = match args.as_slice() {
        ["fold"] => fold(FOLD_EVENTS)?,
        ["fold", events] => fold(events.parse()?)?,
        ["gap", url, token] => gap(url, token, GAP_EVENTS)?,
        ["gap", url, token, events] => gap(url, token, events.parse()?)?,
        _ => return Err("say what to measure: fold [events], or gap URL TOKEN [events]".into()),
    };
    writeln!(std::io::stdout(), "{figures}")?;
    Ok(())
}

fn id(number: u64) -> Uuid {
    Uuid::from_u128(0x0192_f0c4_0000_7000_8000_0000_0000_0000 + u128::from(number))
}

fn header(number: u64, seq: u64) -> Header {
    Header {
        conversation_id: ConversationId(id(number)),
        status: Status::Open,
        unread: true,
        group_id: GroupId(id(number % 8)),
        assignee: None,
        activity_seq: seq,
        activity_at: Time(0),
        waiting_seq: Some(seq),
        waiting_since: Some(Time(0)),
        episode: 1,
        window_until: None,
    }
}

fn row(number: u64) -> Row {
    let value = format!("+3363998{number:04}");
    Row {
        seq: 1,
        conversation: header(number, number + 1),
        channel_id: ChannelId(id(1)),
        address: Some(Address { kind: AddressKind::E164, value }),
        profile_name: None,
        contact: None,
        opted_out: false,
        last: None,
    }
}

fn received(seq: u64) -> Down {
    let message = Message {
        message_id: MessageId(id(seq)),
        direction: Direction::Inbound,
        text: Some(format!("Bonjour, où en est ma commande {seq} ?")),
        author: None,
        seen_seq: None,
        delivery: None,
        failure: None,
        attempt: 0,
        attachments: Vec::new(),
        card: None,
        template: None,
        location: None,
        reaction: None,
        link: None,
        due_at: None,
        carriage: None,
    };
    let fact =
        Fact::MessageReceived(msg::Received { conversation: header(seq % CONVERSATIONS, seq), message });
    let actor = Actor::Contact { channel_id: ChannelId(id(1)) };
    Down::Event(Box::new(Event { seq, at: Time(0), actor, command_id: None, fact }))
}

fn fold(events: u64) -> Result<Value, Box<dyn std::error::Error>> {
    let mut store = Store::new(View::open(), 10_000);
    let rows = (0..CONVERSATIONS).map(row).collect();
    let part = Snapshot { last: true, seq: CONVERSATIONS, rows, ..Snapshot::default() };
    store.fold(&Down::Snapshot(Box::new(part)));
    let frames: Vec<Vec<u8>> =
        (1..=events).map(|number| received(CONVERSATIONS + number).write(Codec::Msgpack)).collect();
    let (began, before, mut rows) = (Instant::now(), processor_time(), 0);
    for (number, bytes) in (0_u64..).zip(&frames) {
        store.fold(&Down::read(Codec::Msgpack, bytes)?);
        if number % LOOK_EVERY == 0 {
            rows = store.queue().count();
        }
    }
    let (seconds, spent) = (began.elapsed().as_secs_f64(), processor_time());
    let spent = before.zip(spent).map(|(before, after)| (after - before).as_secs_f64());
    Ok(json!({
        "rows": rows,
        "events_per_second": (events as f64 / seconds).round(),
        "cpu_seconds_per_million": spent.map(|spent| spent / events as f64 * 1e6),
    }))
}

/// What this thread has used, where the system says so.
fn processor_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn gap(url: &str, token: &str, events: u64) -> Result<Value, Box<dyn std::error::Error>> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut took = Vec::new();
        for _ in 0..GAP_TIMES {
            took.push(once(url, token, events).await?);
        }
        took.sort_by_key(|(took, _)| *took);
        let ms = |took: &Duration| (took.as_secs_f64() * 1e4).round() / 10.0;
        Ok(json!({
            "missed": took.iter().map(|(_, missed)| *missed).collect::<Vec<u64>>(),
            "ms": took.iter().map(|(took, _)| ms(took)).collect::<Vec<f64>>(),
            "median_ms": ms(&took[GAP_TIMES / 2].0),
        }))
    })
}

/// How long it took from connecting to being live with everything folded, and how many events were missed.
async fn once(url: &str, token: &str, events: u64) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
    let lost = Client::connect(Options { backoff: Backoff::new(AWAY, AWAY), ..Options::new(url, token) })?;
    let other = Client::connect(Options::new(url, token))?;
    lost.live().await?;
    other.live().await?;
    let mut state = lost.state();
    lost.cut().await;
    state.wait_for(|state| matches!(state, State::Offline { .. })).await?;
    let before = lost.read(Store::seq);
    make(&other, before + events).await?;
    let began = Instant::now();
    lost.retry().await;
    state.wait_for(|state| *state == State::Live).await?;
    let target = other.read(Store::seq);
    lost.seq().wait_for(|seq| *seq >= target).await?;
    Ok((began.elapsed(), lost.read(Store::seq) - before))
}

/// Sets and clears the mark of one conversation until so much has happened.
async fn make(client: &Client, target: u64) -> Result<(), Box<dyn std::error::Error>> {
    let first = client.read(|store| store.queue().next().map(|row| row.conversation.conversation_id));
    let conversation_id = first.ok_or("there is no open conversation")?;
    while client.read(Store::seq) < target {
        client.command(Command::ConversationMarkUnread(conv::MarkUnread { conversation_id })).await?;
        let up_to = client.read(Store::seq);
        client.command(Command::ConversationMarkRead(conv::MarkRead { conversation_id, up_to })).await?;
    }
    Ok(())
}
