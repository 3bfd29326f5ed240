//! A message centre that lies, floods, stalls and ends in the middle: no panic, bounded memory, nothing lost.

use parloir_fixtures::smsc::{Act, Manners, text as mobile, written_deliver};
use proptest::prelude::*;

use super::super::codes;
use super::super::delivered::Delivered;
use super::super::pdu::Frame;
use super::*;

/// A `deliver_sm` as it stands on the wire.
fn wire(words: &str) -> Vec<u8> {
    written_deliver(mobile(PHONE, OURS, words), 7).to_vec()
}

#[tokio::test]
async fn bad_pdus_end_the_session_and_the_next_one_is_good() {
    let lies: [&[u8]; 6] = [
        &[0, 0, 0, 0],
        &[0, 0, 0, 15, 0, 0, 0, 5],
        &[0xff; 16],
        &[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1],
        b"GET / HTTP/1.1\r\n\r\n",
        &[0, 1, 0x10, 1],
    ];
    for lie in lies {
        // Each to an account of its own, which waits a second at most: later ones of the same would wait for minutes.
        let stage = Stage::open().await;
        stage.smsc.say(lie).await;
        stage.smsc.until_bound(2).await;
        stage.until(Condition::Up).await;
        assert!(accepted(&stage.send("Bonjour").await).is_some());
    }
}

#[tokio::test]
async fn what_cannot_be_read_inside_of_a_frame_goes_to_the_door() {
    let stage = Stage::open().await;
    let mut cut = wire("Bonjour");
    cut.truncate(30);
    cut[3] = 30;
    stage.smsc.say(&cut).await;
    stage.post.until(1).await;
    let letter = stage.post.letters.lock().expect("no panic")[0].clone();
    assert_eq!(letter.ours, [""; 0]);
    assert!(body::read(&letter.body, super::super::names::Names::default()).is_err());
    assert_eq!(stage.smsc.binds().len(), 1, "the session goes on");
}

#[tokio::test]
async fn unknown_commands_are_refused_and_strange_answers_ignored() {
    let stage = Stage::open().await;
    let bare = |command: u32, sequence: u32| -> Vec<u8> {
        [16_u32, command, 0, sequence].iter().flat_map(|word| word.to_be_bytes()).collect()
    };
    for command in [0x8000_0004, 0x8000_0000, 0x8000_0015, 0x0000_0102, 0x0000_0103, 0x0000_1234, 0x8000_1234]
    {
        stage.smsc.say(&bare(command, 1)).await;
        stage.smsc.say(&bare(command, 0xffff_ffff)).await;
    }
    assert!(accepted(&stage.send("Bonjour").await).is_some());
    assert_eq!(stage.smsc.binds().len(), 1);
    stage.smsc.say(&bare(0x0000_0006, 9)).await;
    stage.smsc.until_bound(2).await;
}

#[tokio::test]
async fn a_pdu_that_stops_in_the_middle_loses_nothing() {
    let stage = Stage::open().await;
    let whole = wire("Bonjour");
    for (end, sessions) in [1, 4, 15, 16, whole.len() - 1].into_iter().zip(2..) {
        stage.smsc.say(&whole[..end]).await;
        stage.smsc.hang_up().await;
        stage.smsc.until_bound(sessions).await;
    }
    assert!(stage.post.received().is_empty());
    assert_eq!(stage.smsc.deliver(mobile(PHONE, OURS, "Bonjour")).await, Some(codes::OK));
    assert_eq!(stage.post.received().len(), 1);
}

#[tokio::test]
async fn who_never_answers_takes_no_more_than_the_window() {
    let stage = Stage::with(", window = 2").await;
    stage.smsc.behave(|_, _| Act::Silence);
    let outcomes = futures_util::future::join_all((0..8).map(|_| stage.send("Bonjour"))).await;
    let unknown = outcomes.iter().filter(|outcome| **outcome == Outcome::Unknown).count();
    let later = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Later(_))).count();
    assert_eq!(unknown + later, 8, "{outcomes:?}");
    // What was said last may still be on its way.
    stage.smsc.until_heard(unknown).await;
    assert_eq!(unknown, stage.smsc.submitted().len(), "what was said may have left, and nothing else");
    stage.smsc.behave(|_, _| Act::Accept);
    assert!(accepted(&stage.send("Bonjour").await).is_some());
}

#[tokio::test]
async fn who_never_reads_ends_its_session() {
    let stage = Stage::with(RESTLESS).await;
    stage.smsc.have_manners(Manners::Deaf);
    let outcome = stage.send("Bonjour").await;
    assert_eq!(outcome, Outcome::Unknown);
    stage.until(Condition::Down).await;
    stage.smsc.have_manners(Manners::Good);
    stage.smsc.until_bound(2).await;
}

#[tokio::test]
async fn a_flood_is_put_off_and_not_kept() {
    let stage = Stage::open().await;
    let post = Arc::clone(&stage.post);
    post.answer(Taken::NotNow);
    let mut flood = Vec::new();
    for n in 0..3_000_u32 {
        flood.extend_from_slice(&written_deliver(mobile(PHONE, OURS, &n.to_string()), n + 1));
    }
    stage.smsc.say(&flood).await;
    post.until(32).await;
    post.answer(Taken::Safe);
    let look = async {
        while stage.smsc.deliver(mobile(PHONE, OURS, "Bonjour")).await != Some(codes::OK) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("it goes on");
}

#[test]
fn bodies_that_are_none_are_refused() {
    let names = super::super::names::Names::default();
    let good = String::from_utf8(body::Body::of("e", [wire("a").as_slice()]).bytes()).expect("a text");
    assert!(body::read(good.as_bytes(), names).is_ok());
    let deep = "[".repeat(100_000);
    let none = "{\"event_id\":\"e\",\"pdus\":[]}";
    let short = "{\"event_id\":\"e\",\"pdus\":[\"00000005\"]}";
    let unnamed = good.replace("\"e\"", "\"\"");
    let odd = good.replacen("\"00", "\"0", 1);
    for bad in ["", "{}", "[]", "null", deep.as_str(), none, short, unnamed.as_str(), odd.as_str()] {
        assert!(body::read(bad.as_bytes(), names).is_err(), "{}", &bad[..bad.len().min(60)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_pdu_is_read_or_refused(at in 4..120_usize, to: u8, cut in 16..120_usize) {
        let mut bytes = wire("Bonjour à vous, et à bientôt");
        let at = at.min(bytes.len() - 1);
        bytes[at] = to;
        bytes.truncate(cut.min(bytes.len()));
        let length = u32::try_from(bytes.len()).expect("it is short");
        bytes[..4].copy_from_slice(&length.to_be_bytes());
        let frame = Frame::whole(&bytes).expect("its length is right");
        if let Ok(delivered) = Delivered::read(&frame) {
            delivered.text();
            delivered.words();
        }
        let handed = body::Body::of("e", [bytes.as_slice()]).bytes();
        let names = super::super::names::Names::default();
        prop_assert!(body::read(&handed, names).is_ok() || body::read(&handed, names).is_err());
    }

    #[test]
    fn our_reader_and_the_library_agree(words in "[a-zéà€\u{1f44b}]{0,60}", n in 0..1_000_u32) {
        let bytes = written_deliver(mobile(PHONE, OURS, &words), n);
        let delivered = Delivered::read(&Frame::whole(&bytes).expect("a frame")).expect("it is good");
        prop_assert_eq!((delivered.from.as_str(), delivered.to.as_str()), (PHONE, OURS));
        prop_assert_eq!(delivered.text(), Some(words));
    }
}
