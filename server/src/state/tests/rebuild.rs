//! Folding a log into the state.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::super::{CatchUpError, Done, NotInLog, Source, catch_up_all};
use super::*;

/// The script as a log: each batch one record of one event, numbered per workspace.
#[derive(Default)]
struct ScriptLog(BTreeMap<WorkspaceId, Vec<Changes>>);

impl ScriptLog {
    fn of(seqs: u64) -> Self {
        let mut log = Self::default();
        for seq in 1..=seqs {
            let (workspace, changes) = batch(seq);
            log.0.entry(workspace).or_default().push(changes);
        }
        log
    }
}

impl Source for ScriptLog {
    type Item = Changes;
    type Error = Infallible;

    fn workspaces(&self) -> Vec<WorkspaceId> {
        self.0.keys().copied().collect()
    }

    fn tail(&self, workspace: WorkspaceId) -> Applied {
        self.0.get(&workspace).map_or(Applied::START, |records| at(records.len() as u64))
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        after: u64,
        bytes_max: usize,
    ) -> Result<Vec<(Applied, Changes)>, Infallible> {
        let records = self.0.get(&workspace).map_or(&[][..], Vec::as_slice);
        let numbered = (1..).zip(records).filter(|(seq, _)| *seq > after);
        let few = bytes_max.min(7);
        Ok(numbered.take(few).map(|(seq, changes)| (at(seq), changes.clone())).collect())
    }
}

fn fold(_: &dyn Rows, changes: &Changes) -> Changes {
    changes.clone()
}

fn follow(state: &State, log: &ScriptLog) -> Result<(), CatchUpError<Infallible>> {
    catch_up_all(state, log, fold, |_| {})
}

#[test]
fn an_empty_state_is_rebuilt_from_the_log() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let mut told = Vec::new();
    catch_up_all(&state, &ScriptLog::of(60), fold, |done| told.push(done)).expect("the log is folded");
    assert_eq!(rows_of(&state), rows_after(60));
    assert!(told.is_sorted_by_key(|done| done.done));
    assert_eq!(told.last(), Some(&Done { done: 60, total: 60 }));
    assert!(state.verify_now().expect("rows can be read"));
}

#[test]
fn a_state_behind_its_log_takes_the_rest() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    for seqs in [5, 5, 21, 90] {
        follow(&state, &ScriptLog::of(seqs)).expect("the log is folded");
        assert_eq!(rows_of(&state), rows_after(seqs));
    }
}

#[test]
fn a_fold_reads_what_the_records_before_it_wrote() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let count = |rows: &dyn Rows, changes: &Changes| {
        let first = changes.keys().next().expect("a change");
        let counter = [&first[..16], b"count"].concat();
        let before = rows.get(&counter).map_or(0, |bytes| bytes[0]);
        Changes::from([(counter, Some(vec![before + 1]))])
    };
    let log = ScriptLog::of(60);
    catch_up_all(&state, &log, count, |_| {}).expect("the log is folded");
    let counted: u64 = rows_of(&state).0.values().map(|count| u64::from(count[0])).sum();
    assert_eq!(counted, 60);
}

#[test]
fn a_state_ahead_of_its_log_needs_a_rebuild() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    follow(&state, &ScriptLog::of(60)).expect("the log is folded");
    let refused = follow(&state, &ScriptLog::of(40));
    assert!(matches!(refused, Err(CatchUpError::Rebuild(NotInLog::Ahead { .. }))), "{refused:?}");
    let refused = follow(&state, &ScriptLog::default());
    assert!(matches!(refused, Err(CatchUpError::Rebuild(NotInLog::Ahead { log: 0, .. }))), "{refused:?}");
}

#[test]
fn a_state_that_was_ahead_before_a_kill_needs_a_rebuild() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    follow(&state, &ScriptLog::of(40)).expect("the log is folded");
    state.flush().expect("the state is flushed");
    let (one, newest) = (workspace(1), ScriptLog::of(60).tail(workspace(1)));
    state.apply(&[(one, &Changes::new(), newest)]).expect("a record is taken");
    let killed = copy_of(root.path());
    let state = kept(killed.path());
    assert!(state.position(one).seq < newest.seq, "its rows waited in memory");
    assert_eq!(state.reached(one), newest);
    let refused = follow(&state, &ScriptLog::of(40));
    assert!(matches!(refused, Err(CatchUpError::Rebuild(NotInLog::Ahead { .. }))), "{refused:?}");
    follow(&state, &ScriptLog::of(60)).expect("the log is folded");
    assert_eq!(rows_of(&state), rows_after(60));
}

#[test]
fn a_state_of_another_chain_needs_a_rebuild() {
    let root = tempfile::tempdir().expect("a folder");
    let state = open(root.path()).state;
    let log = ScriptLog::of(60);
    let one = workspace(1);
    for seq in [3, log.tail(one).seq] {
        let other = Applied { hash: [0; 32], ..at(seq) };
        state.apply(&[(one, &Changes::new(), other)]).expect("the position is written");
        let expected = NotInLog::AnotherChain { workspace: one, seq };
        let refused = follow(&state, &log);
        assert!(matches!(refused, Err(CatchUpError::Rebuild(found)) if found == expected));
    }
}
