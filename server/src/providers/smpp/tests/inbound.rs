//! What comes in over the line: once, whole, and answered well only when it is safe.

use parloir_desk::entity::{AddressKind, Delivery, Failure};
use parloir_fixtures::smsc::{part, receipt, receipt_of, text as mobile};

use super::super::super::{Received, Report};
use super::super::codes;
use super::*;

fn texts(received: &[Received]) -> Vec<String> {
    let text = |one: &Received| match &one.report {
        Report::Message { kind: AddressKind::E164, from, text, .. } if from == PHONE => text.clone(),
        other => panic!("{other:?}"),
    };
    received.iter().map(text).collect()
}

#[tokio::test]
async fn a_text_is_answered_when_it_is_safe() {
    let stage = Stage::open().await;
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "Coucou 👋")).await, Some(codes::OK));
    assert_eq!(texts(&stage.post.received()), ["Coucou 👋"]);
    assert_eq!(stage.post.letters.lock().expect("no panic")[0].ours, [OURS]);
    stage.post.answer(Taken::NotNow);
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "Encore")).await, Some(codes::NOT_NOW));
    stage.post.answer(Taken::Safe);
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "Encore")).await, Some(codes::OK));
    let received = stage.post.received();
    assert_eq!(received[1].event_id, received[2].event_id, "it was perhaps taken the first time");
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "Encore")).await, Some(codes::OK));
    let received = stage.post.received();
    assert_ne!(received[2].event_id, received[3].event_id, "who says it twice says it twice");
}

#[tokio::test]
async fn receipts_say_what_became_of_a_message() {
    let stage = Stage::open().await;
    let table = [
        (receipt(PHONE, OURS, "n7", "DELIVRD"), "n7", Delivery::Delivered, None),
        (receipt(PHONE, OURS, "n7", "UNDELIV"), "n7", Delivery::Failed, Some(Failure::Unreachable)),
        (receipt(PHONE, OURS, "n7", "ACCEPTD"), "n7", Delivery::Sent, None),
        (receipt_of(PHONE, OURS, "n8", 2), "n8", Delivery::Delivered, None),
        (receipt_of(PHONE, OURS, "n8", 3), "n8", Delivery::Failed, Some(Failure::Expired)),
    ];
    for (pdu, name, delivery, failure) in table {
        assert_eq!(stage.smsc.deliver(pdu).await, Some(codes::OK));
        let received = stage.post.received().pop().expect("one");
        let provider_message_id = name.to_owned();
        assert_eq!(received.report, Report::Receipt { provider_message_id, delivery, failure });
    }
    stage.smsc.deliver(receipt_of(PHONE, OURS, "n8", 3)).await;
    let received = stage.post.received();
    assert_eq!(received[4].event_id, received[5].event_id, "the same receipt is the same event");
}

#[tokio::test]
async fn a_text_in_parts_is_one_text_in_whatever_order_they_come() {
    let stage = Stage::open().await;
    for (number, words) in [(3, " à vous"), (1, "Bonjour"), (2, " et bonne journée")] {
        let answer = stage.smsc.deliver(part(PHONE, OURS, (9, 3, number), words)).await;
        assert_eq!(answer, Some(codes::OK));
    }
    stage.post.until(1).await;
    assert_eq!(texts(&stage.post.received()), ["Bonjour et bonne journée à vous"]);
    let left = std::fs::read_dir(stage.folder.path().join("parts")).expect("a folder").count();
    assert_eq!(left, 0, "what was taken is not kept");
}

#[tokio::test]
async fn parts_outlive_the_process() {
    let mut stage = Stage::open().await;
    stage.smsc.deliver(part(PHONE, OURS, (9, 2, 1), "Bonjour")).await;
    stage.again().await;
    stage.smsc.deliver(part(PHONE, OURS, (9, 2, 2), " à vous")).await;
    stage.post.until(1).await;
    assert_eq!(texts(&stage.post.received()), ["Bonjour à vous"]);
    // What the network did not hear answered is told again, and begins no other text.
    stage.again().await;
    assert_eq!(stage.smsc.deliver(part(PHONE, OURS, (9, 2, 2), " à vous")).await, Some(codes::OK));
    let left = std::fs::read_dir(stage.folder.path().join("parts")).expect("a folder").count();
    assert_eq!((left, stage.post.received().len()), (0, 1));
}

#[tokio::test]
async fn a_text_in_parts_that_cannot_be_taken_now_is_kept() {
    let mut stage = Stage::open().await;
    stage.post.answer(Taken::NotNow);
    for number in [1, 2] {
        assert_eq!(stage.smsc.deliver(part(PHONE, OURS, (9, 2, number), "a")).await, Some(codes::OK));
    }
    stage.post.until(1).await;
    stage.post.answer(Taken::Safe);
    stage.again().await;
    stage.post.until(2).await;
    let received = stage.post.received();
    assert_eq!(texts(&received), ["aa", "aa"]);
    assert_eq!(received[0].event_id, received[1].event_id);
}

#[tokio::test]
async fn a_reference_that_is_used_again_mixes_no_texts() {
    let stage = Stage::open().await;
    stage.smsc.deliver(part(PHONE, OURS, (9, 2, 1), "Un")).await;
    stage.smsc.deliver(part(PHONE, OURS, (9, 2, 1), "Deux")).await;
    stage.smsc.deliver(part(PHONE, OURS, (9, 2, 2), " trois")).await;
    stage.post.until(2).await;
    assert_eq!(texts(&stage.post.received()), ["Un […] ", "Deux trois"]);
}

#[tokio::test]
async fn what_was_not_heard_to_be_answered_is_the_same_when_it_comes_again() {
    let mut stage = Stage::open().await;
    stage.smsc.deliver(mobile(PHONE, OURS, "ok")).await;
    stage.again().await;
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "ok")).await, Some(codes::OK));
    assert_eq!(stage.post.received().len(), 1);
    // It hears what was answered before it answers: then the same words are new.
    assert!(accepted(&stage.send("Bonjour").await).is_some());
    stage.again().await;
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "ok")).await, Some(codes::OK));
    assert_eq!(stage.post.received().len(), 2);
}

#[tokio::test]
async fn messages_of_one_phone_keep_their_order() {
    let stage = Stage::open().await;
    for n in 0..20 {
        let bytes = parloir_fixtures::smsc::written_deliver(mobile(PHONE, OURS, &n.to_string()), n + 1);
        stage.smsc.say(&bytes).await;
    }
    stage.post.until(20).await;
    let wanted: Vec<String> = (0..20).map(|n: u32| n.to_string()).collect();
    assert_eq!(texts(&stage.post.received()), wanted);
}
