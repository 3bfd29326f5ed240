//! What holds whatever is asked, in whatever order, of a desk of a few agents, groups and numbers.

mod desk;
mod recount;
mod workload;

use parloir_desk::answer::Answer;
use parloir_desk::command::Command;
use parloir_desk::counters::touched_counters;
use parloir_desk::decide::Decided;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::{MemoryRows, Overlay, Rows as _};
use proptest::prelude::*;

use crate::erasure;
use desk::{Desk, workspace};
use workload::{Step, steps};

fn played(steps: &[Step]) -> Desk {
    let mut desk = Desk::provisioned();
    for step in steps {
        workload::play(&mut desk, step);
    }
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counters_and_indexes_are_what_a_recount_says(steps in steps(60)) {
        let mut desk = Desk::provisioned();
        for step in &steps {
            workload::play(&mut desk, step);
            recount::check(&desk.rows);
        }
    }

    #[test]
    fn a_whole_log_over_an_overlay_is_the_log_step_by_step(steps in steps(80)) {
        let desk = played(&steps);
        let empty = MemoryRows::default();
        let mut overlay = Overlay::new(&empty);
        for record in &desk.log {
            let changes = record.changes(&overlay, workspace());
            overlay.apply(changes);
        }
        let mut rows = MemoryRows::default();
        rows.apply(&overlay.into_changes());
        prop_assert_eq!(rows, desk.rows);
    }

    #[test]
    fn every_accepted_command_advances_and_is_answered_once(steps in steps(60)) {
        let mut desk = Desk::provisioned();
        for step in &steps {
            let before = desk.view().head();
            let ask = workload::ask(&mut desk, step);
            match desk.decide(&ask) {
                Ok(Decided::New(commit)) => {
                    let answer = Answer::of(&commit, before.seq + 1);
                    prop_assert_eq!(answer.seq, before.seq + commit.events.len() as u64);
                    desk.record(commit);
                    prop_assert_eq!(desk.view().head().seq, answer.seq);
                    prop_assert_eq!(desk.decide(&ask), Ok(Decided::Repeated(answer)));
                    let mut other = ask;
                    other.command = Command::BeginEpoch { epoch: 99 }.into();
                    prop_assert_eq!(desk.decide(&other), Err(Refusal::CommandIdReused));
                }
                Ok(Decided::Repeated(_)) => prop_assert!(desk.knows(&ask.key)),
                Err(_) => prop_assert_eq!(desk.view().head(), before),
            }
        }
    }

    #[test]
    fn changes_name_all_counters_that_moved(steps in steps(60)) {
        let mut desk = Desk::provisioned();
        for step in &steps {
            let before = recount::stored(&desk.rows);
            let ask = workload::ask(&mut desk, step);
            let Ok(Decided::New(commit)) = desk.decide(&ask) else { continue };
            let changes = desk.record(commit);
            let after = recount::stored(&desk.rows);
            let touched = touched_counters(desk.view().keys(), &changes);
            for counted in recount::difference(&before, &after) {
                prop_assert!(touched.contains(&counted), "{:?} moved unnamed", counted);
            }
        }
    }

    #[test]
    fn no_place_in_a_queue_and_no_address_is_written_again_as_it_was(steps in steps(60)) {
        let mut desk = Desk::provisioned();
        let keys = desk.view().keys();
        let places = keys.shelves();
        for step in &steps {
            let ask = workload::ask(&mut desk, step);
            let Ok(Decided::New(commit)) = desk.decide(&ask) else { continue };
            // Several events may turn a place away and back, or an address.
            let is_one = commit.events.len() == 1;
            let before = desk.rows.clone();
            for (key, value) in desk.record(commit) {
                let stays = places.from <= key && key < places.to || keys.held_address(&key).is_some();
                prop_assert!(!stays || !is_one || before.get(&key) != value, "the row {:?} is as it was", key);
            }
        }
    }

    #[test]
    fn a_log_without_anything_personal_replays_to_the_same_queues(steps in steps(80)) {
        let desk = played(&steps);
        let rows = erasure::replay(&erasure::without(&desk.log, |_| true), workspace());
        recount::check(&rows);
        let headers = recount::conversations(&desk.rows).into_iter().map(|found| found.header);
        let replayed = recount::conversations(&rows).into_iter().map(|found| found.header);
        prop_assert!(headers.eq(replayed));
    }

    #[test]
    fn a_log_without_the_erased_people_replays_to_the_same_state(steps in steps(80)) {
        let desk = played(&steps);
        let gone = erasure::erased_subjects(&desk.log);
        let rows = erasure::replay(&erasure::without(&desk.log, |subject| gone.contains(&subject)), workspace());
        prop_assert_eq!(rows, desk.rows);
    }
}
