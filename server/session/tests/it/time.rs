//! Deadlines: hello, pings, checkpoints, the rate, and clients that do not read.

use parloir_protocol::limits::Limits;
use parloir_session::{Millis, Refused};

use crate::peer::{HELLO, Peer, limits, query};

#[test]
fn hello_comes_in_time() {
    let mut peer = Peer::new(limits());
    assert_eq!(peer.session.poll_timeout(), Millis(5_000));
    peer.at(4_999);
    assert_eq!(peer.words(), [""; 0]);
    peer.at(5_000);
    assert_eq!(peer.words(), ["goodbye hello_timeout", "close 4008"]);
}

#[test]
fn nobody_is_pinged_before_coming_in() {
    let mut peer = Peer::new(limits());
    peer.says(HELLO);
    peer.at(20_000);
    peer.at(40_000);
    peer.at(60_000);
    peer.session.handle_admission(Err(Refused::Unavailable));
    assert_eq!(peer.words(), ["admit", "goodbye shutdown", "close 4000"]);
}

#[test]
fn a_checkpoint_follows_what_moved_and_not_too_often() {
    let mut peer = Peer::live(limits());
    peer.at(1_500);
    assert_eq!(peer.words(), [""; 0]);
    peer.sent(11);
    peer.now = Millis(1_900);
    peer.sent(12);
    assert_eq!(peer.session.poll_timeout(), Millis(2_000));
    peer.at(1_999);
    assert_eq!(peer.words(), [""; 0]);
    peer.at(2_000);
    assert_eq!(peer.words(), ["checkpoint 12"]);
    peer.at(10_000);
    assert_eq!(peer.words(), [""; 0]);
    peer.sent(13);
    peer.at(10_999);
    assert_eq!(peer.words(), [""; 0]);
    peer.at(11_000);
    assert_eq!(peer.words(), ["checkpoint 13"]);
}

#[test]
fn a_ping_says_where_the_client_stands_and_wants_an_answer() {
    let mut peer = Peer::live(limits());
    peer.at(20_000);
    assert_eq!(peer.words(), ["ping 10"]);
    peer.says(r#"{"type":"pong"}"#);
    peer.at(40_000);
    assert_eq!(peer.words(), ["ping 10"]);
    peer.at(59_999);
    assert_eq!(peer.words(), [""; 0]);
    peer.at(60_000);
    assert_eq!(peer.words(), ["goodbye no_pong", "close 4010"]);
}

#[test]
fn too_many_frames_end_the_connection() {
    let mut peer = Peer::live(Limits { frames_per_second: 5, frames_burst: 5, ..limits() });
    (1..=4).for_each(|_| peer.says(r#"{"type":"pong"}"#));
    assert_eq!(peer.words(), [""; 0]);
    peer.now = Millis(200);
    peer.says(r#"{"type":"pong"}"#);
    assert_eq!(peer.words(), [""; 0]);
    peer.says(r#"{"type":"pong"}"#);
    assert_eq!(peer.words(), ["goodbye rate_limited", "close 4029"]);
}

#[test]
fn pings_of_the_socket_cost_as_much_as_frames() {
    let mut peer = Peer::live(Limits { frames_per_second: 5, frames_burst: 5, ..limits() });
    (1..=4).for_each(|_| peer.session.handle_ping(Millis(0)));
    assert_eq!(peer.words(), [""; 0]);
    peer.session.handle_ping(Millis(0));
    assert_eq!(peer.words(), ["goodbye rate_limited", "close 4029"]);
}

#[test]
fn who_does_not_read_is_let_go() {
    let mut peer = Peer::live(limits());
    peer.session.handle_write_blocked(Millis(100));
    peer.session.handle_write_blocked(Millis(9_000));
    peer.at(10_099);
    assert_eq!(peer.words(), [""; 0]);
    peer.at(10_100);
    assert_eq!(peer.words(), ["goodbye slow_reader", "close 4009"]);
}

#[test]
fn who_reads_slowly_stays() {
    let mut peer = Peer::live(limits());
    peer.session.handle_write_blocked(Millis(0));
    peer.session.handle_write_advanced();
    peer.session.handle_write_blocked(Millis(9_000));
    peer.at(18_999);
    peer.says(&query(1));
    assert_eq!(peer.words(), ["query 1"]);
}
