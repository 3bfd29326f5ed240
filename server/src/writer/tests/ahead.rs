//! What comes while a record is on its way to the disk is decided on top of it, and shares its fate.

use futures_util::FutureExt as _;
use futures_util::future::join;
use parloir_desk::refusal::Refusal;

use super::held::held;
use super::{group_names, groups, seqs};
use crate::log::contract::injected::{Fate, Fault};
use crate::rehearsal::{FOUNDING_RECORDS, Rehearsal};
use crate::workspace::{Answered, Rejected};

/// Both are asked, the second once the first is on its way; nobody hears of anything before the log goes on.
async fn ask_behind(
    stage: &Rehearsal,
    first: &[&str],
    second: &[&str],
    go_on: impl FnOnce(),
) -> [Vec<Answered>; 2] {
    let mut first = Box::pin(stage.ask_together(groups(first)));
    let mut second = Box::pin(stage.ask_together(groups(second)));
    for _ in 0..100 {
        assert!(first.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        assert!(second.as_mut().now_or_never().is_none(), "a refusal too rests on what is not durable");
        tokio::task::yield_now().await;
    }
    go_on();
    join(first, second).await.into()
}

#[tokio::test]
async fn nobody_hears_of_what_is_not_durable() {
    let (stage, log) = held(&[]).await;
    let before = stage.workspace.hub.head();
    let mut asking = Box::pin(stage.ask_together(groups(&["new a", "new b"])));
    for _ in 0..100 {
        assert!(asking.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.workspace.hub.head(), before);
    assert_eq!(group_names(&stage), [""; 0]);
    log.let_append(1);
    assert!(asking.await.iter().all(Result::is_ok));
    assert_eq!(group_names(&stage), ["new a", "new b"]);
}

#[tokio::test]
async fn what_comes_meanwhile_sees_the_record_that_is_on_its_way_and_follows_it() {
    let (stage, log) = held(&[]).await;
    let head = stage.workspace.hub.head().seq;
    let [first, second] =
        ask_behind(&stage, &["new a"], &["new a", "new b", "new b"], || log.let_append(2)).await;
    assert_eq!(seqs(&first), [Some(head + 1)]);
    assert_eq!(seqs(&second), [None, Some(head + 2), None]);
    assert!([&second[0], &second[2]].iter().all(|it| **it == Err(Rejected::Refused(Refusal::NameTaken))));
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 2);
    assert_eq!(stage.workspace.hub.head().seq, head + 2);
    assert_eq!(stage.look(|view| view.head().seq), head + 2);
}

#[tokio::test]
async fn what_is_only_refused_meanwhile_needs_no_record() {
    let (stage, log) = held(&[]).await;
    let [first, second] = ask_behind(&stage, &["new a"], &["new a"], || log.let_append(1)).await;
    assert!(first[0].is_ok());
    assert_eq!(second, [Err(Rejected::Refused(Refusal::NameTaken))]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
}

#[tokio::test]
async fn what_rests_on_a_record_that_is_lost_is_decided_anew() {
    let (stage, log) = held(&[Fault::Unknown(Fate::Lost)]).await;
    let [first, second] = ask_behind(&stage, &["new a"], &["new a", "new b"], || log.let_append(2)).await;
    assert_eq!(first, [Err(Rejected::Unavailable)]);
    assert!(second.iter().all(Result::is_ok), "{second:?}");
    assert_eq!(group_names(&stage), ["new a", "new b"]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
}

#[tokio::test]
async fn a_conflict_keeps_the_order_in_which_commands_came() {
    for fate in [Fate::Lost, Fate::Appended] {
        let (stage, log) = held(&[Fault::Conflict(fate)]).await;
        let [first, second] =
            ask_behind(&stage, &["new a", "new b"], &["new b", "new c"], || log.let_append(3)).await;
        assert!(first.iter().all(Result::is_ok), "{fate:?}: {first:?}");
        assert_eq!(second[0], Err(Rejected::Refused(Refusal::NameTaken)), "{fate:?}");
        assert!(second[1].is_ok(), "{fate:?}: {second:?}");
        assert!(seqs(&first)[1] < seqs(&second)[1], "{fate:?}");
        assert_eq!(group_names(&stage), ["new a", "new b", "new c"], "{fate:?}");
        assert_eq!(stage.look(|view| view.head().seq), stage.node.log.tail(stage.workspace.id).seq);
    }
}
