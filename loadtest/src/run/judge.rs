//! The oracle of a round: what every agent was told against the log and against what all were told, and what was
//! acknowledged against the log. It asks no server for anything but the log.

use std::collections::BTreeMap;

use parloir_client::protocol::ids::CommandId;
use serde_json::Value;

use super::orders::{Diary, Told};
use super::seqs::Seqs;
use crate::export::Line;
use crate::mark::Marks;
use crate::report::Report;

/// Missing seqs that are named.
const NAMED_MAX: usize = 5;

/// Whether every agent was told everything once that is to be told, or a snapshot that stands for it. `written` is by
/// workspace: what nobody was told is lost all the same.
pub(super) fn deliveries(report: &mut Report, told: &[Told], heads: &[u64], written: &[Seqs]) {
    let mut all: BTreeMap<u32, Seqs> = (0..).zip(written.iter().cloned()).collect();
    for diary in told.iter().flat_map(|told| &told.agents) {
        all.entry(diary.desk).or_default().unite(&diary.seqs);
    }
    for diary in told.iter().flat_map(|told| &told.agents) {
        report.agents += 1;
        report.out_of_order += diary.repeated;
        if diary.repeated > 0 {
            report.find(format!("an agent was told {} events twice or out of turn", diary.repeated));
        }
        let head = heads.get(diary.desk as usize).copied().unwrap_or(0);
        agent(report, diary, &all[&diary.desk], head);
        let unwritten = written
            .get(diary.desk as usize)
            .map_or(0, |written| diary.seqs.missing_in(written, 0, head).count() as u64);
        report.diverged += unwritten;
        if unwritten > 0 {
            report.find(format!("an agent was told {unwritten} events that are not in the log"));
        }
    }
}

fn agent(report: &mut Report, diary: &Diary, all: &Seqs, head: u64) {
    let Some((first, resets)) = diary.begins.split_first() else {
        report.lost += 1;
        return report.find("an agent never came in".to_owned());
    };
    let stands_for = |seq: u64, reset: u64| seq <= reset && !diary.seqs.any_between(seq, reset);
    let missed = all
        .missing_in(&diary.seqs, *first, head)
        .filter(|seq| !resets.iter().any(|reset| stands_for(*seq, *reset)));
    let missed: Vec<u64> = missed.collect();
    report.lost += missed.len() as u64;
    if !missed.is_empty() {
        let named = &missed[..missed.len().min(NAMED_MAX)];
        let (count, desk) = (missed.len(), diary.desk);
        report.find(format!("an agent of workspace {desk} was not told {count} events: {named:?} …"));
    }
}

/// What one workspace acknowledged, and how often it stands in the log; and which events of the log agents who see
/// everything are to be told.
#[derive(Debug, Default)]
pub(super) struct Acknowledged {
    commands: BTreeMap<CommandId, u64>,
    messages: BTreeMap<u32, u64>,
    pub(super) written: Seqs,
}

impl Acknowledged {
    pub(super) fn of(told: &[Told], desk: u32) -> Self {
        let acked = told.iter().flat_map(|told| &told.acked).filter(|(of, _)| *of == desk);
        let accepted = told.iter().flat_map(|told| &told.accepted).filter(|(of, _)| *of == desk);
        Self {
            commands: acked.map(|(_, id)| (*id, 0)).collect(),
            messages: accepted.map(|(_, number)| (*number, 0)).collect(),
            written: Seqs::default(),
        }
    }

    /// Takes a line of the log's export.
    pub(super) fn read(&mut self, line: &[u8]) -> anyhow::Result<()> {
        if line.is_empty() {
            return Ok(());
        }
        let line = Line::<Value>::read(line)?;
        if let Some(count) = line.command_id.and_then(|id| self.commands.get_mut(&id)) {
            *count += 1;
        }
        for event in &line.events {
            if event.is_told() {
                self.written.add(event.seq);
            }
            if event.name == "message.received" {
                let text = event.data.as_ref().and_then(|data| data.pointer("/message/text"));
                self.count(text.and_then(Value::as_str).unwrap_or_default());
            }
        }
        Ok(())
    }

    fn count(&mut self, text: &str) {
        Marks::default().read(text.as_bytes(), |mark| {
            if let Some(count) = self.messages.get_mut(&mark.number) {
                *count += 1;
            }
        });
    }

