//! A reader that stops reading: it is dropped in time, costs no memory, disturbs nobody and misses nothing
//! once it is back.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Bytes;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::desk::{Desk, number};
use super::server::House;
use super::socket::{JSON, Socket, handshake, notes};

const EVENTS: usize = 10_000;
const PINGS_AT_ONCE: usize = 64;
const SLOW_READERS: &str = "parloir_slow_readers_total";

/// A connection whose kernel takes almost nothing for it.
async fn narrow(address: SocketAddr) -> TcpStream {
    let tcp = TcpSocket::new_v4().expect("a socket");
    tcp.set_recv_buffer_size(4 << 10).expect("a small buffer");
    tcp.connect(address).await.expect("the server is there")
}

/// Somebody who came in and whose kernel takes almost nothing for them.
pub(crate) async fn narrow_socket(desk: &Desk) -> Socket {
    let address = desk.http.address();
    let mut socket =
        Socket::over(narrow(address).await, handshake(address, Some(JSON))).await.expect("an upgrade");
    socket.enter(&desk.admin).await;
    socket
}

/// Waits until so many slow readers were dropped.
async fn dropped(desk: &Desk, readers: f64) {
    super::server::soon(async {
        while desk.http.figure(SLOW_READERS).await < readers {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_reading_is_dropped_and_misses_nothing() {
    let (_house, server, desk) = Desk::open_in(House::for_load()).await;
    let id = desk.start(&number(1)).await;
    let ana = desk.hire("Ana", "agent").await;
    let mut slow = narrow_socket(&desk).await;
    let cursor = slow.cursor.clone();
    let mut colleague = desk.enter(&ana.token).await;
    let before = server.resident_kib();
    let text = "a line of some length that a phone or a colleague may well write".repeat(3);
    let writing =
        stream::iter(0..EVENTS).map(|_| desk.note(&id, &text)).buffer_unordered(64).collect::<Vec<_>>();
    let watching = async {
        let mut seen = Vec::new();
        while seen.len() < EVENTS {
            let frame = colleague.next("event").await;
            if frame["name"] == "note.added" {
                seen.push(frame["seq"].as_u64().expect("a seq"));
            }
        }
        seen
    };
    let (mut written, seen) = tokio::join!(writing, watching);
    written.sort_unstable();
    assert_eq!(seen, written, "the colleague saw every note, in order");
    dropped(&desk, 1.0).await;
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < 64 << 10, "the server holds {grown} KiB more");
    slow.end().await;
    let mut back = desk.socket().await;
    back.hello(&desk.admin, Some(&cursor)).await;
    assert_eq!(back.frame().await["resumed"], true);
    let told = notes(&back.until(*written.last().expect("a note")).await);
    assert_eq!(told, written);
}

/// Whoever does not read may still talk: the pongs that the server owes must not hold it for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_pongs_and_does_not_read_is_dropped_as_well() {
    let (_house, server, desk) = Desk::open_in(House::for_load()).await;
    let before = server.resident_kib();
    let mut slow = narrow_socket(&desk).await;
    let flood = async {
        loop {
            // Many in one write: it takes tens of thousands of pongs until the server's kernel takes no more.
            let pings = vec![Message::Ping(Bytes::from_static(&[7; 125])); PINGS_AT_ONCE];
            match tokio::time::timeout(Duration::from_millis(500), slow.try_send_together(pings)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return,
                Err(_) => drop(desk.act("group.create", json!({ "name": super::http::fresh_id() })).await),
            }
        }
    };
    tokio::join!(super::server::soon(flood), dropped(&desk, 1.0));
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < 32 << 10, "the server holds {grown} KiB more");
}
