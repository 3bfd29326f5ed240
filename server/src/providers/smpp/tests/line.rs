//! What is heard of a line: refused binds, silence, ends, and that messages wait for it unsaid.

use parloir_desk::entity::Failure;
use parloir_fixtures::smsc::Manners;
use parloir_protocol::ids::ChannelId;
use parloir_protocol::time::Time;

use super::super::super::{Admission, Rate, Rates};
use super::*;

#[tokio::test]
async fn a_line_that_ends_is_up_again() {
    let stage = Stage::open().await;
    // So that it is not up again before anybody has seen it down.
    stage.smsc.answer_binds(0x0e);
    stage.smsc.hang_up().await;
    stage.until(Condition::Down).await;
    stage.smsc.answer_binds(0);
    stage.smsc.until_bound(2).await;
    stage.until(Condition::Up).await;
    assert!(accepted(&stage.send("Bonjour").await).is_some());
}

#[tokio::test]
async fn a_refused_bind_is_shown_and_asks_for_nothing() {
    let smsc = Smsc::open().await;
    smsc.answer_binds(0x0e);
    let stage = Stage::at(smsc, "");
    let look = async {
        while stage.gate.standing(Instant::now()).last_failure.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("it is noted");
    let standing = stage.gate.standing(Instant::now());
    assert_eq!(standing.condition, Condition::Down);
    assert_eq!(standing.last_failure.map(|(failure, _)| failure), Some(Failure::Auth));
    let rate = Rates { channel: Rate { per_second: 10, burst: 10 }, account: None };
    let admission = stage.gate.admit(ChannelId::from_bytes([2; 16]), rate, Instant::now());
    assert!(matches!(admission, Admission::Broken { .. }), "{admission:?}");
    stage.smsc.answer_binds(0);
    stage.until(Condition::Up).await;
    assert_eq!(stage.gate.admit(ChannelId::from_bytes([2; 16]), rate, Instant::now()), Admission::Go);
}

#[tokio::test]
async fn a_line_that_says_nothing_any_more_ends() {
    let stage = Stage::with(RESTLESS).await;
    stage.smsc.have_manners(Manners::Mute);
    stage.until(Condition::Down).await;
    stage.smsc.have_manners(Manners::Good);
    stage.smsc.until_bound(2).await;
    stage.until(Condition::Up).await;
}

#[tokio::test]
async fn a_quiet_line_is_asked_and_stays() {
    // A busy machine keeps an answer back for longer than the usual patience of these tests.
    const LONG_MS: u64 = 5_000;
    let smsc = Smsc::open().await;
    let stage = Stage::of(patient(&smsc.address().to_string(), RESTLESS, LONG_MS), smsc);
    stage.until(Condition::Up).await;
    tokio::time::sleep(Duration::from_millis(2 * 100 + LONG_MS)).await;
    assert_eq!(stage.smsc.binds().len(), 1);
    assert!(accepted(&stage.send("Bonjour").await).is_some());
}

#[tokio::test]
async fn a_line_in_tls_takes_no_certificate_but_the_one_it_knows() {
    let smsc = Smsc::open_in_secret().await;
    let roots = parloir_fixtures::folder().join("smsc/certificate.pem");
    let secret = |keys: &str| {
        let table = table(&smsc.address().to_string(), keys).replace("smpp://", "smpps://");
        smpp(&table).unwrap_or_else(|reason| panic!("{reason}"))
    };
    let (folder, post) = (tempfile::tempdir().expect("a folder"), Post::new());
    let gate = Arc::new(Gate::seeded(1, "smpp"));
    let stranger = secret("");
    keep(&stranger, &post, &folder, &gate);
    let look = async {
        while gate.standing(Instant::now()).last_failure.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("it is refused");
    assert!(smsc.binds().is_empty(), "no password is said to a stranger");
    drop(stranger);

    let account = secret(&format!(", roots = '{}'", roots.display()));
    keep(&account, &post, &folder, &gate);
    smsc.until_bound(1).await;
    let look = async {
        while accepted(&hand_over(&account, &message("Bonjour")).await).is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("it is up");
}

#[test]
fn a_line_that_is_down_shows_for_how_long() {
    let gate = Gate::seeded(1, "smpp");
    let now = Instant::now();
    gate.line_down(now + Duration::from_secs(7), None, Time(0));
    let standing = gate.standing(now);
    assert_eq!((standing.condition, standing.back_in), (Condition::Down, Some(Duration::from_secs(7))));
    gate.line_up();
    assert_eq!(gate.standing(now).condition, Condition::Up);
}
