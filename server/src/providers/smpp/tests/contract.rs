//! What every provider promises, held against this one: the same promises as over HTTP, in its own words.

use parloir_desk::entity::Failure;
use parloir_fixtures::smsc::{Act, submitted_text};
use parloir_protocol::text::{Encoding, segments};
use rusmpp::pdus::SubmitSm;
use tokio::sync::Semaphore;

use super::super::super::{Cause, Idempotency, Later, Provider as _, RawRequest, Verdict};
use super::super::characters::{Script, decoded};
use super::*;

/// What a message may say.
const NASTY: &str = "Rendez-vous & <b>\"14h\"</b>\nà l'Îlot €&To=+33999999999 {{name}} \u{1f44b}";

fn heard(submitted: &[SubmitSm]) -> String {
    let read = |submit: &SubmitSm| {
        let script = if u8::from(submit.data_coding) == 8 { Script::Ucs2 } else { Script::Gsm };
        decoded(&submitted_text(submit).0, script)
    };
    submitted.iter().map(read).collect()
}

fn later(failure: Failure, cause: Cause) -> Outcome {
    Outcome::Later(Later { failure, after: None, cause })
}

#[tokio::test]
async fn a_text_arrives_as_it_was_written_and_gets_a_name() {
    let stage = Stage::open().await;
    assert_eq!(accepted(&stage.send(NASTY).await), Some("n1"));
    let submitted = stage.smsc.submitted();
    assert_eq!(heard(&submitted), NASTY);
    let fields = (submitted[0].source_addr.as_str(), submitted[0].destination_addr.as_str());
    assert_eq!(fields, ("33700000001", "33639980123"));
    let numbering = (u8::from(submitted[0].source_addr_ton), u8::from(submitted[0].dest_addr_npi));
    assert_eq!(numbering, (1, 1));
    let receipts: Vec<u8> = submitted.iter().map(|submit| u8::from(submit.registered_delivery)).collect();
    assert_eq!(receipts, [1]);
    let bind = &stage.smsc.binds()[0];
    assert_eq!((bind.system_id.as_str(), bind.password.as_str()), ("desk", "hush"));
    assert_eq!(bind.interface_version, 0x34);
}

#[tokio::test]
async fn texts_leave_in_as_many_parts_as_were_counted() {
    let stage = Stage::open().await;
    for words in ["Bonjour", "Ça coûte 5 €", &"a".repeat(160), &"€".repeat(81), &"👋".repeat(200)] {
        let before = stage.smsc.submitted().len();
        assert!(accepted(&stage.send(words).await).is_some(), "{words}");
        let submitted = stage.smsc.submitted().split_off(before);
        assert_eq!(submitted.len(), segments(words).segments, "{words}");
        assert_eq!(heard(&submitted), *words);
        let coding = if segments(words).encoding == Encoding::Gsm7 { 0 } else { 8 };
        assert!(submitted.iter().all(|submit| u8::from(submit.data_coding) == coding), "{words}");
        let total = u8::try_from(submitted.len()).expect("few");
        let receipts = submitted.iter().map(|submit| u8::from(submit.registered_delivery));
        assert_eq!(receipts.sum::<u8>(), 1, "only one asks for a receipt");
        assert_eq!(submitted.last().map(|last| u8::from(last.registered_delivery)), Some(1));
        for (submit, number) in submitted.iter().zip(1..) {
            let place = submitted_text(submit).1.map(|(_, total, number)| (total, number));
            assert_eq!(place, (total > 1).then_some((total, number)), "{words}");
            assert_eq!(u8::from(submit.esm_class), if total > 1 { 0x40 } else { 0 }, "{words}");
        }
    }
}

#[tokio::test]
async fn a_long_text_leaves_whole_where_the_network_cuts_it() {
    let stage = Stage::with(", long_messages = 'payload', source_ton = 0, destination_npi = 8").await;
    let words = "Bonjour ".repeat(100);
    assert_eq!(accepted(&stage.send(&words).await), Some("n1"));
    let submitted = stage.smsc.submitted();
    assert_eq!((submitted.len(), heard(&submitted)), (1, words));
    assert!(submitted[0].short_message().is_empty());
    let numbering = (u8::from(submitted[0].source_addr_ton), u8::from(submitted[0].dest_addr_npi));
    assert_eq!(numbering, (0, 8));
}

#[tokio::test]
async fn without_a_whole_answer_nobody_knows() {
    let acts = [
        Act::Silence,
        Act::HangUp,
        Act::Half,
        Act::AcceptAs(String::new()),
        Act::Bytes(vec![0, 0, 0, 4]),
        Act::Bytes(vec![0xff; 64]),
        Act::Bytes(b"HTTP/1.1 200 OK\r\n\r\n<html>welcome</html>".to_vec()),
        Act::After(Duration::from_millis(2 * PATIENCE_MS), Box::new(Act::Accept)),
        Act::Refuse(0x08),
    ];
    for act in acts {
        let stage = Stage::open().await;
        let shown = format!("{act:?}");
        stage.smsc.behave(move |_, _| act.clone());
        assert_eq!(stage.send("Bonjour").await, Outcome::Unknown, "{shown}");
        assert_eq!(stage.smsc.submitted().len(), 1, "{shown}");
    }
}