    pub(super) fn judge(&self, report: &mut Report) {
        report.commands_acked += self.commands.len() as u64;
        for (id, count) in &self.commands {
            once(report, *count, || format!("command {id}"));
        }
        for (number, count) in &self.messages {
            once(report, *count, || format!("message {number}"));
        }
    }
}

fn once(report: &mut Report, count: u64, what: impl Fn() -> String) {
    report.lost += u64::from(count == 0);
    report.duplicated += count.saturating_sub(1);
    if count != 1 {
        report.find(format!("{} was acknowledged and stands in the log {count} times", what()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mark::{Mark, Moment};
    use uuid::Uuid;

    fn diary(begins: &[u64], seqs: &[u64]) -> Diary {
        let mut diary = Diary { begins: begins.to_vec(), ..Diary::default() };
        seqs.iter().for_each(|seq| diary.seqs.add(*seq));
        diary
    }

    fn judged(agents: Vec<Diary>) -> Report {
        judged_by(agents, &[2, 3, 4, 5, 6, 7, 8, 9])
    }

    fn judged_by(agents: Vec<Diary>, log: &[u64]) -> Report {
        let (mut report, mut written) = (Report::default(), Seqs::default());
        log.iter().for_each(|seq| written.add(*seq));
        deliveries(&mut report, &[Told { agents, ..Told::default() }], &[9], &[written]);
        report
    }

    #[test]
    fn what_nobody_was_told_is_lost_and_what_is_in_no_log_was_made_up() {
        let all = || diary(&[1], &[2, 3, 4, 6, 7, 8, 9]);
        assert_eq!(judged_by(vec![all(), all()], &[2, 3, 4, 5, 6, 7, 8, 9, 10]).lost, 2);
        assert_eq!(judged_by(vec![diary(&[1], &[2, 3])], &[2, 3, 4, 5]).lost, 2, "nobody was told the end");
        let made_up = judged_by(vec![all()], &[2, 3, 4, 7, 8, 9]);
        assert_eq!((made_up.lost, made_up.diverged), (0, 1));
    }

    #[test]
    fn what_one_agent_lacks_is_lost_unless_a_snapshot_stands_for_it() {
        let whole = || diary(&[1], &[2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(judged(vec![whole(), diary(&[4], &[5, 6, 7, 8, 9])]).passed());
        assert_eq!(judged(vec![whole(), diary(&[1], &[2, 3, 6, 7, 8, 9])]).lost, 2);
        assert!(judged(vec![whole(), diary(&[1, 5], &[2, 3, 6, 7, 8, 9])]).passed());
        assert_eq!(judged(vec![whole(), diary(&[1, 5], &[2, 4, 6, 7, 8, 9])]).lost, 1);
        assert_eq!(judged(vec![whole(), diary(&[], &[])]).lost, 1);
        let again = Diary { repeated: 3, ..whole() };
        assert_eq!(judged(vec![again]).out_of_order, 3);
    }

    fn line(id: CommandId, events: &str) -> String {
        format!(r#"{{"at":"2026-11-03T09:15:02.123Z","command_id":"{id}","events":[{events}]}}"#)
    }

    #[test]
    fn what_was_acknowledged_stands_in_the_log_once() {
        let ids = [1, 2, 3].map(|n| CommandId(Uuid::from_u128(n)));
        let acked = ids.map(|id| (0, id)).to_vec();
        let told = Told { acked, accepted: vec![(0, 7), (0, 8), (1, 9)], ..Told::default() };
        let mut acknowledged = Acknowledged::of(&[told], 0);
        let text = Mark { number: 7, due: Moment(5) }.text();
        let received =
            format!(r#"{{"seq":4,"name":"message.received","data":{{"message":{{"text":"x {text}"}}}}}}"#);
        for line in
            [line(ids[0], r#"{"seq":3,"name":"command.noted"}"#), line(ids[1], ""), line(ids[1], &received)]
        {
            acknowledged.read(line.as_bytes()).expect("a line");
        }
        let mut report = Report::default();
        acknowledged.judge(&mut report);
        assert_eq!((report.lost, report.duplicated, report.commands_acked), (2, 1, 3));
        assert!(acknowledged.written.holds(4) && !acknowledged.written.holds(3), "nobody is told of 3");
    }
}
