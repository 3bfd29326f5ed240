//! How a connection begins: hello, once and first, then who it is, then what it missed.

use parloir_protocol::down::ResetReason;
use parloir_protocol::entity::View;
use parloir_session::{Admission, Output, Refused, Start};

use crate::peer::{HELLO, Peer, admission, limits, query};

#[test]
fn hello_asks_who_it_is() {
    let mut peer = Peer::new(limits());
    peer.says(r#"{"type":"hello","client":"test/1","token":"plr_x"}"#);
    let asked = peer.session.poll();
    let expected = Output::Admit { token: Some("plr_x".to_owned()), resume: None, view: View::open() };
    assert_eq!(asked, Some(expected));
    assert!(peer.session.admission().is_none());
}

#[test]
fn a_resumed_client_is_welcomed_and_then_told_what_it_missed() {
    let mut peer = Peer::new(limits());
    peer.says(HELLO);
    peer.session.handle_admission(Ok(admission(Start::Resumed)));
    peer.session.handle_head(12);
    assert_eq!(peer.words(), ["admit", "welcome", "events after 10"]);
    assert!(peer.session.admission().is_some());
}

#[test]
fn a_cursor_says_which_signals_were_told() {
    let mut peer = Peer::live(limits());
    peer.sent(11);
    peer.at(limits().checkpoint_ms);
    assert_eq!(peer.words(), ["checkpoint 11"]);
    peer.session.handle_signals(77);
    peer.sent(12);
    peer.at(2 * limits().checkpoint_ms);
    assert_eq!(peer.words(), ["checkpoint 12 with signals 77"]);
}

#[test]
fn a_snapshot_comes_whole_before_any_event() {
    let mut peer = Peer::new(limits());
    peer.says(HELLO);
    let parts = Start::Snapshot(vec![b"part 0".as_slice().into(), b"part 1".as_slice().into()]);
    let reset = Some(ResetReason::ScopeChanged);
    peer.session.handle_admission(Ok(Admission { reset, ..admission(parts) }));
    peer.session.handle_head(11);
    let expected = ["admit", "reset ScopeChanged", "welcome", "part 0", "part 1", "events after 10"];
    assert_eq!(peer.words(), expected);
}

#[test]
fn nothing_but_a_right_hello_is_taken_first() {
    let wrong_hello = r#"{"type":"hello"}"#;
    for first in [&query(1), r#"{"type":"pong"}"#, "{", wrong_hello, r#"{"type":"dance"}"#] {
        let mut peer = Peer::new(limits());
        peer.says(first);
        assert_eq!(peer.words(), ["goodbye bad_frame", "close 4500"], "{first}");
    }
}

#[test]
fn hello_comes_once() {
    let mut peer = Peer::new(limits());
    peer.says(HELLO);
    peer.says(HELLO);
    assert_eq!(peer.words(), ["admit", "goodbye bad_frame", "close 4500"]);
    let mut peer = Peer::live(limits());
    peer.says(HELLO);
    assert_eq!(peer.words(), ["goodbye bad_frame", "close 4500"]);
}

#[test]
fn who_is_not_let_in_is_told_why() {
    let refusals = [
        (Refused::Unauthenticated, "unauthenticated", 4501),
        (Refused::Revoked, "revoked", 4504),
        (Refused::Unavailable, "shutdown", 4000),
    ];
    for (refused, name, code) in refusals {
        let mut peer = Peer::new(limits());
        peer.says(HELLO);
        peer.session.handle_admission(Err(refused));
        assert_eq!(peer.words(), ["admit".to_owned(), format!("goodbye {name}"), format!("close {code}")]);
    }
}

#[test]
fn an_admission_that_nobody_asked_for_changes_nothing() {
    let mut peer = Peer::new(limits());
    peer.session.handle_admission(Ok(admission(Start::Resumed)));
    assert_eq!(peer.words(), [""; 0]);
    let mut peer = Peer::live(limits());
    peer.session.handle_admission(Err(Refused::Revoked));
    assert_eq!(peer.words(), [""; 0]);
}