#[tokio::test]
async fn a_message_of_which_only_some_parts_were_answered_may_have_left() {
    let words = "a".repeat(400);
    for act in [Act::Silence, Act::HangUp, Act::Refuse(0x0b), Act::Refuse(0x45)] {
        let stage = Stage::open().await;
        let shown = format!("{act:?}");
        stage.smsc.behave(move |nth, _| if nth == 1 { act.clone() } else { Act::Accept });
        assert_eq!(stage.send(&words).await, Outcome::Unknown, "{shown}");
        let times = stage.smsc.submitted().len();
        assert!(times <= 3, "{shown}: {times}");
    }
    // As long as nothing left, it is sure.
    let stage = Stage::open().await;
    stage.smsc.behave(|_, _| Act::Refuse(0x58));
    assert_eq!(stage.send(&words).await, later(Failure::Throttled, Cause::Pace));
    assert_eq!(stage.smsc.submitted().len(), 1);
}

#[tokio::test]
async fn a_part_that_comes_too_fast_is_said_again() {
    let stage = Stage::open().await;
    stage.smsc.behave(|nth, _| if [1, 2].contains(&nth) { Act::Refuse(0x58) } else { Act::Accept });
    assert!(accepted(&stage.send(&"a".repeat(400)).await).is_some());
    assert_eq!(stage.smsc.submitted().len(), 5);
}

#[tokio::test]
async fn statuses_are_understood() {
    let failed = |failure| Outcome::Failed { failure };
    let table = [
        (0x58, later(Failure::Throttled, Cause::Pace)),
        (0x14, later(Failure::Throttled, Cause::Pace)),
        (0x64, later(Failure::Unknown, Cause::Message)),
        (0x04, later(Failure::Auth, Cause::Account)),
        (0x0a, failed(Failure::Auth)),
        (0x0b, failed(Failure::InvalidNumber)),
        (0x01, failed(Failure::RejectedContent)),
        (0x45, failed(Failure::Unknown)),
        (0x104, failed(Failure::Unsupported)),
        (0x400, failed(Failure::Unknown)),
        (0xff, Outcome::Unknown),
    ];
    let stage = Stage::open().await;
    for (status, outcome) in table {
        stage.smsc.behave(move |_, _| Act::Refuse(status));
        assert_eq!(stage.send("Bonjour").await, outcome, "{status:#x}");
    }
    stage.smsc.behave(|_, _| Act::Nack);
    assert_eq!(stage.send("Bonjour").await, failed(Failure::Unsupported));
    assert_eq!(stage.send("").await, failed(Failure::Unsupported));
    let nowhere = Outgoing {
        to: parloir_desk::entity::Address {
            kind: parloir_desk::entity::AddressKind::E164,
            value: "+3363998012345678901234567890".to_owned(),
        },
        ..message("Bonjour")
    };
    assert_eq!(hand_over(&stage.account, &nowhere).await, failed(Failure::InvalidNumber));
}

#[tokio::test]
async fn a_second_answer_belongs_to_no_other_message() {
    let stage = Stage::open().await;
    stage.smsc.behave(|nth, _| if nth == 0 { Act::Twice } else { Act::Silence });
    assert!(accepted(&stage.send("un").await).is_some());
    assert_eq!(stage.send("deux").await, Outcome::Unknown);
}

#[tokio::test]
async fn where_nobody_listens_nothing_left() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("it is bound").to_string();
    drop(taken);
    let (account, folder) = (account(&address, ""), tempfile::tempdir().expect("a folder"));
    let gate = Arc::new(Gate::seeded(1, "smpp"));
    keep(&account, &Post::new(), &folder, &gate);
    let outcome = hand_over(&account, &message("Bonjour")).await;
    assert!(matches!(outcome, Outcome::Later(Later { cause: Cause::Account, .. })), "{outcome:?}");
    assert_eq!(gate.standing(Instant::now()).condition, Condition::Down);
}

#[tokio::test]
async fn no_more_wait_for_an_answer_than_the_window_has() {
    let smsc = Smsc::open().await;
    let stage = Stage::of(patient(&smsc.address().to_string(), ", window = 3", 60_000), smsc);
    stage.until(Condition::Up).await;
    let turns = Arc::new(Semaphore::new(0));
    let held = Act::Held(Arc::clone(&turns), Box::new(Act::Accept));
    stage.smsc.behave(move |_, _| held.clone());
    let sends = futures_util::future::join_all((0..6).map(|_| stage.send("Bonjour")));
    let look = async {
        stage.smsc.until_heard(3).await;
        assert_eq!(stage.smsc.submitted().len(), 3);
        turns.add_permits(1);
        stage.smsc.until_heard(4).await;
        assert_eq!(stage.smsc.submitted().len(), 4);
        turns.add_permits(5);
    };
    let (outcomes, ()) = futures_util::future::join(sends, look).await;
    assert!(outcomes.iter().all(|outcome| accepted(outcome).is_some()), "{outcomes:?}");
}

#[tokio::test]
async fn nothing_comes_in_but_over_the_line() {
    let stage = Stage::open().await;
    assert_eq!(stage.account.verify(&RawRequest::of_body("{}")), Verdict::Forged);
    assert_eq!(stage.account.handshake(&RawRequest::of_body("{}")), None);
    assert!(matches!(stage.account.idempotency(), Idempotency::Neither));
}
