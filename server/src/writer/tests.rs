//! The writer over a log in memory whose answers go wrong on purpose, and a real state.

use std::sync::Arc;

use parloir_desk::command::Command;
use parloir_desk::refusal::Refusal;
use parloir_protocol::time::Time;

use super::{AHEAD_MILLIS_MAX, MANY_TOLD, record_time, share, share_told_to_many};
use crate::fan::{Follow, Following};
use crate::log::MemoryLog;
use crate::log::contract::injected::{Fate, Fault, Injected};
use crate::node::Limits;
use crate::reader::Page;
use crate::rehearsal::{Asked, FOUNDING_RECORDS, Rehearsal, create_group, system};
use crate::rules::Rules;
use crate::workspace::{Answered, Rejected};

mod ahead;
mod alone;
mod failing;
mod settled;
mod weights;

async fn founded() -> Rehearsal {
    Rehearsal::found(Arc::new(MemoryLog::new()), Limits::standard(), Rules::OURS).await
}

/// A founded workspace whose log answers the appends after that with these faults.
async fn with_faults(faults: &[Fault]) -> Rehearsal {
    let numbered = (FOUNDING_RECORDS..).zip(faults.iter().copied());
    let log = Injected::new(MemoryLog::new(), numbered);
    Rehearsal::found(Arc::new(log), Limits::standard(), Rules::OURS).await
}

fn groups(names: &[&str]) -> Vec<Asked> {
    names.iter().map(|name| system(create_group(name))).collect()
}

fn seqs(answers: &[Answered]) -> Vec<Option<u64>> {
    answers.iter().map(|answer| answer.as_ref().ok().map(|answer| answer.seq)).collect()
}

fn group_names(stage: &Rehearsal) -> Vec<String> {
    let mut names: Vec<_> =
        stage.look(|view| view.groups().into_iter().map(|group| group.name).collect::<Vec<_>>());
    names.retain(|name| name.starts_with("new "));
    names.sort();
    names
}

#[tokio::test]
async fn what_waits_together_becomes_one_record_in_order() {
    let stage = founded().await;
    let head = stage.look(|view| view.head().seq);
    let answers = stage.ask_together(groups(&["new a", "new b", "new c"])).await;
    assert_eq!(seqs(&answers), [Some(head + 1), Some(head + 2), Some(head + 3)]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
    assert_eq!(stage.node.log.tail(stage.workspace.id).seq, stage.workspace.hub.head().seq);
    assert_eq!(group_names(&stage), ["new a", "new b", "new c"]);
}

#[tokio::test]
async fn a_command_sees_what_the_ones_before_it_in_its_batch_did() {
    let stage = founded().await;
    let answers = stage.ask_together(groups(&["new a", "new a", "new b"])).await;
    assert_eq!(answers[1], Err(Rejected::Refused(Refusal::NameTaken)));
    assert!(answers[0].is_ok() && answers[2].is_ok());
}

#[tokio::test]
async fn the_same_key_twice_in_a_batch_happens_once() {
    let stage = founded().await;
    let asked = system(create_group("new a"));
    let answers = stage.ask_together(vec![asked.clone(), asked.clone()]).await;
    assert!(answers[0].is_ok());
    assert_eq!(answers[0], answers[1]);
    assert_eq!(stage.ask(asked).await, answers[0]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
    assert_eq!(stage.look(|view| view.head().seq), stage.node.log.tail(stage.workspace.id).seq);
}

#[tokio::test]
async fn a_conflict_is_decided_again() {
    for fate in [Fate::Lost, Fate::Appended] {
        let stage = with_faults(&[Fault::Conflict(fate)]).await;
        let answers = stage.ask_together(groups(&["new a", "new b"])).await;
        assert!(answers.iter().all(Result::is_ok), "{fate:?}: {answers:?}");
        assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1, "{fate:?}");
        assert_eq!(group_names(&stage), ["new a", "new b"], "{fate:?}");
        assert_eq!(stage.workspace.hub.head().seq, stage.node.log.tail(stage.workspace.id).seq);
    }
}

#[tokio::test]
async fn a_log_that_conflicts_without_end_is_not_available() {
    let stage = with_faults(&[Fault::Conflict(Fate::Lost); 3]).await;
    let answers = stage.ask_together(groups(&["new a", "new b"])).await;
    assert_eq!(answers, [Err(Rejected::Unavailable), Err(Rejected::Unavailable)]);
    assert!(stage.ask(system(create_group("new a"))).await.is_ok());
}

#[tokio::test]
async fn what_is_not_known_to_be_written_happens_once_when_it_is_asked_again() {
    for fate in [Fate::Lost, Fate::Appended] {
        let stage = with_faults(&[Fault::Unknown(fate)]).await;
        let asked = groups(&["new a", "new b", "new a"]);
        let answers = stage.ask_together(asked.clone()).await;
        assert_eq!(answers, vec![Err(Rejected::Unavailable); 3], "{fate:?}");
        let again = stage.ask_together(asked).await;
        assert!(again[0].is_ok() && again[1].is_ok(), "{fate:?}: {again:?}");
        assert_eq!(again[2], Err(Rejected::Refused(Refusal::NameTaken)));
        assert_eq!(group_names(&stage), ["new a", "new b"], "{fate:?}");
        assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1, "{fate:?}");
    }
}

