//! What comes while a record is on its way to the disk is decided on top of it, and hears after it.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};
use parloir_desk::command::{Ask, Command};
use parloir_desk::decide::{Decided, decide};
use parloir_desk::limits;
use parloir_desk::refusal::Refusal;
use parloir_desk::view::View;

use super::super::JOINED_MILLIS;
use super::{group_names, groups, seqs};
use crate::log::Log;
use crate::log::contract::held::Held;
use crate::log::contract::injected::{Fate, Fault};
use crate::node::Limits;
use crate::rehearsal::{Asked, FOUNDING_RECORDS, Rehearsal, system};
use crate::rewrite;
use crate::rules::Rules;
use crate::search::Search;
use crate::workspace::{Answered, Rejected};

/// A workspace that was founded on a log which then waits.
async fn held(faults: &[Fault]) -> (Rehearsal, Arc<Held>) {
    held_with(faults, Rules::OURS).await
}

/// The same with other rules.
async fn held_with(faults: &[Fault], rules: Rules) -> (Rehearsal, Arc<Held>) {
    let numbered = (FOUNDING_RECORDS..).zip(faults.iter().copied());
    let log = Arc::new(Held::after(FOUNDING_RECORDS, numbered));
    let stage = Rehearsal::found(Arc::clone(&log) as Arc<dyn Log>, Limits::standard(), rules).await;
    (stage, log)
}

/// Asks, and goes on once that is on its way; nobody hears of anything before the log goes on.
async fn asked(stage: &Rehearsal, all: Vec<Asked>) -> Pin<Box<dyn Future<Output = Vec<Answered>> + '_>> {
    let mut asking = Box::pin(stage.ask_together(all));
    for _ in 0..100 {
        assert!(asking.as_mut().now_or_never().is_none(), "a refusal too rests on what is not durable");
        tokio::task::yield_now().await;
    }
    asking
}

/// Both are asked, the second once the first is on its way.
async fn ask_behind(
    stage: &Rehearsal,
    first: Vec<Asked>,
    second: Vec<Asked>,
    go_on: impl FnOnce(),
) -> [Vec<Answered>; 2] {
    let (first, second) = (asked(stage, first).await, asked(stage, second).await);
    go_on();
    join(first, second).await.into()
}

