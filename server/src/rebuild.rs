//! The log as the state folds it: records opened, commits applied one after the other. It decides nothing,
//! tells nobody and sends nothing, however often it runs.

use parloir_desk::keys::{Keys, Span};
use parloir_desk::rows::{Changes, MemoryRows, Overlay, Rows};
use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

use crate::log::{Log, Position, ReadError, Record};
use crate::record::{self, Opened, RecordError};
use crate::rules::Rules;
use crate::state::{Applied, CatchUpError, Done, Source, State, catch_up_all};

/// Bytes of the log read at a time for a comparison.
const READ_BYTES: usize = 4 << 20;
/// Rows of the state read at a time for a comparison.
const ROWS_AT_ONCE: usize = 1_000;

/// Brings every workspace of `state` up to the end of `log`; an empty state is built whole.
///
/// # Errors
/// [`CatchUpError`]; what was folded until then stays.
pub fn catch_up(
    log: &dyn Log,
    state: &State,
    rules: Rules,
    progress: impl FnMut(Done),
) -> Result<(), CatchUpError<FoldError>> {
    catch_up_all(state, &Folded(log), |rows, read| fold(rules, rows, read), progress)
}

/// Why a record could not be folded.
#[derive(Debug, Error)]
pub enum FoldError {
    /// The log did not give it.
    #[error(transparent)]
    Read(ReadError),
    /// No version of Parloir wrote it, or only a later one.
    #[error("the record at event {first_seq} cannot be read: {error}")]
    Record {
        /// The first event of the record.
        first_seq: u64,
        /// Why.
        error: RecordError,
    },
}

/// One record with its commits.
struct Read {
    record: Record,
    commits: Vec<Opened>,
}

struct Folded<'a>(&'a dyn Log);

impl Source for Folded<'_> {
    type Item = Read;
    type Error = FoldError;

    fn workspaces(&self) -> Vec<WorkspaceId> {
        self.0.workspaces()
    }

    fn tail(&self, workspace: WorkspaceId) -> Applied {
        applied(self.0.tail(workspace))
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        after: u64,
        bytes_max: usize,
    ) -> Result<Vec<(Applied, Read)>, FoldError> {
        let records = self.0.read(workspace, after, bytes_max).map_err(FoldError::Read)?;
        records.into_iter().map(|record| Ok((applied(record.position()), opened(record)?))).collect()
    }
}

fn opened(record: Record) -> Result<Read, FoldError> {
    let first_seq = record.first_seq;
    let commits = record::open(&record).map_err(|error| FoldError::Record { first_seq, error })?;
    Ok(Read { record, commits })
}

fn fold(rules: Rules, rows: &dyn Rows, Read { record, commits }: &Read) -> Changes {
    let mut overlay = Overlay::new(rows);
    for Opened { commit, first_seq } in commits {
        let changes = (rules.apply)(&overlay, record.workspace, commit, *first_seq, record.at, record.epoch);
        overlay.apply(changes);
    }
    overlay.into_changes()
}

/// A place of the log as the state notes it.
pub fn applied(position: Position) -> Applied {
    Applied { epoch: position.epoch, seq: position.seq, hash: position.hash.0 }
}

/// Whether a record of the log that is there ends at a position.
pub fn stands(log: &dyn Log, workspace: WorkspaceId, at: Applied) -> bool {
    let records = log.read(workspace, at.seq.saturating_sub(1), 1).unwrap_or_default();
    at.seq == 0 || records.first().is_some_and(|record| applied(record.position()) == at)
}

/// How a workspace's rows differ from the fold of its log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Rows that the fold has and the state has not, or not so.
    pub missing: u64,
    /// Rows that only the state has.
    pub surplus: u64,
}

/// Folds the whole log of `workspace` in memory and compares the rows of `state` with it.
///
/// # Errors
/// [`FoldError`] when a record cannot be read.
pub fn compare(
    log: &dyn Log,
    state: &State,
    rules: Rules,
    workspace: WorkspaceId,
) -> Result<Difference, FoldError> {
    let mut folded = MemoryRows::default();
    let (source, tail) = (Folded(log), log.tail(workspace).seq);
    let mut after = 0;
    while after < tail {
        let reads = source.read(workspace, after, READ_BYTES)?;
        let Some((last, _)) = reads.last() else { break };
        after = last.seq;
        for (_, read) in &reads {
            let changes = fold(rules, &folded, read);
            folded.apply(&changes);
        }
    }
    Ok(difference(&folded, state, workspace))
}

fn difference(folded: &MemoryRows, state: &State, workspace: WorkspaceId) -> Difference {
    let mut difference = Difference::default();
    let mut met = 0;
    let Span { mut from, to } = Keys(workspace).all();
    loop {
        let rows = state.range(&from, &to, ROWS_AT_ONCE);
        let Some((last, _)) = rows.last() else { break };
        from = [last.as_slice(), &[0]].concat();
        for (key, value) in rows {
            match folded.0.get(&key) {
                Some(same) if *same == value => met += 1,
                Some(_) => {}
                None => difference.surplus += 1,
            }
        }
    }
    difference.missing = folded.0.len() as u64 - met;
    difference
}
