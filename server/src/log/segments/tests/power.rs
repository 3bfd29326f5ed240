//! Power cuts and restarts at any moment: what was answered `Ok` is there, what was not is whole or absent.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use parloir_protocol::ids::WorkspaceId;

use super::open;
use crate::log::contract::samples::{next, read_all, subject, workspace};
use crate::log::segments::SegmentLog;
use crate::log::segments::files::faults::{Dice, FaultFiles};
use crate::log::{Log, Position, Record};

const SEEDS: u64 = 400;
const BOOTS: usize = 4;
const WORKSPACES: u64 = 4;
const ROUNDS_MAX: u64 = 40;
const STEPS_MAX: u64 = 90;

/// What must be there, and what may be.
#[derive(Default)]
struct Model {
    acknowledged: BTreeMap<WorkspaceId, Vec<Record>>,
    unanswered: BTreeMap<WorkspaceId, Record>,
}

impl Model {
    fn tail(&self, workspace: WorkspaceId) -> Position {
        let records = self.acknowledged.get(&workspace);
        records.and_then(|records| records.last()).map_or(Position::START, Record::position)
    }

    /// Compares with what the log holds, and goes on from that.
    fn compare(&mut self, log: &SegmentLog, seed: u64) {
        for workspace in (0..WORKSPACES).map(|number| workspace(number as u8)) {
            let read = read_all(log, workspace);
            let mut expected = self.acknowledged.remove(&workspace).unwrap_or_default();
            if read.len() > expected.len() {
                expected.extend(self.unanswered.remove(&workspace));
            }
            assert_eq!(read.len(), expected.len(), "seed {seed}: {workspace}");
            for (read, expected) in read.iter().zip(&expected) {
                let erased = expected.without(&BTreeSet::from([subject(1)]));
                assert!(read == expected || Some(read) == erased.as_ref(), "seed {seed}: {read:?}");
            }
            self.acknowledged.insert(workspace, read);
        }
        self.unanswered.clear();
    }

    /// Appends to several workspaces at once. Returns whether all went well.
    async fn append(&mut self, log: &SegmentLog, dice: &mut Dice) -> bool {
        let chosen = (0..WORKSPACES).filter(|_| dice.coin()).map(|number| workspace(number as u8));
        let records = chosen.collect::<Vec<_>>().into_iter().map(|workspace| {
            let text = "x".repeat(dice.below(3000) as usize);
            next(self.tail(workspace), workspace, &text)
        });
        let records = records.collect::<Vec<_>>();
        let answers =
            join_all(records.iter().map(|record| log.append(self.tail(record.workspace), record.clone())));
        let answers = answers.await;
        let is_well = answers.iter().all(Result::is_ok);
        for (answer, record) in answers.into_iter().zip(records) {
            match answer {
                Ok(position) => {
                    assert_eq!(position, record.position());
                    self.acknowledged.entry(record.workspace).or_default().push(record);
                }
                Err(_) => {
                    self.unanswered.insert(record.workspace, record);
                }
            }
        }
        is_well
    }

    /// Erases in one workspace. Returns whether that went well.
    fn erase(&mut self, log: &SegmentLog, dice: &mut Dice) -> bool {
        let (workspace, subjects) = (workspace(dice.below(WORKSPACES) as u8), BTreeSet::from([subject(1)]));
        let is_well = log.erase(workspace, &subjects).is_ok();
        if is_well {
            for record in self.acknowledged.entry(workspace).or_default() {
                *record = record.without(&subjects).unwrap_or_else(|| record.clone());
            }
        }
        is_well
    }
}

async fn live_and_lose_power(seed: u64) {
    let (files, mut dice, mut model) = (FaultFiles::default(), Dice(seed), Model::default());
    for _ in 0..BOOTS {
        let (log, report) = open(&files);
        assert!(report.holes.is_empty() && report.damaged.is_empty() && !report.all_damaged, "seed {seed}");
        model.compare(&log, seed);
        files.stop_after(dice.below(STEPS_MAX));
        for _ in 0..dice.below(ROUNDS_MAX) {
            let is_well = match dice.below(12) {
                0 => model.erase(&log, &mut dice),
                _ => model.append(&log, &mut dice).await,
            };
            if !is_well {
                break;
            }
        }
        drop(log);
        match dice.below(3) {
            0 => files.restart(),
            _ => files.cut(&mut dice),
        }
    }
    let (log, _) = open(&files);
    model.compare(&log, seed);
    assert!(model.append(&log, &mut dice).await, "seed {seed}: appending goes on");
    model.compare(&log, seed);
}

#[tokio::test]
async fn a_power_cut_loses_nothing_acknowledged() {
    for seed in 0..SEEDS {
        live_and_lose_power(seed).await;
    }
}