#[tokio::test]
async fn nobody_hears_of_what_is_not_durable() {
    let (stage, log) = held(&[]).await;
    let before = stage.workspace.hub.head();
    let asking = asked(&stage, groups(&["new a", "new b"])).await;
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
    let (first, second) = (groups(&["new a"]), groups(&["new a", "new b", "new b"]));
    let [first, second] = ask_behind(&stage, first, second, || log.let_append(2)).await;
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
    let [first, second] =
        ask_behind(&stage, groups(&["new a"]), groups(&["new a"]), || log.let_append(1)).await;
    assert!(first[0].is_ok());
    assert_eq!(second, [Err(Rejected::Refused(Refusal::NameTaken))]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
}

#[tokio::test]
async fn an_epoch_that_is_on_its_way_is_that_of_what_follows() {
    let (stage, log) = held(&[]).await;
    let first = vec![system(Command::BeginEpoch { epoch: 77 })];
    let [first, second] = ask_behind(&stage, first, groups(&["new a"]), || log.let_append(2)).await;
    assert!(first[0].is_ok() && second[0].is_ok());
    assert_eq!(stage.records().iter().filter(|record| record.epoch == 77).count(), 2);
    assert_eq!(stage.look(|view| view.head().epoch), 77);
}

#[tokio::test]
async fn who_rests_on_a_record_of_which_nobody_knows_hears_that_nothing_is_known() {
    for fate in [Fate::Lost, Fate::Appended] {
        let (stage, log) = held(&[Fault::Unknown(fate)]).await;
        let (first, second) = (groups(&["new a"]), groups(&["new a", "new b"]));
        let again = [first.clone(), second.clone()].concat();
        let answers = ask_behind(&stage, first, second, || log.let_append(1)).await.concat();
        assert_eq!(answers, vec![Err(Rejected::Unavailable); 3], "{fate:?}");
        assert_eq!(stage.workspace.hub.head().seq, stage.node.log.tail(stage.workspace.id).seq, "{fate:?}");
        log.let_append(2);
        let again = stage.ask_together(again).await;
        assert!(again[0].is_ok() && again[2].is_ok(), "{fate:?}: {again:?}");
        assert_eq!(again[1], Err(Rejected::Refused(Refusal::NameTaken)), "{fate:?}");
        assert_eq!(group_names(&stage), ["new a", "new b"], "{fate:?}");
    }
}

#[tokio::test]
async fn where_the_disk_is_full_nothing_is_written_on_top() {
    let (stage, log) = held(&[Fault::Full]).await;
    let (first, second) = (groups(&["new a"]), groups(&["new a", "new b"]));
    let answers = ask_behind(&stage, first, second, || log.let_append(1)).await.concat();
    assert_eq!(answers, vec![Err(Rejected::ReadOnly); 3]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS);
    log.let_append(1);
    assert!(stage.ask_together(groups(&["new a"])).await[0].is_ok());
}

#[tokio::test]
async fn what_rests_on_a_record_that_no_log_takes_is_decided_anew() {
    let (stage, log) = held(&[Fault::TooLarge]).await;
    let (first, second) = (groups(&["new a"]), groups(&["new a", "new b"]));
    let [first, second] = ask_behind(&stage, first, second, || log.let_append(2)).await;
    assert_eq!(first, [Err(Rejected::Internal)]);
    assert!(second.iter().all(Result::is_ok), "{second:?}");
    assert_eq!(group_names(&stage), ["new a", "new b"]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
}

#[tokio::test]
async fn a_record_that_is_too_large_is_parted_and_keeps_its_order() {
    let (stage, log) = held(&[Fault::TooLarge]).await;
    let (first, second) = (groups(&["new a", "new b"]), groups(&["new b", "new c", "new d"]));
    let [first, second] = ask_behind(&stage, first, second, || log.let_append(6)).await;
    assert!(first.iter().all(Result::is_ok), "{first:?}");
    assert_eq!(second[0], Err(Rejected::Refused(Refusal::NameTaken)));
    let seqs = [seqs(&first), seqs(&second)].concat();
    assert!(seqs.iter().flatten().is_sorted(), "{seqs:?}");
    assert_eq!(group_names(&stage), ["new a", "new b", "new c", "new d"]);
    let before = stage.records().len();
    assert!(stage.ask_together(groups(&["new e", "new f"])).await.iter().all(Result::is_ok));
    assert_eq!(stage.records().len(), before + 1, "it was too large for those only");
}

#[tokio::test]
async fn a_conflict_keeps_the_order_in_which_commands_came() {
    for fate in [Fate::Lost, Fate::Appended] {
        let (stage, log) = held(&[Fault::Conflict(fate)]).await;
        let (first, second) = (groups(&["new a", "new b"]), groups(&["new b", "new c"]));
        let [first, second] = ask_behind(&stage, first, second, || log.let_append(3)).await;
        assert!(first.iter().all(Result::is_ok), "{fate:?}: {first:?}");
        assert_eq!(second[0], Err(Rejected::Refused(Refusal::NameTaken)), "{fate:?}");
        assert!(second[1].is_ok(), "{fate:?}: {second:?}");
        assert!(seqs(&first)[1] < seqs(&second)[1], "{fate:?}");
        assert_eq!(group_names(&stage), ["new a", "new b", "new c"], "{fate:?}");
        assert_eq!(stage.look(|view| view.head().seq), stage.node.log.tail(stage.workspace.id).seq);
    }
}

#[tokio::test]
async fn the_same_key_in_the_record_that_follows_happens_once() {
    let (stage, log) = held(&[]).await;
    let again = groups(&["new a"]);
    let [first, second] = ask_behind(&stage, again.clone(), again, || log.let_append(2)).await;
    assert!(first[0].is_ok());
    assert_eq!(first, second);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
}

#[tokio::test]
async fn what_comes_much_later_joins_no_record_in_the_making() {
    let (stage, log) = held(&[]).await;
    let times = [0, JOINED_MILLIS - 1, JOINED_MILLIS].map(|millis| stage.clock().plus_millis(millis));
    let mut asking = vec![asked(&stage, groups(&["new a"])).await];
    for (at, name) in times.into_iter().zip(["new b", "new c", "new d"]) {
        stage.set_clock(at);
        asking.push(asked(&stage, groups(&[name])).await);
    }
    log.let_append(3);
    assert!(join_all(asking).await.concat().iter().all(Result::is_ok));
    let recorded: Vec<_> = stage.records().iter().skip(FOUNDING_RECORDS).map(|record| record.at).collect();
    assert_eq!(recorded, [times[0], times[0], times[2]]);
}

#[tokio::test]
async fn conflicts_without_end_are_told_to_all_who_wait() {
    let (stage, log) = held(&[Fault::Conflict(Fate::Lost); 3]).await;
    let (first, second) = (groups(&["new a"]), groups(&["new a", "new b"]));
    let answers = ask_behind(&stage, first, second, || log.let_append(3)).await.concat();
    assert_eq!(answers, vec![Err(Rejected::Unavailable); 3]);
    log.let_append(1);
    assert!(stage.ask_together(groups(&["new a"])).await[0].is_ok());
}

/// Rules that cannot bear a group "new b" beside "new a".
fn wary_decide(
    view: &View<'_>,
    next_seq: u64,
    ask: &Ask,
    limits: &limits::Limits,
) -> Result<Decided, Refusal> {
    let is_second = matches!(&*ask.command, Command::CreateGroup { name } if name == "new b");
    assert!(!is_second || view.groups().iter().all(|group| group.name != "new a"), "the rules fail on both");
    decide(view, next_seq, ask, limits)
}

#[tokio::test]
async fn a_failure_of_the_rules_over_a_record_that_is_lost_is_forgotten() {
    let (stage, log) = held_with(&[Fault::TooLarge], Rules { decide: wary_decide, ..Rules::OURS }).await;
    let second = groups(&["new b"]);
    let [first, again] = ask_behind(&stage, groups(&["new a"]), second.clone(), || log.let_append(2)).await;
    assert_eq!(first, [Err(Rejected::Internal)]);
    assert!(again[0].is_ok(), "{again:?}");
    assert_eq!(stage.ask_together(second).await, again);
}

#[tokio::test]
async fn a_state_that_takes_the_place_of_another_meanwhile_keeps_what_is_newer() {
    let (first, second) = swapped(None).await;
    assert!(first.is_ok() && second.is_ok());
}

#[tokio::test]
async fn what_only_the_log_and_the_new_state_know_is_told() {
    for fault in [Fault::Conflict(Fate::Appended), Fault::Unknown(Fate::Appended)] {
        let (first, second) = swapped(Some(fault)).await;
        assert!(first.is_ok());
        let is_known = matches!(fault, Fault::Conflict(_));
        assert_eq!(second.is_ok(), is_known, "{fault:?}: {second:?}");
    }
}

/// A record is applied behind an erasure that finds it in the log, and the record after it, which nobody heard of yet
/// and which is then answered with this fault.
async fn swapped(fault: Option<Fault>) -> (Answered, Answered) {
    let log = Arc::new(Held::after(FOUNDING_RECORDS, fault.map(|fault| (FOUNDING_RECORDS + 1, fault))));
    let folder = tempfile::tempdir().expect("a folder");
    let (limits, search) = (Limits::standard(), Search::new(folder.path()));
    let stage = Rehearsal::found_with(Arc::clone(&log) as Arc<dyn Log>, limits, Rules::OURS, search).await;
    let tail = || stage.node.log.tail(stage.workspace.id).seq;
    let begin = tail();
    let first = asked(&stage, groups(&["new a"])).await;
    let second = asked(&stage, groups(&["new b"])).await;
    // While somebody applies, the erasure waits, and whoever comes to apply waits behind it.
    let applying = stage.node.applying.read().await;
    let rewriting = tokio::spawn({
        let (node, workspace) = (Arc::clone(&stage.node), Arc::clone(&stage.workspace));
        async move { rewrite::without(&node, &workspace, &[]).await }
    });
    while stage.node.applying.try_read().is_ok() {
        tokio::task::yield_now().await;
    }
    log.let_append(1);
    log.let_append_unheard();
    while tail() < begin + 2 {
        tokio::task::yield_now().await;
    }
    drop(applying);
    let first = first.await.remove(0);
    let applied = stage.node.state.current().position(stage.workspace.id).seq;
    assert_eq!((applied, stage.look(|view| view.head().seq)), (begin + 2, begin + 2));
    assert_eq!(stage.workspace.hub.head().seq, begin + 1, "nobody heard of the second yet");
    log.let_hear();
    let second = second.await.remove(0);
    assert_eq!(stage.workspace.hub.head().seq, begin + 2);
    assert_eq!(group_names(&stage), ["new a", "new b"]);
    rewriting.await.expect("it ends").expect("it is swapped");
    (first, second)
}
