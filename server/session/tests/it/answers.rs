//! Commands, queries and their answers: bounded in number, and none before the events it speaks of.

use crate::peer::{Peer, answer, limits, query};

const COMMAND: &str = r#"{"type":"command","command_id":"0192f0c4-0102-7000-8000-000000000001",
    "name":"group.create","params":{"name":"Sales"}}"#;

#[test]
fn questions_are_handed_on_as_they_come() {
    let mut peer = Peer::live(limits());
    peer.says(COMMAND);
    peer.says(r#"{"type":"refresh","id":5,"token":"plr_x"}"#);
    let conversation = "cnv_0192f0c4-0000-7000-8000-000000000001";
    peer.says(&format!(r#"{{"type":"signal","conversation_id":"{conversation}","doing":"typing"}}"#));
    assert_eq!(peer.words(), ["command group.create", "refresh 5", "signal Typing"]);
}

#[test]
fn what_is_not_known_is_refused_and_the_connection_goes_on() {
    let mut peer = Peer::live(limits());
    let command = COMMAND.replace("group.create", "group.dance");
    let of_command = "to 0192f0c4-0102-7000-8000-000000000001";
    let refusals = [
        (r#"{"type":"dance"}"#.to_owned(), "unknown_type to nothing".to_owned()),
        (command, format!("unknown_command {of_command}")),
        (query(7).replace("workspace.get", "dance"), "unknown_query to 7".to_owned()),
        (COMMAND.replace("\"Sales\"", "1"), format!("invalid_params {of_command}")),
        (query(7).replace("\"params\"", "\"other\""), "invalid_params to 7".to_owned()),
        (r#"{"type":"signal","doing":"typing"}"#.to_owned(), "invalid_params to nothing".to_owned()),
    ];
    for (frame, refusal) in refusals {
        peer.says(&frame);
        assert_eq!(peer.words(), [refusal], "{frame}");
    }
    peer.says(&query(8));
    assert_eq!(peer.words(), ["query 8"]);
}

#[test]
fn more_than_a_few_at_once_are_too_many() {
    let mut peer = Peer::live(limits());
    (1..=3).for_each(|id| peer.says(&query(id)));
    assert_eq!(peer.words(), ["query 1", "query 2", "busy to 3"]);
    peer.session.handle_reply(answer(0, "answer 1"));
    peer.says(&query(4));
    assert_eq!(peer.words(), ["answer 1", "query 4"]);
}

#[test]
fn an_answer_that_waits_for_its_events_still_counts() {
    let mut peer = Peer::live(limits());
    peer.says(&query(1));
    peer.says(&query(2));
    peer.session.handle_reply(answer(11, "answer 1"));
    peer.says(&query(3));
    assert_eq!(peer.words(), ["query 1", "query 2", "busy to 3"]);
    peer.sent(11);
    peer.says(&query(4));
    assert_eq!(peer.words(), ["answer 1", "query 4"]);
}

#[test]
fn an_answer_waits_until_its_events_were_written() {
    let mut peer = Peer::live(limits());
    peer.says(COMMAND);
    peer.session.handle_reply(answer(12, "done"));
    assert_eq!(peer.words(), ["command group.create"]);
    peer.session.handle_head(12);
    peer.sent(11);
    assert_eq!(peer.words(), ["events after 10", "events after 11"]);
    peer.sent(12);
    assert_eq!(peer.words(), ["done"]);
}

#[test]
fn several_answers_go_out_in_the_order_of_their_events() {
    let mut peer = Peer::live(parloir_protocol::limits::Limits { in_flight_max: 9, ..limits() });
    (1..=4).for_each(|id| peer.says(&query(id)));
    peer.words();
    for (after, text) in [(13, "c"), (11, "a"), (12, "b"), (12, "b too")] {
        peer.session.handle_reply(answer(after, text));
    }
    assert_eq!(peer.words(), [""; 0]);
    peer.sent(12);
    assert_eq!(peer.words(), ["a", "b", "b too"]);
    peer.sent(13);
    assert_eq!(peer.words(), ["c"]);
}

#[test]
fn an_answer_about_what_was_written_already_goes_at_once() {
    let mut peer = Peer::live(limits());
    peer.says(&query(1));
    peer.session.handle_reply(answer(10, "answer 1"));
    assert_eq!(peer.words(), ["query 1", "answer 1"]);
}
