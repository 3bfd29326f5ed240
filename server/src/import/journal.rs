//! What is remembered of an import beside its file, so that it can go on after any end. The id of a row's
//! command is a function of it: a row that is asked again is the same command, and happens once.

use parloir_protocol::ids::{AgentId, CommandId, WorkspaceId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::{Builder, Uuid};

/// The form of the journal.
const VERSION: u32 = 1;

/// A day less than the server takes command ids for, so that none is refused in the middle.
const LASTS_MS: i64 = 28 * 86_400_000;

/// More than a journal has.
pub const JOURNAL_BYTES_MAX: u64 = 64 * 1024;

/// What is imported, how, and into what: a run goes on only where all of it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub source_bytes: u64,
    /// BLAKE3, in hexadecimal.
    pub source_digest: String,
    /// The options that change what a row means, in words.
    pub reading: String,
    pub workspace: WorkspaceId,
    /// Command ids are an agent's own.
    pub agent: AgentId,
}

/// What came of the rows that are settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    pub imported: u64,
    /// Saved already as the file has it.
    pub unchanged: u64,
    pub failed: u64,
    pub blank: u64,
}

impl Tally {
    /// Rows that are settled.
    pub fn rows(&self) -> u64 {
        self.imported + self.unchanged + self.failed + self.blank
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    version: u32,
    run: Uuid,
    pub begun: Time,
    pub purpose: Purpose,
    pub tally: Tally,
    /// How long it worked, in all its parts.
    pub millis: u64,
    /// How long the file of errors is when it holds the rows settled so far.
    pub errors_bytes: u64,
    pub done: bool,
}

/// Why a run does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unfit {
    #[error("this is no journal of an import: {0}")]
    Unreadable(String),
    #[error("the file changed since the import of it began")]
    Source,
    #[error("the import was begun with other options: {0}")]
    Reading(String),
    #[error("the import was begun into another workspace, {0}")]
    Workspace(WorkspaceId),
    #[error("the import was begun by another agent, {0}")]
    Agent(AgentId),
    #[error("the import was begun on {0}, which is too long ago to go on")]
    TooOld(Time),
}

impl Journal {
    /// A run that begins.
    pub fn begin(purpose: Purpose, run: Uuid, now: Time) -> Self {
        Self {
            version: VERSION,
            run,
            begun: now,
            purpose,
            tally: Tally::default(),
            millis: 0,
            errors_bytes: 0,
            done: false,
        }
    }

    /// Reads what [`Self::text`] wrote.
    ///
    /// # Errors
    /// [`Unfit::Unreadable`].
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let journal: Self =
            serde_json::from_str(text).map_err(|error| Unfit::Unreadable(error.to_string()))?;
        if journal.version == VERSION {
            return Ok(journal);
        }
        Err(Unfit::Unreadable(format!("version {} is not known here", journal.version)))
    }

    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a journal holds texts and numbers");
        text + "\n"
    }

    /// Whether the run may go on.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn check(&self, purpose: &Purpose, now: Time) -> Result<(), Unfit> {
        let (was, is) = (&self.purpose, purpose);
        if (was.source_bytes, &was.source_digest) != (is.source_bytes, &is.source_digest) {
            return Err(Unfit::Source);
        }
        if was.reading != is.reading {
            return Err(Unfit::Reading(was.reading.clone()));
        }
        if was.workspace != is.workspace {
            return Err(Unfit::Workspace(was.workspace));
        }
        if was.agent != is.agent {
            return Err(Unfit::Agent(was.agent));
        }
        if !self.done && now.millis_since(self.begun) > LASTS_MS {
            return Err(Unfit::TooOld(self.begun));
        }
        Ok(())
    }

    /// The id of the command of the row at `place`: the run's first moment and a digest.
    pub fn command_id(&self, place: u64) -> CommandId {
        command_id(self.run, self.begun, place)
    }
}

/// The id of the command of the row at `place` of a run that began at `begun`.
pub fn command_id(run: Uuid, begun: Time, place: u64) -> CommandId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(run.as_bytes());
    hasher.update(&place.to_be_bytes());
    let random: [u8; 10] = std::array::from_fn(|at| hasher.finalize().as_bytes()[at]);
    let millis = u64::try_from(begun.0).unwrap_or(0);
    CommandId(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn purpose() -> Purpose {
        Purpose {
            source_bytes: 12,
            source_digest: "ab".to_owned(),
            reading: "csv".to_owned(),
            workspace: WorkspaceId::from_bytes([1; 16]),
            agent: AgentId::from_bytes([2; 16]),
        }
    }

    fn journal() -> Journal {
        Journal::begin(purpose(), Uuid::from_bytes([3; 16]), Time(1_793_697_302_123))
    }

    #[test]
    fn a_row_has_one_command_and_no_other_row_has_it() {
        let journal = journal();
        let ids: BTreeSet<CommandId> = (1..=10_000).map(|place| journal.command_id(place)).collect();
        assert_eq!(ids.len(), 10_000);
        let again = Journal::parse(&journal.text()).expect("a journal");
        assert_eq!(again, journal);
        assert_eq!(again.command_id(7), journal.command_id(7));
        assert_eq!(journal.command_id(7).millis(), Some(1_793_697_302_123));
        let other = Journal { run: Uuid::from_bytes([4; 16]), ..journal };
        assert!(!ids.contains(&other.command_id(7)));
    }

    #[test]
    fn a_run_goes_on_only_for_what_it_was_begun() {
        let (journal, now) = (journal(), Time(1_793_697_302_124));
        assert_eq!(journal.check(&purpose(), now), Ok(()));
        let changed = |change: fn(&mut Purpose)| {
            let mut purpose = purpose();
            change(&mut purpose);
            journal.check(&purpose, now).expect_err("it is another").to_string()
        };
        assert!(changed(|purpose| purpose.source_bytes += 1).contains("changed"));
        assert!(changed(|purpose| purpose.source_digest.push('c')).contains("changed"));
        assert!(changed(|purpose| purpose.reading.push('2')).contains("other options: csv"));
        assert!(
            changed(|purpose| purpose.workspace = WorkspaceId::from_bytes([9; 16])).contains("workspace")
        );
        assert!(changed(|purpose| purpose.agent = AgentId::from_bytes([9; 16])).contains("agent"));
        let late = now.plus_millis(LASTS_MS);
        assert_eq!(journal.check(&purpose(), late), Err(Unfit::TooOld(journal.begun)));
        let done = Journal { done: true, ..journal };
        assert_eq!(done.check(&purpose(), late), Ok(()));
    }

    #[test]
    fn what_is_no_journal_is_not_taken_for_one() {
        let newer = journal().text().replace("\"version\": 1", "\"version\": 2");
        for text in ["", "{}", "name,phone", newer.as_str(), &journal().text()[1..]] {
            assert!(matches!(Journal::parse(text), Err(Unfit::Unreadable(_))), "{text}");
        }
    }
}
