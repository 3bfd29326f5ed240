//! How a connection ends: a goodbye with the reason, the close code, and nothing after it.

use parloir_protocol::close::Close;
use parloir_protocol::down::ResetReason;
use parloir_session::{Millis, Start};

use crate::peer::{HELLO, Peer, admission, answer, limits, mark, query};

#[test]
fn bytes_that_are_no_frame_end_the_connection() {
    for bytes in ["", "{", "[]", "{}", "nothing", r#"{"type":1}"#, r#"{"type":"pong"} x"#] {
        let mut peer = Peer::live(limits());
        peer.says(bytes);
        assert_eq!(peer.words(), ["goodbye bad_frame", "close 4500"], "{bytes}");
    }
}

#[test]
fn a_frame_of_the_other_kind_or_too_large_ends_the_connection() {
    let mut peer = Peer::live(limits());
    peer.session.handle_wrong_kind();
    assert_eq!(peer.words(), ["goodbye bad_frame", "close 4500"]);
    let mut peer = Peer::live(limits());
    peer.session.handle_too_large();
    assert_eq!(peer.words(), ["goodbye frame_too_large", "close 4509"]);
}

#[test]
fn the_driver_may_end_it() {
    let mut peer = Peer::live(limits());
    peer.session.handle_rights(Close::RightsChanged);
    assert_eq!(peer.words(), ["goodbye rights_changed", "close 4040"]);
    let mut peer = Peer::live(limits());
    peer.session.handle_rights(Close::Revoked);
    assert_eq!(peer.words(), ["goodbye revoked", "close 4504"]);
    let mut peer = Peer::live(limits());
    peer.session.handle_reset(ResetReason::TooOld);
    assert_eq!(peer.words(), ["reset TooOld", "goodbye reset_required", "close 4002"]);
    let mut peer = Peer::new(limits());
    peer.session.handle_shutdown();
    assert_eq!(peer.words(), ["goodbye shutdown", "close 4000"]);
}

#[test]
fn what_was_to_be_written_before_the_end_still_is() {
    let mut peer = Peer::live(limits());
    peer.says(&query(1));
    peer.session.handle_reply(answer(0, "answer 1"));
    peer.session.handle_shutdown();
    assert_eq!(peer.words(), ["query 1", "answer 1", "goodbye shutdown", "close 4000"]);
}

#[test]
fn after_the_end_nothing_comes_out() {
    let mut peer = Peer::live(limits());
    peer.says(&query(1));
    peer.session.handle_head(12);
    peer.session.handle_shutdown();
    assert_eq!(peer.words(), ["query 1", "events after 10", "goodbye shutdown", "close 4000"]);
    assert!(peer.session.has_ended());
    assert!(peer.session.admission().is_none());
    peer.says(HELLO);
    peer.says("{");
    peer.says(&query(2));
    peer.session.handle_admission(Ok(admission(Start::Resumed)));
    peer.session.handle_head(20);
    peer.session.handle_sent(mark(20), Millis(0));
    peer.session.handle_reply(answer(0, "late"));
    peer.session.handle_reset(ResetReason::Rebuilt);
    peer.session.handle_rights(Close::Revoked);
    peer.session.handle_shutdown();
    peer.session.handle_wrong_kind();
    peer.session.handle_too_large();
    peer.session.handle_ping(Millis(0));
    peer.session.handle_write_blocked(Millis(0));
    peer.at(1_000_000);
    assert_eq!(peer.words(), [""; 0]);
}
