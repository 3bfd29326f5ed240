//! What the rules decided, as the log keeps it. It owns the form of commits on disk, which is for ever:
//! what one version wrote every later one reads. It decides nothing, appends nothing, and lets nothing
//! personal stand outside a payload.
//!
//! A record's commits are one byte for the version and a MessagePack document. Structures are maps with
//! the names of their fields, not arrays: a field can then be added, and an old record that lacks it still
//! says which fields it has. Names of fields and kinds stay; a new meaning is a new kind.

use parloir_desk::commit::Commit;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;
use thiserror::Error;

use crate::log::{Commits, Hash, Record};

mod decode;
mod encode;
#[cfg(test)]
mod tests;
mod v1;

/// The version that is written.
const VERSION: u8 = 1;

/// A commit as it was sealed, and where its events stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub commit: Commit,
    /// The seq of its first event.
    pub first_seq: u64,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Written by a later Parloir.
    #[error("commits of version {0} are not known")]
    Version(u8),
    /// No version's document, or a kind of event that this version does not know.
    #[error("the commits are malformed: {0}")]
    Malformed(String),
    /// An event names a payload that the record does not have.
    #[error("payload {index} is missing: the record has {payloads}")]
    NoPayload { index: u32, payloads: usize },
    /// A payload that is not what its event says.
    #[error("payload {index} is malformed: {error}")]
    MalformedPayload { index: u32, error: String },
    /// The record's numbers and its events do not agree.
    #[error("the record has room for {seqs} events and holds {events}")]
    Events { seqs: u64, events: u64 },
}

/// The record that holds `commits`, the first of their events being `first_seq`. Each payload takes a salt.
/// Panics when there is no event: nothing happened then.
pub fn seal<'a>(
    workspace: WorkspaceId,
    epoch: u64,
    first_seq: u64,
    prev_hash: Hash,
    at: Time,
    commits: impl IntoIterator<Item = &'a Commit, IntoIter: Clone>,
    salts: &mut dyn FnMut() -> [u8; 16],
) -> Record {
    let commits = commits.into_iter();
    let events = commits.clone().map(|commit| commit.events.len() as u64).sum::<u64>();
    assert!(events > 0, "a record of {} commits holds no event", commits.clone().count());
    let (commits, personal) = encode::commits(commits, salts);
    let last_seq = first_seq + events - 1;
    Record { epoch, workspace, first_seq, last_seq, prev_hash, at, commits: Commits(commits), personal }
}

/// What [`seal`] was given; values that were erased since are erased.
///
/// # Errors
/// [`RecordError`] for bytes that no version wrote.
pub fn open(record: &Record) -> Result<Vec<Opened>, RecordError> {
    let commits = decode::commits(&record.commits.0, &record.personal)?;
    let events = commits.iter().map(|commit| commit.events.len() as u64).sum();
    let seqs = record.last_seq.saturating_sub(record.first_seq).saturating_add(1);
    if events != seqs {
        return Err(RecordError::Events { seqs, events });
    }
    Ok(numbered(commits, record.first_seq))
}

fn numbered(commits: Vec<Commit>, first_seq: u64) -> Vec<Opened> {
    let mut next = first_seq;
    let opened = commits.into_iter().map(|commit| {
        let first_seq = next;
        next += commit.events.len() as u64;
        Opened { commit, first_seq }
    });
    opened.collect()
}
