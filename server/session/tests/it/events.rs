//! Events are asked for one piece at a time, and the position follows what was written.

use crate::peer::{Peer, limits};

#[test]
fn one_piece_is_asked_for_at_a_time() {
    let mut peer = Peer::live(limits());
    peer.session.handle_head(11);
    peer.session.handle_head(20);
    peer.session.handle_head(12);
    assert_eq!(peer.words(), ["events after 10"]);
    peer.sent(15);
    assert_eq!(peer.words(), ["events after 15"]);
    peer.sent(20);
    assert_eq!(peer.words(), [""; 0]);
    peer.session.handle_head(21);
    assert_eq!(peer.words(), ["events after 20"]);
}

#[test]
fn an_old_head_asks_for_nothing() {
    let mut peer = Peer::live(limits());
    peer.session.handle_head(10);
    peer.session.handle_head(3);
    assert_eq!(peer.words(), [""; 0]);
}

#[test]
fn the_driver_may_have_written_more_than_it_was_asked_for() {
    let mut peer = Peer::live(limits());
    peer.session.handle_head(11);
    peer.words();
    peer.sent(14);
    peer.session.handle_head(13);
    assert_eq!(peer.words(), [""; 0]);
}

#[test]
fn a_position_never_goes_back() {
    let mut peer = Peer::live(limits());
    peer.sent(14);
    peer.sent(12);
    peer.at(1_000);
    assert_eq!(peer.words(), ["checkpoint 14"]);
}