#[tokio::test]
async fn a_restart_after_an_unknown_outcome_knows_what_became_of_it() {
    for fate in [Fate::Lost, Fate::Appended] {
        let stage = with_faults(&[Fault::Unknown(fate)]).await;
        let asked = system(create_group("new a"));
        assert_eq!(stage.ask(asked.clone()).await, Err(Rejected::Unavailable));
        let log = Arc::clone(&stage.node.log);
        let mut restarted = Rehearsal::open(log, Limits::standard(), Rules::OURS);
        restarted.write();
        let answer = restarted.ask(asked.clone()).await;
        assert!(answer.is_ok(), "{fate:?}: {answer:?}");
        assert_eq!(restarted.ask(asked).await, answer);
        assert_eq!(group_names(&restarted), ["new a"], "{fate:?}");
        assert_eq!(restarted.records().len(), FOUNDING_RECORDS + 1, "{fate:?}");
    }
}

#[tokio::test]
async fn an_epoch_begins_with_the_record_of_its_command() {
    let stage = founded().await;
    let mut asked = groups(&["new a", "new b"]);
    asked.insert(1, system(Command::BeginEpoch { epoch: 77 }));
    assert!(stage.ask_together(asked).await.iter().all(Result::is_ok));
    let epochs: Vec<_> = stage.records().iter().map(|record| record.epoch == 77).collect();
    assert_eq!(epochs, [false, false, false, true]);
    assert_eq!(stage.look(|view| view.head().epoch), 77);
    assert_eq!(stage.workspace.hub.head().epoch.0, 77);
    assert!(stage.ask(system(create_group("new c"))).await.is_ok());
    assert_eq!(stage.records().last().map(|record| record.epoch), Some(77));
    let rebuilt = Rehearsal::open(Arc::clone(&stage.node.log), Limits::standard(), Rules::OURS);
    let head = |of: &Rehearsal| of.look(|view| (view.head().epoch, view.head().seq));
    assert_eq!(head(&rebuilt), head(&stage));
}

#[tokio::test]
async fn a_record_is_never_older_than_the_one_before_it() {
    let stage = founded().await;
    let begin = stage.clock();
    let times = async |asked: Time, name: &str| {
        stage.set_clock(asked);
        assert!(stage.ask(system(create_group(name))).await.is_ok());
        stage.records().last().expect("it was written").at
    };
    assert_eq!(times(begin.plus_millis(5_000), "new a").await, begin.plus_millis(5_000));
    assert_eq!(times(begin.plus_millis(1_000), "new b").await, begin.plus_millis(5_000));
    let ages = begin.plus_millis(-2 * AHEAD_MILLIS_MAX);
    assert_eq!(times(ages, "new c").await, ages);
}

#[test]
fn a_record_takes_half_of_those_who_are_here_and_less_of_many() {
    let shares = [1, 64, 65, 100, 128, 256, 300, 1_024].map(share);
    assert_eq!(shares, [32, 32, 33, 50, 64, 64, 75, 256]);
    let told_to_many = [1, 64, 128, 300, 1_024].map(share_told_to_many);
    assert_eq!(told_to_many, [64, 64, 64, 75, 256]);
}

/// Does nothing with what it is told.
struct Deaf;

impl Follow for Deaf {
    fn follow(&self, _: &mut Page<'_>) {}

    fn break_off(&self) {}
}

#[tokio::test]
async fn many_are_told_in_one_record_of_what_few_are_told_in_two() {
    for (told, records) in [(MANY_TOLD - 1, 2), (MANY_TOLD, 1)] {
        let stage = founded().await;
        let join = |_| Following::join(Arc::clone(&stage.workspace), Arc::new(Deaf) as _);
        let _told: Vec<Following> = (0..told).map(join).collect();
        let names: Vec<String> = (0..60).map(|n| format!("new {n}")).collect();
        let asked = names.iter().map(|name| system(create_group(name))).collect();
        assert!(stage.ask_together(asked).await.iter().all(Result::is_ok));
        assert_eq!(stage.records().len(), FOUNDING_RECORDS + records, "{told} are told");
    }
}

#[test]
fn recorded_time_never_goes_back_but_for_a_wild_clock() {
    assert_eq!(record_time(Time(5), Time(9)), Time(9));
    assert_eq!(record_time(Time(9), Time(5)), Time(9));
    assert_eq!(record_time(Time(AHEAD_MILLIS_MAX + 5), Time(5)), Time(AHEAD_MILLIS_MAX + 5));
    assert_eq!(record_time(Time(AHEAD_MILLIS_MAX + 6), Time(5)), Time(5));
}
